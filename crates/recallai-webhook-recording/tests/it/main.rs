//! What the crate promises, one file for each promise.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends at the first surprise"
)]

mod bounds;
mod encoding;
mod events;
mod facts;
mod fixtures;
mod laws;
mod need;
mod outcome;
mod readiness;
mod traps;
