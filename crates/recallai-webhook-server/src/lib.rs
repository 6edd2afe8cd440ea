//! The service that receives Recall.ai webhooks, from one configuration file: endpoints, inbox, outputs, admin API, metrics.
//!
//! [`config::Sources`] says where a configuration is read from: a file, variables, arguments. A [`Service`] made
//! of them runs in three steps, [`open`](Service::open), [`Opened::ready`] and [`Ready::run`]; [`Reloader`] has it
//! read the configuration again while it runs. [`doctor::Doctor`] looks at all that it depends on.
//!
//! ```
//! use recallai_webhook_server::Service;
//! use recallai_webhook_server::config::Sources;
//!
//! let variable = ("SECRET".to_owned(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
//! let sources = Sources::new()
//!     .with_variables([variable])
//!     .with_assignment("endpoints.recall.secrets=[{ env = \"SECRET\" }]")?;
//!
//! let loaded = Service::new(sources).check()?;
//! assert_eq!(loaded.config.endpoints["recall"].path, "/webhooks/recall");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It reads no environment and no arguments: `recallai-webhook-cli` hands them in, and has the binary. It prints
//! nothing and sets up no log. Outputs are made by `recallai-webhook-outputs`, the admin API and the dashboard by
//! `recallai-webhook-admin`, metrics and traces by `recallai-webhook-telemetry`, and what is received is kept by
//! `recallai-webhook-inbox-sqlite`; a service with a composition of its own takes those without this crate.
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
