//! No more connections are open at once than the limit says, and those that only wait make room.
#![cfg(feature = "server")]

use support::{Door, PATH, Running, good, router};

mod support;

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
