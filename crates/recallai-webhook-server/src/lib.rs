//! The service that receives Recall.ai webhooks, from one configuration file: endpoints, inbox, outputs, admin API, metrics.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
#![allow(
    clippy::disallowed_methods,
    reason = "the service is where the clock is read; the environment comes in as an argument"
)]

pub mod config;
pub mod doctor;
pub mod secrets;
mod service;

pub use service::{Opened, Ready, Reloader, Service, ServiceError};
