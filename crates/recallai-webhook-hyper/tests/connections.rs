//! No more connections are open at once than the limit says; the others wait.
#![cfg(feature = "server")]

use support::{Door, PATH, Running, good};

mod support;

#[tokio::test]
async fn a_connection_over_the_limit_waits_until_another_ends() {
    let door = Door::new();
    let server = Running::with(door.in_handler(), |limits| limits.connections = 2).await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    first.send(good()).await;
    second.send(good()).await;
    door.entered(2).await;
    let mut third = server.connect().await;
    third.send(good()).await;

    door.let_go(2);
    assert_eq!(first.reply().await.status, 204);
    assert_eq!(second.reply().await.status, 204);
    // Both are open still. The server has many turns to serve a third, and does not.
    for _ in 0..20 {
        let get = format!("GET {PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert_eq!(first.exchange(get).await.status, 405);
    }
    assert!(door.nobody_else_entered());

    drop(first);
    door.entered(1).await;
    door.let_go(1);
    assert_eq!(third.reply().await.status, 204);
}
