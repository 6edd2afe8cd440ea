//! What the crate promises, one file for each promise.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

#[path = "../laws/mod.rs"]
mod laws;
#[path = "../support/mod.rs"]
mod support;

mod agreement;
mod bombs;
mod builders;
mod catalogue;
mod errors;
mod generate;
mod index;
mod members;
mod no_panic;
mod oracle;
mod round_trip;
mod secrecy;
mod sub_codes;
mod traps;
