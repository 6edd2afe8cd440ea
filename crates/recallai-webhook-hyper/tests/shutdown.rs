//! A shutdown answers every request that was accepted, and waits no longer than it may.
#![cfg(feature = "server")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use recallai_webhook_hyper::{Server, Webhooks};
use support::{Door, PATH, Running, Wire, good, receiver, router, secret};
use tokio::net::TcpListener;

mod support;

#[tokio::test]
async fn two_hundred_open_requests_are_all_answered() {
    const OPEN: usize = 200;
    let door = Door::new();
    let mut server = Running::with(door.in_handler(), |_| {}).await;
    let mut wires = Vec::new();
    for _ in 0..OPEN {
        let mut wire = server.connect().await;
        wire.send(good()).await;
        wires.push(wire);
    }
    door.entered(OPEN as u32).await;

    server.stop();
    server.refuses().await;
    door.let_go(OPEN);
    for mut wire in wires {
        let reply = wire.reply().await;
        assert_eq!((reply.status, reply.header("connection")), (204, Some("close")));
        assert_eq!(wire.replies_until_end().await, []);
    }
    server.stopped().await;
}

#[tokio::test]
async fn connections_that_the_kernel_has_queued_are_served() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut wires = Vec::new();
    for _ in 0..3 {
        wires.push(Wire::connect(listener.local_addr().unwrap()).await);
    }
    wires[0].send(good()).await;

    // Told to shut down before it has accepted anything; two of the requests come later.
    let webhooks = Webhooks::new().endpoint(PATH, receiver(secret(), router()));
    let server = Server::new(webhooks).serve(listener, std::future::ready(()));
    let clients = async {
        wires[1].send(good()).await;
        wires[2].send(good()).await;
        for wire in &mut wires {
            assert_eq!(wire.reply().await.status, 204);
        }
        drop(wires);
    };
    let (served, ()) = tokio::join!(server, clients);
    served.unwrap();
}

#[tokio::test]
async fn a_first_request_that_comes_right_after_it_began_is_answered() {
    let mut server = Running::with(router(), |_| {}).await;
    let (mut silent, mut begun) = (server.connect().await, server.connect().await);
    let request = good();
    let (first, second) = request.split_at(40);
    begun.send(first).await;
    // Connections are accepted in order, so after this exchange both of them were.
    assert_eq!(server.connect().await.exchange(good()).await.status, 204);

    server.stop();
    server.refuses().await;
    assert_eq!(silent.exchange(&request).await.status, 204);
    assert_eq!(begun.exchange(second).await.status, 204);
    drop((silent, begun));
    server.stopped().await;
}

#[tokio::test]
async fn a_next_request_that_was_sent_before_it_began_is_answered() {
    let mut server = Running::with(router(), |_| {}).await;
    let mut wire = server.connect().await;
    assert_eq!(wire.exchange(good()).await.status, 204);

    // The server gets no turn in between: it hears of both at once.
    wire.send(good()).await;
    server.stop();
    assert_eq!(wire.reply().await.status, 204);
    assert_eq!(wire.replies_until_end().await, []);
    server.stopped().await;
}

#[tokio::test]
async fn idle_connections_are_closed() {
    let mut server = Running::with(router(), |_| {}).await;
    let mut wire = server.connect().await;
    assert_eq!(wire.exchange(good()).await.status, 204);
    server.stop();
    assert_eq!(wire.replies_until_end().await, []);
    server.stopped().await;
}

#[tokio::test]
async fn what_hangs_is_dropped_when_the_time_is_up() {
    let door = Door::new();
    let mut server =
        Running::with(door.in_handler(), |limits| limits.shutdown_time = Duration::from_millis(50))
            .await;
    let mut wire = server.connect().await;
    wire.send(good()).await;
    door.entered(1).await;
    server.stop();
    server.stopped().await;
    assert_eq!(wire.replies_until_end().await, []);
}
