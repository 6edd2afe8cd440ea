//! The service, over real sockets and a real inbox.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "the service under test reads the real clock")]

mod check;
mod lifecycle;
mod page;
mod reload;
mod support;
