//! The outputs to brokers against the brokers themselves: each test starts a server of its own on ports that
//! are free, in a directory that goes with it. What arrived is read back with clients of others.
//!
//! A server or client that is not installed is skipped with a line that says how to get it, unless
//! `RECALLAI_WEBHOOK_BROKERS=required`.

#![allow(clippy::disallowed_methods, reason = "it looks for programs, and measures")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests say what they skip, and figures"
)]

mod amqp;
mod certificates;
mod kafka;
#[path = "../many/mod.rs"]
mod many;
mod nats;
mod process;
mod proxy;
mod reader;
mod redis;
mod waiting;

use recallai_webhook_outputs::{Attribute, Outgoing};

/// A message about a recording.
fn outgoing(key: &str, event: &str) -> Outgoing {
    let mut outgoing = Outgoing::json(key, r#"{"event":"transcript.done","ä":1}"#);
    outgoing.subject = "eu/recording/r1".into();
    outgoing.attributes = vec![
        (Attribute::Subscription, "pipeline".into()),
        (Attribute::Scope, "eu".into()),
        (Attribute::Event, event.into()),
        (Attribute::SubjectKind, "recording".into()),
        (Attribute::SubjectId, "r1".into()),
        (Attribute::Traceparent, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into()),
    ];
    outgoing
}

/// Whether a test cannot run because something is not installed: it says so, or fails if it must run.
fn is_missing(what: &str, remedy: &str) -> bool {
    let required = std::env::var("RECALLAI_WEBHOOK_BROKERS").is_ok_and(|value| value == "required");
    assert!(!required, "{what} is not there: {remedy}");
    eprintln!("skipped: {what} is not there: {remedy}");
    true
}
