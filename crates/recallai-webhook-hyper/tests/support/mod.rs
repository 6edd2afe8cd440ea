//! What the tests share: a receiver, a sender that signs, and a client that speaks raw bytes.
#![allow(dead_code, unused_imports, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "deliveries are signed at the time they are made")]

use std::time::{SystemTime, UNIX_EPOCH};

use http::Request;
use recallai_webhook_hyper::dispatch::{
    Endpoint, Receiver, Router, RouterBuilder, Secret, Unmatched, Verifier,
};

mod door;
#[cfg(feature = "server")]
mod running;
mod wire;

pub(crate) use door::Door;
#[cfg(feature = "server")]
pub(crate) use running::Running;
pub(crate) use wire::{Reply, Wire};

pub(crate) const PATH: &str = "/webhooks/recall";

pub(crate) const BODY: &str = r#"{"event":"recording.done","data":{
    "data":{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56.339940Z"},
    "recording":{"id":"r1","metadata":{}},"bot":null}}"#;

pub(crate) fn secret() -> Secret {
    Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()
}

pub(crate) fn other_secret() -> Secret {
    Secret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap()
}

pub(crate) fn router() -> RouterBuilder {
    Router::builder(Unmatched::ACKNOWLEDGE)
}

/// Receives what was signed with a secret.
pub(crate) fn receiver(secret: Secret, router: RouterBuilder) -> Receiver {
    Receiver::inline(Endpoint::signed("recall", Verifier::new(secret)), router.build())
}

/// The headers of one attempt at a message.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub(crate) id: String,
    pub(crate) timestamp: String,
    pub(crate) signature: String,
}

impl Signed {
    pub(crate) fn now(secret: &Secret, body: &str) -> Self {
        Self::at(secret, body, unix_now())
    }

    pub(crate) fn at(secret: &Secret, body: &str, timestamp: u64) -> Self {
        let signature = secret.sign("msg_1", timestamp, body.as_bytes()).unwrap();
        Self { id: "msg_1".into(), timestamp: timestamp.to_string(), signature }
    }

    /// As header lines, each with its line end.
    pub(crate) fn lines(&self) -> String {
        let Self { id, timestamp, signature } = self;
        format!(
            "webhook-id: {id}\r\nwebhook-timestamp: {timestamp}\r\nwebhook-signature: {signature}\r\n"
        )
    }
}

/// A whole request as bytes: the request line, the headers of the signature, the body.
pub(crate) fn post(path: &str, secret: &Secret, body: &str) -> String {
    let signed = Signed::now(secret, body).lines();
    let len = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len}\r\n{signed}\r\n{body}"
    )
}

/// A good delivery as bytes.
pub(crate) fn good() -> String {
    post(PATH, &secret(), BODY)
}

/// A signed request for a service that is called in process.
pub(crate) fn request<B>(
    path: &str,
    secret: &Secret,
    body: &str,
    wrap: impl Fn(String) -> B,
) -> Request<B> {
    let signed = Signed::now(secret, body);
    Request::post(path)
        .header("svix-id", signed.id)
        .header("svix-timestamp", signed.timestamp)
        .header("svix-signature", signed.signature)
        .body(wrap(body.to_owned()))
        .unwrap()
}

pub(crate) fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
