//! The contract of a durable inbox for [Recall.ai] webhooks: every verified message stored once before
//! it is acknowledged, folded into the state of recordings, and made into jobs that run until they
//! succeed.
//!
//! [`Inbox`] is what stores implement; this crate has one that keeps everything in memory, for tests and
//! for trying things out, and the suite that holds all of them to the same promises (feature
//! `conformance`).
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use recallai_webhook_inbox::{Appended, Inbox, InboxExt, MemoryInbox, NewMessage};
//! use recallai_webhook_recording::Subject;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let inbox = MemoryInbox::new();
//! let body = r#"{"event":"transcript.done","data":{
//!     "data":{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56Z"},
//!     "transcript":{"id":"t1","metadata":{}},"recording":{"id":"r1","metadata":{}}}}"#;
//! let message = NewMessage::parse("recall", "msg_1", body, SystemTime::UNIX_EPOCH);
//!
//! assert!(matches!(inbox.append(message.clone()).await?, Appended::New { .. }));
//! assert!(matches!(inbox.append(message).await?, Appended::Duplicate { conflict: false, .. }));
//!
//! let recording = Subject::recording("r1");
//! let need = "transcript".parse()?;
//! let readiness = inbox.wait("recall", &recording, &need, Duration::from_secs(30)).await?;
//! assert_eq!(readiness.name(), "ready");
//! # Ok(())
//! # }
//! ```
//!
//! [`Inbox::append`] is the receiving side, [`Inbox::claim`] and [`Inbox::settle`] the working side,
//! [`InboxExt::wait`] and the queries the asking side. [`plan`] decides what a message comes to, and
//! [`Watchers`] who is told: both are for those who implement a store, so that no two stores disagree.
//!
//! It knows no SQL: `recallai-webhook-inbox-sqlite` keeps an inbox in a file. It runs no handlers:
//! `recallai-webhook-dispatch` does. What a state means is in `recallai-webhook-recording`.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
//!
//! [Recall.ai]: https://docs.recall.ai/docs/recording-webhooks

mod answer;
mod clock;
mod commit;
#[cfg(feature = "conformance")]
pub mod conformance;
mod endpoints;
mod error;
mod filter;
mod inbox;
mod job;
mod keeping;
mod memory;
mod message;
pub mod plan;
mod query;
mod reading;
mod subscription;
mod wait;
mod watch;
mod word;

pub use answer::{Fault, Stats, StoredSubject, StoredSubscription};
pub use clock::{Clock, ManualClock, SystemClock};
pub use commit::{CommitObserver, CommitReport};
pub use endpoints::Endpoints;
pub use error::InboxError;
pub use filter::{Filter, Pattern, PatternError};
pub use inbox::Inbox;
pub use job::{
    Claim, Claimed, FAILURES_KEPT, Job, JobEnd, JobFailure, JobId, JobState, LONGEST_WAIT, Lease,
    StoredJob, Task,
};
pub use keeping::{Erase, Erased, Progress, Prune, RESEND_WINDOW, Reparse, Replay};
pub use memory::MemoryInbox;
pub use message::{Appended, NewMessage, Seq, SignatureFamily, Signed, StoredMessage};
pub use query::{DEFAULT_LIMIT, JobQuery, MessageQuery, SubjectQuery};
pub use reading::{Class, Reader, Reading};
pub use subscription::{Interest, Order, Start, Subscribed, Subscription, Turn};
pub use wait::{Follow, InboxExt};
pub use watch::{Topic, Watch, Watchers};
pub use word::WordError;

pub use recallai_webhook_recording as recording;
