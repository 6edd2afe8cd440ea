//! Request heads on the wire: too slow, too long, too many lines, in pieces, and none at all.
#![cfg(feature = "server")]

use std::time::Duration;

use recallai_webhook_hyper::Limits;
use support::{BODY, PATH, Reply, Running, good, router};

mod support;

fn statuses(replies: &[Reply]) -> Vec<u16> {
    replies.iter().map(|reply| reply.status).collect()
}

/// A good delivery with more header lines, or longer ones.
fn with_lines(lines: &str) -> String {
    good().replacen("\r\nhost:", &format!("\r\n{lines}host:"), 1)
}

#[tokio::test]
async fn too_many_header_lines_are_refused() {
    let few = Running::with(router(), |limits| limits.header_lines = 6).await;
    let usual = Running::with(router(), |_| {}).await;
    // `good` has five lines of its own.
    for (server, more) in [(few, 1), (usual, Limits::default().header_lines - 5)] {
        let within = with_lines(&"x: y\r\n".repeat(more));
        assert_eq!(server.connect().await.exchange(within).await.status, 204, "{more} more");
        let mut wire = server.connect().await;
        wire.send(with_lines(&"x: y\r\n".repeat(more + 1))).await;
        assert_eq!(statuses(&wire.replies_until_end().await), [431], "{} more", more + 1);
    }
}

#[tokio::test]
async fn a_head_over_the_limit_is_refused() {
    let server = Running::with(router(), |limits| limits.head_len = 1024).await;
    let mut wire = server.connect().await;
    wire.send(with_lines(&format!("x: {}\r\n", "y".repeat(1024)))).await;
    assert_eq!(statuses(&wire.replies_until_end().await), [431]);

    let mut endless = server.connect().await;
    endless.send(format!("POST {PATH} HTTP/1.1\r\nx: {}", "y".repeat(1024))).await;
    assert_eq!(statuses(&endless.replies_until_end().await), [431], "before the head has ended");
}

#[tokio::test]
async fn a_long_head_within_the_limit_is_taken() {
    let server = Running::with(router(), |_| {}).await;
    let long = with_lines(&format!("x: {}\r\n", "y".repeat(30 * 1024)));
    assert_eq!(server.connect().await.exchange(long).await.status, 204);
}

#[tokio::test]
async fn a_head_that_is_begun_and_not_finished_is_told_so() {
    let server = Running::with(router(), |limits| limits.head_time = Duration::from_secs(1)).await;
    let mut wire = server.connect().await;
    wire.send(format!("POST {PATH} HTTP/1.1\r\nhost: loc")).await;
    let replies = wire.replies_until_end().await;
    assert_eq!(statuses(&replies), [408]);
    assert_eq!(replies[0].header("connection"), Some("close"));
}

#[tokio::test]
async fn a_connection_that_sends_nothing_is_closed_without_a_word() {
    let server =
        Running::with(router(), |limits| limits.head_time = Duration::from_millis(50)).await;
    assert_eq!(server.connect().await.replies_until_end().await, []);
}

#[tokio::test]
async fn a_connection_that_is_idle_after_a_request_is_closed_without_a_word() {
    let server = Running::with(router(), |limits| limits.head_time = Duration::from_secs(1)).await;
    let get = format!("GET {PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let (mut delivered, mut asked) = (server.connect().await, server.connect().await);
    assert_eq!(delivered.exchange(good()).await.status, 204);
    assert_eq!(asked.exchange(get).await.status, 405);
    assert_eq!(delivered.replies_until_end().await, []);
    assert_eq!(asked.replies_until_end().await, []);
}

#[tokio::test]
async fn a_time_limit_that_is_none_does_no_harm() {
    let server = Running::with(router(), |limits| {
        limits.head_time = Duration::MAX;
        limits.body_time = Duration::MAX;
        limits.shutdown_time = Duration::MAX;
        limits.connections = usize::MAX;
    })
    .await;
    assert_eq!(server.connect().await.exchange(good()).await.status, 204);
}

#[tokio::test]
async fn a_request_in_small_pieces_is_put_together() {
    let server = Running::with(router(), |_| {}).await;
    let mut wire = server.connect().await;
    for piece in good().as_bytes().chunks(7) {
        wire.send(piece).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(wire.reply().await.status, 204);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Running::with(router(), |_| {}).await;
    let get = format!("GET {PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let mut wire = server.connect().await;
    wire.send([good(), get, good(), good()].concat()).await;
    wire.finish_sending().await;
    assert_eq!(statuses(&wire.replies_until_end().await), [204, 405, 204, 204]);
}

#[tokio::test]
async fn a_sender_of_http_1_0_is_answered_and_let_go() {
    let server = Running::with(router(), |_| {}).await;
    let mut wire = server.connect().await;
    wire.send(good().replacen("HTTP/1.1", "HTTP/1.0", 1)).await;
    assert_eq!(statuses(&wire.replies_until_end().await), [204]);

    let mut kept = server.connect().await;
    let keep = with_lines("connection: keep-alive\r\n").replacen("HTTP/1.1", "HTTP/1.0", 1);
    assert_eq!(kept.exchange(&keep).await.status, 204);
    assert_eq!(kept.exchange(&keep).await.status, 204);
    assert!(keep.ends_with(BODY));
}
