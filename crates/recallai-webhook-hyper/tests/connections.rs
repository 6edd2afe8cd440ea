//! No more connections are open at once than the limit says, and those that only wait make room.
#![cfg(feature = "server")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use support::{Door, PATH, Running, Wire, good, router};

mod support;

/// Longer than any test may take: what ends such a wait is something else.
const HOUR: Duration = Duration::from_secs(3600);

/// Sends the head of a good delivery, and waits until its body is waited for. Returns the body.
async fn send_head(wire: &mut Wire) -> String {
    let (head, body) =
        good().split_once("\r\n\r\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let reply = wire.exchange(format!("{head}\r\nexpect: 100-continue\r\n\r\n")).await;
    assert_eq!(reply.status, 100);
    body
}

#[tokio::test]
async fn a_connection_over_the_limit_waits_while_all_are_answered() {
    let door = Door::new();
    let server = Running::with(door.in_handler(), |limits| limits.connections = 2).await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    first.send(good()).await;
    second.send(good()).await;
    door.entered(2).await;
    let mut third = server.connect().await;
    third.send(good()).await;
    // The server has many turns to serve a third, and does not.
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert!(door.nobody_else_entered());

    door.let_go(1);
    door.entered(1).await;
    door.let_go(2);
    for wire in [&mut first, &mut second, &mut third] {
        assert_eq!(wire.reply().await.status, 204);
    }
}

#[tokio::test]
async fn who_has_waited_longest_makes_room() {
    let server = Running::with(router(), |limits| limits.connections = 3).await;
    let get = format!("GET {PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let mut oldest = server.connect().await;
    assert_eq!(oldest.exchange(&*get).await.status, 405);
    let mut older = server.connect().await;
    assert_eq!(older.exchange(&*get).await.status, 405);
    // It has asked for something since, and so has not waited as long.
    assert_eq!(oldest.exchange(&*get).await.status, 405);
    let mut begun = server.connect().await;
    begun.send("POST /x HTTP/1.1\r\nho").await;
    let mut newest = server.connect().await;
    assert_eq!(newest.exchange(&*get).await.status, 405);
    assert_eq!(older.replies_until_end().await, []);
    assert_eq!(oldest.exchange(&*get).await.status, 405);

    // A head that is never finished counts as waiting, too.
    let mut last = server.connect().await;
    assert_eq!(last.exchange(&*get).await.status, 405);
    assert_eq!(begun.replies_until_end().await, []);
    assert_eq!(oldest.exchange(&*get).await.status, 405);
    assert_eq!(newest.exchange(&*get).await.status, 405);
}

#[tokio::test]
async fn a_crowd_that_says_nothing_keeps_nobody_out() {
    let server = Running::with(router(), |limits| limits.connections = 8).await;
    let mut crowd = Vec::new();
    for number in 0..200 {
        let mut idle = server.connect().await;
        if number % 2 == 0 {
            idle.send("POST /x HTTP/1.1\r\nx: ").await;
        }
        crowd.push(idle);
        if number % 10 == 0 {
            let mut sender = server.connect().await;
            assert_eq!(sender.exchange(good()).await.status, 204);
        }
    }
}

#[tokio::test]
async fn a_crowd_whose_bodies_never_come_keeps_nobody_out() {
    let server = Running::with(router(), |limits| {
        (limits.connections, limits.body_time) = (8, HOUR);
    })
    .await;
    let mut crowd = Vec::new();
    for number in 0..200 {
        let mut slow = server.connect().await;
        slow.send(format!("POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n")).await;
        if number % 2 == 0 {
            slow.send("x").await;
        }
        crowd.push(slow);
        if number % 10 == 0 {
            let mut sender = server.connect().await;
            assert_eq!(sender.exchange(good()).await.status, 204);
        }
    }
}

#[tokio::test]
async fn who_has_waited_longest_for_a_body_makes_room_and_bytes_buy_no_time() {
    let server = Running::with(router(), |limits| {
        (limits.connections, limits.body_time) = (3, HOUR);
    })
    .await;
    let (mut oldest, mut older) = (server.connect().await, server.connect().await);
    let body = send_head(&mut oldest).await;
    assert_eq!(send_head(&mut older).await, body);
    oldest.send(&body[..1]).await;
    // It asks for something after the byte was sent, and so the byte has been read.
    let mut idle = server.connect().await;
    assert_eq!(idle.exchange(good()).await.status, 204);
    let mut newcomer = server.connect().await;
    assert_eq!(newcomer.exchange(good()).await.status, 204);
    assert_eq!(oldest.reply().await.status, 408);
    older.send(&body).await;
    assert_eq!(older.reply().await.status, 204);
}

#[tokio::test]
async fn a_delivery_in_two_packets_outlives_those_that_were_there_before_it() {
    let server = Running::with(router(), |limits| {
        (limits.connections, limits.body_time) = (4, HOUR);
    })
    .await;
    // It was idle for longest, and has begun something since.
    let mut sender = server.connect().await;
    assert_eq!(sender.exchange(good()).await.status, 204);
    let mut crowd = Vec::new();
    for _ in 0..3 {
        let mut slow = server.connect().await;
        send_head(&mut slow).await;
        crowd.push(slow);
    }
    let body = send_head(&mut sender).await;
    let mut newcomers = Vec::new();
    for mut slow in crowd {
        let mut newcomer = server.connect().await;
        assert_eq!(newcomer.exchange(good()).await.status, 204);
        assert_eq!(slow.reply().await.status, 408);
        newcomers.push(newcomer);
    }
    sender.send(&body).await;
    assert_eq!(sender.reply().await.status, 204);
}

#[tokio::test]
async fn a_request_that_came_in_two_packets_makes_no_room_while_it_is_answered() {
    let door = Door::new();
    let server = Running::with(door.in_handler(), |limits| {
        (limits.connections, limits.body_time) = (1, HOUR);
    })
    .await;
    let mut sender = server.connect().await;
    let body = send_head(&mut sender).await;
    sender.send(&body).await;
    door.entered(1).await;
    let mut newcomer = server.connect().await;
    newcomer.send(good()).await;
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert!(door.nobody_else_entered());
    door.let_go(2);
    assert_eq!(sender.reply().await.status, 204);
    assert_eq!(newcomer.reply().await.status, 204);
}
