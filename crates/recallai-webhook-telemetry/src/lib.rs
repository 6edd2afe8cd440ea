//! Metrics and traces of [Recall.ai] webhooks, from delivery to handler: for Prometheus and OpenTelemetry.
//!
//! [`Telemetry`] is told of deliveries, of jobs and of commits, counts and measures them, and gives that out
//! twice: as the text that Prometheus reads, and as a [`Snapshot`] for a page that a person looks at.
//!
//! ```
//! use std::sync::Arc;
//! use recallai_webhook_dispatch::inbox::{Inbox, MemoryInbox};
//! use recallai_webhook_dispatch::{
//!     Delivery, Endpoint, Receiver, Secret, Verifier, event::names::TRANSCRIPT_DONE,
//! };
//! use recallai_webhook_telemetry::Telemetry;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (telemetry, inbox) = (Telemetry::new(), Arc::new(MemoryInbox::new()));
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let receiver = Receiver::durable(Endpoint::signed("recall", Verifier::new(secret)), inbox.clone())
//!     .with_observer(telemetry.clone());
//!
//! // Nobody has signed it.
//! let headers: [(&str, &[u8]); 0] = [];
//! let body = "{}".into();
//! receiver.receive(Delivery::new(headers, body, std::time::SystemTime::now())).await;
//!
//! let text = telemetry.render(&inbox.stats().await?);
//! let line = r#"recallai_webhook_deliveries_total{endpoint="recall",result="no_signature_headers"} 1"#;
//! assert!(text.contains(line));
//! let refusal = &telemetry.snapshot().refusals[0];
//! assert_eq!((&*refusal.endpoint, refusal.reason), ("recall", "no_signature_headers"));
//! assert!(refusal.diagnosis.is_some());
//! # Ok(())
//! # }
//! ```
//!
//! A worker is observed in the same way
//! ([`with_observer`](recallai_webhook_dispatch::WorkerBuilder::with_observer)), and an inbox in a file by its
//! option `with_commit_observer`. [`TimeToReady`] follows an inbox and measures how long artifacts take;
//! [`LastDeliveries`] finds there when endpoints had their last delivery before the process began.
//!
//! With the feature `otlp`, `Traces` is an observer of deliveries and jobs as well: it sends each as a span to a
//! collector of OpenTelemetry, all that belongs to a message as one trace.
//!
//! No label of a metric comes from a sender: endpoints and subscriptions are named by whoever configures
//! them, results and reasons by the code. Names of events that are not known are counted; the snapshot keeps
//! the last hundred.
//!
//! It opens no port: whoever has a server serves what is rendered; with `otlp`, it connects to the collector. It
//! knows no store but by its contract, reads the clock through
//! [`Clock`](recallai_webhook_dispatch::inbox::Clock) alone, and reads no environment.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
//!
//! [Recall.ai]: https://docs.recall.ai/docs/recording-webhooks

mod away;
mod endpoint;
mod last_deliveries;
mod meter;
mod names;
mod recent;
mod render;
mod snapshot;
mod subscription;
mod telemetry;
mod time_to_ready;
#[cfg(feature = "otlp")]
mod traces;

pub use away::{AskAway, Away};
pub use last_deliveries::LastDeliveries;
pub use snapshot::{
    Commits, EndpointSeen, JobsSeen, Latency, Minute, RefusalSeen, Snapshot, UnknownName,
};
pub use telemetry::{Reload, Telemetry};
pub use time_to_ready::TimeToReady;
#[cfg(feature = "otlp")]
pub use traces::{TraceError, TraceOptions, Traces};

/// The content type of [`Telemetry::render`].
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
