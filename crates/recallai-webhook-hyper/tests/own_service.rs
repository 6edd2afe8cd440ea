//! The server serves a service of somebody else's as it serves webhooks.
#![cfg(feature = "server")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Request;
use hyper::body::{Body, Frame};
use hyper::service::service_fn;
use recallai_webhook_hyper::dispatch::Reply;
use recallai_webhook_hyper::{Incoming, Limits, Server, response};
use support::{PATH, Wire};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

mod support;

/// Takes every body within the limits, on connections that the kernel has queued when it is to stop.
async fn replies(requests: &[&str]) -> Vec<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut wires = Vec::new();
    for request in requests {
        let mut wire = Wire::connect(listener.local_addr().unwrap()).await;
        wire.send(request).await;
        wires.push(wire);
    }
    let mut limits = Limits::default();
    limits.body_len = 4;
    limits.header_lines = 4;
    let service = service_fn(move |request: Request<Incoming>| {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let reply = limits.read(&parts, body).await.map_or_else(|r| r, |_| Reply::Acknowledged);
            Ok::<_, Infallible>(response(reply, true))
        })
    });
    let serving = tokio::spawn(Server::of(service, limits).serve(listener, async {}));
    let mut statuses = Vec::new();
    for mut wire in wires {
        statuses.push(wire.reply().await.status);
        assert_eq!(wire.replies_until_end().await, []);
    }
    serving.await.unwrap().unwrap();
    statuses
}

#[tokio::test]
async fn limits_hold_and_what_was_accepted_is_answered() {
    let post = |headers: &str, body: &str| {
        format!("POST {PATH} HTTP/1.1\r\nhost: a\r\n{headers}\r\n{body}")
    };
    let requests = [
        post("content-length: 4\r\n", "{  }"),
        // No byte of it is sent: it is not asked for.
        post("content-length: 5\r\nexpect: 100-continue\r\n", ""),
        post("transfer-encoding: chunked\r\n", "5\r\n{   }\r\n0\r\n\r\n"),
        post("a: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\n", ""),
        format!("GET {PATH} HTTP/1.1\r\nhost: a\r\n\r\n"),
    ];
    let requests: Vec<_> = requests.iter().map(String::as_str).collect();
    assert_eq!(replies(&requests).await, [204, 413, 413, 431, 405]);
}

/// A body that never ends: the head of its answer is there before the rest of it.
struct Endless;

impl Body for Endless {
    type Data = &'static [u8];
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Poll::Pending
    }
}

/// Sends to whoever waits that the answer was dropped.
struct Dropped(Option<oneshot::Sender<()>>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.take().map(|dropped| dropped.send(()));
    }
}

#[tokio::test]
async fn an_answer_is_dropped_once_nobody_waits_for_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (called, mut calls) = mpsc::unbounded_channel();
    let service = service_fn(move |_: Request<Incoming>| {
        let (dropped, on_dropped) = oneshot::channel();
        called.send(on_dropped).unwrap();
        let dropped = Dropped(Some(dropped));
        Box::pin(async move {
            std::future::pending::<()>().await;
            drop(dropped);
            Ok::<_, Infallible>(http::Response::new(Endless))
        })
    });
    let server = Server::of(service, Limits::default()).with_half_close(false);
    let serving = tokio::spawn(server.serve(listener, std::future::pending()));
    let mut wire = Wire::connect(address).await;
    wire.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let dropped = calls.recv().await.unwrap();
    drop(wire);
    dropped.await.unwrap();
    serving.abort();
}

#[tokio::test]
async fn a_body_that_is_not_over_is_sent_as_it_comes() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = service_fn(|_: Request<Incoming>| {
        Box::pin(async { Ok::<_, Infallible>(http::Response::new(Endless)) })
    });
    let serving = tokio::spawn(
        Server::of(service, Limits::default()).serve(listener, std::future::pending()),
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 200 OK\r\n"), "{head:?}");
    serving.abort();
}
