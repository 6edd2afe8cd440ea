//! The examples, run as they stand: what a reader copies works.
#![cfg(all(feature = "axum", feature = "server"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::Future;
use std::io;
use std::net::SocketAddr;

use support::{BODY, PATH, Wire, good, other_secret, post, request, secret};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tower::ServiceExt;

#[path = "../examples/axum_extractor.rs"]
mod axum_extractor;
#[path = "../examples/axum_service.rs"]
mod axum_service;
#[path = "../examples/hyper_server.rs"]
mod hyper_server;
mod support;
#[path = "../examples/tower_service.rs"]
mod tower_service;

/// Runs a server, lets a client do its work, and shuts the server down.
async fn run<S, C>(
    server: impl FnOnce(TcpListener, oneshot::Receiver<()>) -> S,
    client: impl FnOnce(SocketAddr) -> C,
) where
    S: Future<Output = io::Result<()>>,
    C: Future<Output = ()>,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let client = async {
        client(address).await;
        stop.send(()).unwrap();
    };
    let (served, ()) = tokio::join!(server(listener, stopped), client);
    served.unwrap();
}

async fn until(stopped: oneshot::Receiver<()>) {
    stopped.await.unwrap();
}

/// A forged delivery, then a good one; the good one arrives in the queue as `expected`.
async fn deliver(address: SocketAddr, mut queue: mpsc::Receiver<String>, expected: &str) {
    let mut wire = Wire::connect(address).await;
    assert_eq!(wire.exchange(post(PATH, &other_secret(), BODY)).await.status, 401);
    assert_eq!(wire.exchange(good()).await.status, 204);
    assert_eq!(queue.recv().await.as_deref(), Some(expected));
    drop(queue);
    assert_eq!(wire.exchange(good()).await.status, 503, "nobody takes events any more");
}

#[tokio::test]
async fn axum_extractor() {
    let (names, queue) = mpsc::channel(1);
    let app = axum_extractor::app(secret(), names);
    run(
        |listener, stopped| axum_extractor::run(listener, app, until(stopped)),
        |address| deliver(address, queue, "recording.done"),
    )
    .await;
}

#[tokio::test]
async fn axum_service() {
    let (recordings, queue) = mpsc::channel(1);
    let app = axum_service::app(secret(), recordings);
    run(
        |listener, stopped| axum_service::run(listener, app, until(stopped)),
        |address| async move {
            let health = "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";
            assert_eq!(Wire::connect(address).await.exchange(health).await.body, "well\n");
            deliver(address, queue, "r1").await;
        },
    )
    .await;
}

#[tokio::test]
async fn hyper_server() {
    let (names, queue) = mpsc::channel(1);
    let app = hyper_server::app(secret(), names);
    run(
        |listener, stopped| hyper_server::run(listener, app, until(stopped)),
        |address| deliver(address, queue, "recording.done"),
    )
    .await;
}

#[tokio::test]
async fn tower_service() {
    let (answered, mut statuses) = mpsc::unbounded_channel();
    let app = tower_service::app(secret(), move |status| answered.send(status.as_u16()).unwrap());
    for (secret, expected) in [(secret(), 204), (other_secret(), 401)] {
        let request = request(PATH, &secret, BODY, http_body_util::Full::from);
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), expected);
        assert_eq!(statuses.recv().await, Some(expected));
    }
}
