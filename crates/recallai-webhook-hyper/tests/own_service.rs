//! The server serves a service of somebody else's as it serves webhooks.
#![cfg(feature = "server")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::convert::Infallible;

use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use recallai_webhook_hyper::dispatch::Reply;
use recallai_webhook_hyper::{Limits, Server, response};
use support::{PATH, Wire};
use tokio::net::TcpListener;

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
