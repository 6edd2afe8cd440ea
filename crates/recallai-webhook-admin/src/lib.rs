//! Admin API, live stream and dashboard of what Recall.ai webhooks have told: recordings, messages, dead letters.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
#![allow(
    dead_code,
    unused_imports,
    reason = "the answers are here before the routes that give them"
)]

mod api;
mod dashboard;
mod extract;
mod model;
mod problem;
mod shared;

pub use dashboard::dashboard;
