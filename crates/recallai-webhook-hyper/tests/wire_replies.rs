//! The reply table on the wire: what each kind of request is answered.
#![cfg(feature = "server")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use recallai_webhook_hyper::dispatch::any_event;
use support::{
    BODY, PATH, Reply, Running, Signed, good, other_secret, post, router, secret, unix_now,
};

mod support;

/// A delivery with these signature headers and the usual body.
fn with_lines(lines: &str) -> String {
    let len = BODY.len();
    format!("POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len}\r\n{lines}\r\n{BODY}")
}

#[tokio::test]
async fn a_good_delivery_is_handled_and_acknowledged_also_without_a_content_type() {
    let handled = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&handled);
    let router = router().on(any_event(), move |_, _| {
        count.fetch_add(1, Ordering::Relaxed);
        async {}
    });
    let server = Running::with(router, |_| {}).await;
    let mut wire = server.connect().await;

    assert!(!good().contains("content-type"));
    let reply = wire.exchange(good()).await;
    assert_eq!((reply.status, reply.body.as_str()), (204, ""));
    assert_eq!(reply.header("content-type"), None);
    assert_eq!(handled.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn every_reason_of_a_refusal_gets_the_same_reply() {
    let server = Running::with(router(), |_| {}).await;
    let now = Signed::now(&secret(), BODY);
    let (id, timestamp, signature) = (&now.id, &now.timestamp, &now.signature);
    let stale = Signed::at(&secret(), BODY, unix_now() - 3600);
    let early = Signed::at(&secret(), BODY, unix_now() + 3600);
    let refused = [
        ("no headers", String::new()),
        ("no signature", format!("webhook-id: {id}\r\nwebhook-timestamp: {timestamp}\r\n")),
        ("no id", format!("webhook-timestamp: {timestamp}\r\nwebhook-signature: {signature}\r\n")),
        ("no timestamp", format!("webhook-id: {id}\r\nwebhook-signature: {signature}\r\n")),
        ("two families", now.lines().replacen("webhook-id", "svix-id", 1)),
        ("wrong secret", Signed::now(&other_secret(), BODY).lines()),
        ("other body", Signed::now(&secret(), "{}").lines()),
        ("stale", stale.lines()),
        ("from the future", early.lines()),
        ("timestamp that is no number", now.lines().replacen(timestamp, "soon", 1)),
        ("id with a dot", now.lines().replacen(id, "msg.1", 1)),
        ("unknown version", now.lines().replacen("v1,", "v9,", 1)),
        ("signature cut short", now.lines().replacen(signature, "v1,AAAA", 1)),
    ];
    let mut replies: Vec<(&str, Reply)> = Vec::new();
    let mut wire = server.connect().await;
    for (reason, lines) in refused {
        replies.push((reason, wire.exchange(with_lines(&lines)).await.without_date()));
    }
    for (reason, reply) in &replies {
        assert_eq!(reply.status, 401, "{reason}");
        assert_eq!(reply.body, "unauthorized\n", "{reason}");
        assert_eq!(reply, &replies[0].1, "{reason}");
    }
}

#[tokio::test]
async fn a_good_delivery_after_a_refused_one_is_acknowledged_on_the_same_connection() {
    let server = Running::with(router(), |_| {}).await;
    let mut wire = server.connect().await;
    assert_eq!(wire.exchange(post(PATH, &other_secret(), BODY)).await.status, 401);
    assert_eq!(wire.exchange(good()).await.status, 204);
}

#[tokio::test]
async fn only_the_whole_path_as_it_is_written_matches() {
    let server = Running::with(router(), |_| {}).await;
    for path in [
        "/",
        "/webhooks",
        "/webhooks/recall/",
        "/webhooks/recall/more",
        "/webhooks/Recall",
        "/webhooks//recall",
        "/webhooks/./recall",
        "/webhooks/%72ecall",
        "/webhooks%2Frecall",
    ] {
        let reply = server.connect().await.exchange(post(path, &secret(), BODY)).await;
        assert_eq!((reply.status, reply.body.as_str()), (404, "not found\n"), "{path}");
    }
    let with_query = format!("{PATH}?token=of_no_meaning_here");
    let reply = server.connect().await.exchange(post(&with_query, &secret(), BODY)).await;
    assert_eq!(reply.status, 204);
}

#[tokio::test]
async fn other_methods_are_told_which_one_is_allowed() {
    let server = Running::with(router(), |_| {}).await;
    let mut wire = server.connect().await;
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"] {
        let reply =
            wire.exchange(format!("{method} {PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n")).await;
        assert_eq!((reply.status, reply.header("allow")), (405, Some("POST")), "{method}");
        assert_eq!(reply.body, "method not allowed\n", "{method}");
    }
    assert_eq!(wire.exchange(good()).await.status, 204, "the connection is still good");
}

#[tokio::test]
async fn what_is_no_http_is_a_bad_request() {
    let server = Running::with(router(), |_| {}).await;
    for (what, bytes) in [
        ("no request line", "hello there\r\n\r\n".to_owned()),
        ("header line without a colon", format!("POST {PATH} HTTP/1.1\r\nhost\r\n\r\n")),
        (
            "two lengths",
            format!("POST {PATH} HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n"),
        ),
        ("length that is no number", format!("POST {PATH} HTTP/1.1\r\ncontent-length: +1\r\n\r\n")),
    ] {
        let mut wire = server.connect().await;
        wire.send(bytes).await;
        let statuses: Vec<_> = wire.replies_until_end().await.iter().map(|r| r.status).collect();
        assert_eq!(statuses, [400], "{what}");
    }
}
