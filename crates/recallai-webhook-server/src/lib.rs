//! The service that receives Recall.ai webhooks, from one configuration file: endpoints, inbox, outputs, admin API, metrics.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
#![allow(
    clippy::disallowed_methods,
    reason = "the service is where the clock is read; the environment comes in as an argument"
)]
#![allow(
    dead_code,
    unused_imports,
    reason = "the configuration is here before what is built from it"
)]

pub mod config;
pub mod secrets;
