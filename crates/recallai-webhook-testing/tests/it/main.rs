//! Runs of harnesses: what they come to, and that they fail when they should.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends at the first surprise"
)]

mod clock;
mod inline;
mod outage;
mod own;
mod same;
mod states;
mod worker;
