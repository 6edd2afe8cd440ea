//! Typed events of [Recall.ai] recording webhooks: bytes in, an open and lossless model out.
//!
//! Recall.ai tells when a recording, or one of its media objects, changes status; this crate reads
//! what it says. Everything the vendor may extend is open: an unknown event name, status code, sub
//! code or member is a value, never an error, and survives a round trip. What *is* an error, a [`ParseError`],
//! says which member is wrong, at which path, and never shows a value.
//!
//! ```
//! use recallai_webhook_event::{Event, names::TRANSCRIPT_DONE};
//!
//! let body = br#"{"event":"transcript.done","data":{
//!     "data":{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56.339940Z"},
//!     "transcript":{"id":"7d7387b1-874f-4950-a5b9-1ba6660e2f95","metadata":{}},
//!     "recording":{"id":"03d06804-0cb2-42f8-a255-5b950dde7c57","metadata":{"user":"42"}},
//!     "bot":null}}"#;
//!
//! let event = Event::parse(body)?;
//! let transcript = event.named(TRANSCRIPT_DONE).ok_or("another event")?;
//! assert_eq!(transcript.artifact.id, "7d7387b1-874f-4950-a5b9-1ba6660e2f95");
//! assert_eq!(transcript.status.code, "done");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! There are two readings of a body, from one grammar:
//!
//! - [`EventRef`] borrows the name, the ids and the status, and allocates nothing for the usual
//!   body: for the path of a delivery.
//! - [`Event`] owns everything, metadata and unknown members included: for handlers. The detail of
//!   real-time events stays JSON until it is asked for.
//!
//! [`catalogue`] lists every known event with its meaning; [`SUB_CODES`] the documented reasons of
//! failures. With the feature `schema`, `schema::document` exports a JSON Schema of them all.
//!
//! One thing does not survive: half of a surrogate pair, which JSON can spell and Unicode cannot. In
//! an id, a code or a member name it becomes U+FFFD, so that two names which differ in such halves alone
//! are one name given twice; in values that stay JSON it is kept.
//!
//! It knows no HTTP, no signatures, no clock and no storage. `recallai-webhook-signature` verifies
//! a delivery, `recallai-webhook-dispatch` hands its event to handlers.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
//!
//! [Recall.ai]: https://docs.recall.ai/docs/recording-webhooks

#![warn(clippy::exhaustive_structs, clippy::exhaustive_enums)]

mod borrowed;
pub mod catalogue;
mod error;
mod event;
mod example;
mod grammar;
mod json;
mod kind;
mod name;
mod nullable;
mod payload;
#[cfg(feature = "schema")]
pub mod schema;
mod sub_code;
mod timestamp;
mod value;

pub use borrowed::{EventRef, ResourceRef, StatusRef};
pub use catalogue::{CATALOGUE, Channel, Entry, Family, names};
pub use error::{ParseError, Reason};
pub use event::{Event, EventData};
pub use kind::{ArtifactKind, UnknownArtifactKind};
pub use name::{EventName, FamilyName, Name};
pub use nullable::Nullable;
pub use payload::{
    ArtifactEvent, BotEvent, BotLog, BotStatusChange, BotTranscription, CalendarEvent, ChatMessage,
    Code, LegacyStatus, Log, Participant, ParticipantAction, Payload, RealtimeEndpointEvent,
    RealtimeEvent, Resource, SdkUploadEvent, SlackTeamEvent, Status, SubCode, Time, Utterance,
    Word,
};
pub use sub_code::{SUB_CODES, SubCodeEntry, sub_codes};
pub use timestamp::{Timestamp, rfc3339, rfc3339_millis};
pub use value::{Json, Members};

/// The longest body that is read, in bytes: 4 MiB. The sender's own limit is about 350 kB.
pub const MAX_BODY_LEN: usize = 4 << 20;

/// How deep objects and arrays may be nested: 64 levels. Documented bodies have six.
pub const MAX_DEPTH: usize = 64;

/// The longest number that is read, in characters: 128. A 64-bit float needs 24.
pub const MAX_NUMBER_LEN: usize = 128;
