//! Durable mode and the worker, on the inbox in memory, in paused time: nothing here sleeps.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod contexts;
mod filters;
mod harness;
mod laws;
mod leases;
mod needs;
mod receiving;
mod retrying;
mod runners;
mod stopping;
#[path = "../support/mod.rs"]
mod support;
