//! Admin API, live stream and dashboard of what Recall.ai webhooks have told: recordings, messages, dead letters.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
mod admin;
mod api;
mod dashboard;
mod extract;
mod guard;
mod model;
mod probes;
mod problem;
mod settings;
mod shared;
mod stream;

pub use admin::Admin;
pub use dashboard::dashboard;
pub use settings::AdminHandle;
