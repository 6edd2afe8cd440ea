//! Receive [Recall.ai] recording webhooks: verified on their raw bytes, typed, routed to your code,
//! answered as the sender expects.
//!
//! ```no_run
//! # #[cfg(feature = "hyper")] mod example {
//! use recallai_webhook::{Endpoint, Receiver, Router, Secret, Server, Unmatched, Verifier, Webhooks};
//! use recallai_webhook::names::TRANSCRIPT_DONE;
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let secret = Secret::parse(&std::env::var("RECALLAI_WEBHOOK_SECRET")?)?;
//!     let router = Router::builder(Unmatched::ACKNOWLEDGE)
//!         .on(TRANSCRIPT_DONE, |event, _| async move {
//!             println!("transcript {} of {} is ready", event.artifact.id, event.recording.id);
//!         });
//!     let endpoint = Endpoint::signed("recall", Verifier::new(secret));
//!     let webhooks = Webhooks::new().endpoint("/hook", Receiver::inline(endpoint, router.build()));
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//!     Ok(Server::new(webhooks).serve(listener, std::future::pending()).await?)
//! }
//! # }
//! # fn main() {}
//! ```
//!
//! This crate only gives the crates of the toolkit one name; it has no logic of its own. Take a
//! single one where that is all you need:
//!
//! | module | crate | for |
//! |---|---|---|
//! | [`event`] | `recallai-webhook-event` | just the types: bytes to typed events |
//! | [`signature`] | `recallai-webhook-signature` | just the verifier, with any HTTP library |
//! | [`recording`] | `recallai-webhook-recording` | the state of recordings, and what is ready |
//! | [`inbox`] | `recallai-webhook-inbox` | the durable store of messages: its contract |
//! | `sqlite` | `recallai-webhook-inbox-sqlite` | that store in a SQLite file (feature `sqlite`) |
//! | [`dispatch`] | `recallai-webhook-dispatch` | receiver, router and worker, with your own transport |
//! | `hyper` | `recallai-webhook-hyper` | hyper, tower and axum, and a server (feature `hyper`) |
//!
//! For tests of handlers with whole meetings there is `recallai-webhook-testing`; see
//! [the chapter](guide::testing). The binary `recallai-webhook`, for teams without Rust code, is in
//! `recallai-webhook-cli`.
//!
//! # Guide
//!
//! The module [`guide`] has a chapter for each question. Begin with
//! [your first event](guide::first_event), which takes five minutes.
//!
//! `docs/troubleshooting.md` in the repository goes by symptoms, for when something does not work.
//!
//! # Features
//!
//! - `hyper` (default): the module `hyper`.
//! - `sqlite`: the module `sqlite`.
//! - `axum`: extractors for axum handlers.
//! - `ed25519`: `v1a` signatures.
//! - `schema`: the JSON Schema of all events.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
//!
//! [Recall.ai]: https://docs.recall.ai/docs/recording-webhooks

pub mod guide;

pub use recallai_webhook_dispatch as dispatch;
pub use recallai_webhook_event as event;
#[cfg(feature = "hyper")]
pub use recallai_webhook_hyper as hyper;
#[cfg(feature = "sqlite")]
pub use recallai_webhook_inbox_sqlite as sqlite;
pub use recallai_webhook_signature as signature;

pub use recallai_webhook_dispatch::{
    Answer, Context, Endpoint, EventOf, Failure, Handler, HandlerResult, JobContext, Message,
    Permanent, PutOff, Receiver, Reply, RetryAfter, RetryPolicy, Router, Subscriber, Token, Turned,
    Unmatched, Unreadable, VerifiedDelivery, Worker, any_event, artifact, handler_failure,
    on_ready, unknown_event, unreadable_message,
};
pub use recallai_webhook_dispatch::{inbox, recording};
pub use recallai_webhook_event::{ArtifactKind, Code, Event, EventData, names};
#[cfg(feature = "axum")]
pub use recallai_webhook_hyper::{Admission, VerifiedEvent, VerifiedRequest};
#[cfg(feature = "hyper")]
pub use recallai_webhook_hyper::{Limits, Server, Webhooks};
pub use recallai_webhook_signature::{Secret, Verifier};
