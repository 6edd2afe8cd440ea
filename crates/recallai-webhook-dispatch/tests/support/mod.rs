//! What the tests share: bodies, a secret, and a sender.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use recallai_webhook_dispatch::{
    Delivery, Endpoint, Receiver, Reply, Router, RouterBuilder, Secret, Unmatched, Verifier,
};

/// The time by the receiver's clock.
pub(crate) fn at() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_614_265_330)
}

pub(crate) const KNOWN: &str = r#"{"event":"transcript.done","data":{
    "data":{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56.339940Z"},
    "transcript":{"id":"t1","metadata":{}},"recording":{"id":"r1","metadata":{}},"bot":null}}"#;

pub(crate) const OTHER: &str = r#"{"event":"recording.failed","data":{
    "data":{"code":"failed","sub_code":"x","updated_at":"2024-12-04T23:25:56.339940Z"},
    "recording":{"id":"r1","metadata":{}},"bot":null}}"#;

pub(crate) const UNKNOWN: &str = r#"{"event":"hologram.done","data":{"shape":"of the future"}}"#;

pub(crate) const UNREADABLE: &str = r#"{"event":"transcript.done","data":{}}"#;

pub(crate) fn secret() -> Secret {
    Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()
}

pub(crate) fn other_secret() -> Secret {
    Secret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap()
}

pub(crate) fn signed(name: &str) -> Endpoint {
    Endpoint::signed(name, Verifier::builder().secret("2026", secret()).build().unwrap())
}

pub(crate) fn router() -> RouterBuilder {
    Router::builder(Unmatched::ACKNOWLEDGE)
}

/// Signs a body as the sender does, one attempt at [`at`], and delivers it at `now`.
pub(crate) async fn deliver(
    receiver: &Receiver,
    secret: &Secret,
    body: &str,
    now: SystemTime,
) -> Reply {
    let signature = secret.sign("msg_1", 1_614_265_330, body.as_bytes()).unwrap();
    let headers: [(&str, &[u8]); 3] = [
        ("webhook-id", b"msg_1"),
        ("webhook-timestamp", b"1614265330"),
        ("webhook-signature", signature.as_bytes()),
    ];
    receiver.receive(Delivery::new(headers, Bytes::from(body.to_owned()), now)).await
}

/// A handler's work that panics when it is awaited.
pub(crate) async fn panics(message: &'static str) {
    panic!("{message}")
}
