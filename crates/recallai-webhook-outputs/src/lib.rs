//! Passes on what Recall.ai webhooks have told: handlers for a worker, one for each kind of receiver.
//!
//! An [`Output`] sends one thing at a time, and succeeds only once the receiver has confirmed it. As a
//! handler of a subscription it is tried again until then, so that nothing is lost; what is sent twice has
//! the same idempotency key.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
#![allow(
    clippy::disallowed_methods,
    reason = "outputs talk to the outside: they read credentials from the environment, and clocks"
)]

mod cloudevents;
mod credential;
mod envelope;
mod error;
mod escape;
mod options;
mod outgoing;
mod output;
mod period;
mod printable;
mod size;
mod subscribe;
mod time;
mod turn_document;

pub use credential::{Credential, CredentialError};
pub use envelope::Envelope;
pub use error::OutputError;
pub use options::OutputOptions;
pub use outgoing::{Attribute, Outgoing};
pub use output::Output;
pub use period::{Period, PeriodError};
pub use size::{Size, SizeError};
pub use subscribe::Forward;

pub use recallai_webhook_dispatch as dispatch;
