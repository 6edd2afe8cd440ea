//! Bodies on the wire: too long, too slow, cut short, and asked for only when they are wanted.
#![cfg(feature = "server")]

use std::time::Duration;

use recallai_webhook_hyper::Limits;
use support::{BODY, Door, PATH, Running, Signed, Wire, good, router, secret};

mod support;

const TOO_LONG: usize = 600 * 1024;

fn head(lines: &str) -> String {
    format!("POST {PATH} HTTP/1.1\r\nhost: localhost\r\n{lines}\r\n")
}

/// The head of a good delivery whose sender waits to be asked for the body.
fn asks_first(content_length: usize) -> String {
    let signed = Signed::now(&secret(), BODY).lines();
    head(&format!("{signed}content-length: {content_length}\r\nexpect: 100-continue\r\n"))
}

fn chunked(body: &str) -> String {
    let signed = Signed::now(&secret(), body).lines();
    let (first, second) = body.split_at(body.len() / 2);
    let (first_len, second_len) = (first.len(), second.len());
    let head = head(&format!("{signed}transfer-encoding: chunked\r\n"));
    format!("{head}{first_len:x}\r\n{first}\r\n{second_len:x}\r\n{second}\r\n0\r\n\r\n")
}

/// The one reply that comes before the server ends the connection.
async fn last_status(wire: &mut Wire) -> u16 {
    let replies = wire.replies_until_end().await;
    assert_eq!(replies.len(), 1, "{replies:?}");
    assert_eq!(replies[0].header("connection"), Some("close"));
    replies[0].status
}

#[tokio::test]
async fn a_length_over_the_limit_is_answered_before_a_byte_of_the_body_is_sent() {
    let server = Running::with(router(), |_| {}).await;
    let limit = Limits::default().body_len;
    let mut wire = server.connect().await;
    wire.send(head(&format!("content-length: {}\r\n", limit + 1))).await;
    let reply = wire.reply().await;
    assert_eq!((reply.status, reply.body.as_str()), (413, "content too large\n"));
}

#[tokio::test]
async fn a_sender_that_asks_first_is_not_told_to_continue_in_vain() {
    let server = Running::with(router(), |_| {}).await;
    let mut wire = server.connect().await;
    wire.send(asks_first(TOO_LONG)).await;
    assert_eq!(wire.reply().await.status, 413, "the first reply, with no 100 before it");

    let elsewhere = asks_first(BODY.len()).replacen(PATH, "/elsewhere", 1);
    let mut wire = server.connect().await;
    wire.send(elsewhere).await;
    assert_eq!(wire.reply().await.status, 404, "the first reply, with no 100 before it");
}

#[tokio::test]
async fn a_sender_that_asks_first_is_told_to_continue_and_acknowledged() {
    let server = Running::with(router(), |_| {}).await;
    let mut wire = server.connect().await;
    assert_eq!(wire.exchange(asks_first(BODY.len())).await.status, 100);
    assert_eq!(wire.exchange(BODY).await.status, 204);
    assert_eq!(wire.exchange(good()).await.status, 204, "the connection is still good");
}

#[tokio::test]
async fn a_sender_that_writes_all_of_a_long_body_still_reads_the_reply() {
    let server = Running::with(router(), |_| {}).await;
    for path in [PATH, "/elsewhere"] {
        let head = head(&format!("content-length: {TOO_LONG}\r\n")).replacen(PATH, path, 1);
        let mut wire = server.connect().await;
        wire.send(head).await;
        for _ in 0..TOO_LONG / 1024 {
            wire.send([b' '; 1024]).await;
        }
        assert_eq!(last_status(&mut wire).await, if path == PATH { 413 } else { 404 });
    }
}

#[tokio::test]
async fn a_body_of_unknown_length_is_cut_off_at_the_limit() {
    let server = Running::with(router(), |limits| limits.body_len = BODY.len()).await;
    let mut wire = server.connect().await;
    assert_eq!(wire.exchange(chunked(BODY)).await.status, 204, "just within the limit");
    wire.send(chunked(&format!("{BODY} "))).await;
    assert_eq!(last_status(&mut wire).await, 413);
}

#[tokio::test]
async fn a_body_of_just_the_limit_is_taken() {
    let server = Running::with(router(), |_| {}).await;
    let padding = " ".repeat(Limits::default().body_len - BODY.len());
    let request = support::post(PATH, &secret(), &format!("{BODY}{padding}"));
    assert_eq!(server.connect().await.exchange(request).await.status, 204);
}

#[tokio::test]
async fn a_body_that_stalls_is_given_up() {
    let server =
        Running::with(router(), |limits| limits.body_time = Duration::from_millis(50)).await;
    let whole = good();
    let mut wire = server.connect().await;
    wire.send(&whole[..whole.len() - 1]).await;
    assert_eq!(last_status(&mut wire).await, 408);

    let mut never_begun = server.connect().await;
    assert_eq!(never_begun.exchange(asks_first(BODY.len())).await.status, 100);
    assert_eq!(last_status(&mut never_begun).await, 408);
}

#[tokio::test]
async fn a_body_cut_short_is_a_bad_request_and_no_bad_signature() {
    let server = Running::with(router(), |_| {}).await;
    for whole in [good(), chunked(BODY)] {
        let mut wire = server.connect().await;
        wire.send(&whole[..whole.len() - 5]).await;
        wire.finish_sending().await;
        assert_eq!(last_status(&mut wire).await, 400);
    }
}

#[tokio::test]
async fn a_sender_that_only_stops_sending_still_gets_its_reply() {
    let door = Door::new();
    let server = Running::with(door.in_handler(), |_| {}).await;
    let mut wire = server.connect().await;
    wire.send(good()).await;
    wire.finish_sending().await;
    door.entered(1).await;
    // While the handler is at work, the server has turns to see that nothing more will come.
    for _ in 0..3 {
        assert_eq!(server.connect().await.exchange(head("")).await.status, 401);
    }
    door.let_go(1);
    let statuses: Vec<_> = wire.replies_until_end().await.iter().map(|r| r.status).collect();
    assert_eq!(statuses, [204]);
}
