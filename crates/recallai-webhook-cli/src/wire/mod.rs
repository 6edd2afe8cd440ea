//! One HTTP/1.1 client for all commands that send.
//!
//! It writes requests as they are given, byte for byte, and also as a broken sender would: slowly, or cut off
//! in the middle. No client library sends such requests, so this one writes to the socket itself. It follows
//! no redirects, asks no proxy and adds no headers.

mod body;
mod client;
mod connection;
mod end_to_end;
mod error;
mod incoming;
mod reply;
mod request;
mod target;
mod tls;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub(crate) use client::Client;
pub(crate) use end_to_end::end_to_end;
pub(crate) use error::WireError;
pub(crate) use reply::WireReply;
pub(crate) use request::WireRequest;
pub(crate) use target::Target;

/// How long the vendor's sender waits for an answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);
