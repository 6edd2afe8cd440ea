//! The API over an inbox in memory that real meetings have filled: what it answers, and what requests change.
#![allow(clippy::disallowed_methods, reason = "it looks for programs")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "tests say what they skip")]

mod dead_letters;
mod document;
mod messages;
mod page;
mod recordings;
mod requests;
mod scene;
mod schemathesis;
mod waits;
