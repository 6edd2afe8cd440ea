//! Receives [Recall.ai] webhook deliveries: verify, parse, store or route to handlers, reply; and works
//! on what is stored.
//!
//! A [`Receiver`] takes a delivery (headers, body, time) and gives back a [`Reply`]. In between it
//! verifies the raw bytes and reads the event, and then does one of two things:
//!
//! - In *inline* mode it awaits the handlers that a [`Router`] has for the event, so that the sender
//!   hears of success only after the work was done.
//! - In *durable* mode it stores the message in an [`inbox`], and the sender hears of success only after
//!   that is durable. A [`Worker`] takes what is stored, and hands it to handlers until they succeed.
//!
//! Inline mode is the shorter one:
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use recallai_webhook_dispatch::{
//!     Delivery, Endpoint, Receiver, Reply, Router, Secret, Unmatched, Verifier,
//!     event::names::TRANSCRIPT_DONE,
//! };
//!
//! let router = Router::builder(Unmatched::ACKNOWLEDGE)
//! .on(TRANSCRIPT_DONE, |transcript, context| async move {
//!     println!("{} of {} is ready", transcript.artifact.id, transcript.recording.id);
//!     assert_eq!(context.message_id(), Some("msg_1"));
//! })
//! .build();
//!
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let body = br#"{"event":"transcript.done","data":{
//!     "data":{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56Z"},
//!     "transcript":{"id":"t1","metadata":{}},"recording":{"id":"r1","metadata":{}}}}"#;
//! let signature = secret.sign("msg_1", 1_614_265_330, body)?;
//! let receiver = Receiver::inline(Endpoint::signed("recall", Verifier::new(secret)), router);
//!
//! let headers: [(&str, &[u8]); 3] = [
//!     ("svix-id", b"msg_1"),
//!     ("svix-timestamp", b"1614265330"),
//!     ("svix-signature", signature.as_bytes()),
//! ];
//! let received_at = UNIX_EPOCH + Duration::from_secs(1_614_265_331);
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let reply = receiver.receive(Delivery::new(headers, body.as_slice().into(), received_at)).await;
//! assert_eq!(reply, Reply::Acknowledged);
//! # });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Two outcomes that look alike are kept apart, and [`Router::builder`] asks what to do with each:
//! an event that is *unhandled* (known, but nobody registered for it) and one that is *unknown* (its
//! name is not in the catalogue). A verified body that cannot be read is *unreadable*; sending it
//! again would not mend it, so it is acknowledged and goes to handlers for [`unreadable_message`].
//!
//! Handlers are the same in both modes, but for what their [`Context`] can tell; in a worker each has a
//! name, under which the store keeps its jobs. See [`Receiver::durable`] and [`Worker`] for examples.
//!
//! It knows no HTTP library and no sockets: `recallai-webhook-hyper` is the adapter. It reads no
//! clock: each delivery brings its time, and a store has its own. It stores nothing itself, and knows no
//! SQL: `recallai-webhook-inbox` is the contract, `recallai-webhook-inbox-sqlite` an inbox in a file.
//!
//! Needs a tokio runtime with time enabled, for time limits, leases and retries.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
//!
//! [Recall.ai]: https://docs.recall.ai/docs/recording-webhooks

mod context;
pub mod danger;
mod delivery;
mod durable;
mod endpoint;
mod handler;
mod identity;
mod inline;
mod mark;
mod message;
mod observer;
mod receiver;
mod refusal_log;
mod reply;
mod router;
mod selector;
mod spelling;
mod store_log;
mod time_limit;
mod token;
pub mod trace;
mod worker;

pub use context::{Context, JobContext};
pub use delivery::{Delivery, VerifiedDelivery};
pub use endpoint::{Endpoint, Refusal};
pub use handler::{Failure, Handler, HandlerError, HandlerResult, IntoHandlerResult};
pub use mark::{GivenUp, Permanent, PutOff, RetryAfter};
pub use message::{Message, Unreadable};
pub use observer::{Observer, Outcome, Report};
pub use receiver::{DEFAULT_TIME_LIMIT, Receiver};
pub use reply::Reply;
pub use router::{Answer, Router, RouterBuilder, Unmatched};
pub use selector::{
    AnyEvent, ArtifactStatus, EventOf, HandlerFailure, MessageSelector, Selector, UnknownEvent,
    UnreadableMessage, any_event, artifact, handler_failure, unknown_event, unreadable_message,
};
pub use spelling::{Spelling, spellings};
pub use token::{Token, TokenError, TokenRefusal};
pub use worker::{
    FailedAttempt, JobObserver, JobReport, NeedHandlers, RetryPolicy, Stage, Subscriber, Turned,
    Worker, WorkerBuilder, WorkerError, on_ready,
};

pub use recallai_webhook_event as event;
pub use recallai_webhook_inbox as inbox;
pub use recallai_webhook_recording as recording;
pub use recallai_webhook_signature as signature;
pub use recallai_webhook_signature::{Secret, Verifier, VerifyError};
