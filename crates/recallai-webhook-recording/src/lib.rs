//! State of [Recall.ai] recordings from their webhooks, whatever the order they come in.
//!
//! A recording and its media objects change status one by one, and the events that tell so come
//! late, twice and in any order. This crate keeps the *set* of what was observed: [`Facts`] are what
//! one event tells, a [`State`] is what is known of one [`Subject`], a recording, a bot or a Desktop
//! SDK upload. The same events give the same state, bit for bit, in any order and however often.
//! A [`Need`] names the artifacts that somebody waits for; [`Readiness`] answers whether they are
//! there, what is missing and why. [`Outcome`] says what came of a bot.
//!
//! ```
//! use recallai_webhook_event::EventRef;
//! use recallai_webhook_recording::{Facts, Need, Readiness, State, Subject};
//!
//! let done = br#"{"event":"transcript.done","data":{
//!     "data":{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56.339940Z"},
//!     "transcript":{"id":"7d73","metadata":{}},
//!     "recording":{"id":"03d0","metadata":{"user":"42"}},
//!     "bot":{"id":"0b85","metadata":{}}}}"#;
//! let late = br#"{"event":"transcript.processing","data":{
//!     "data":{"code":"processing","sub_code":null,"updated_at":"2024-12-04T23:20:11.000000Z"},
//!     "transcript":{"id":"7d73","metadata":{}},
//!     "recording":{"id":"03d0","metadata":{"user":"42"}},
//!     "bot":{"id":"0b85","metadata":{}}}}"#;
//!
//! let mut state = State::new(Subject::recording("03d0"));
//! assert!(state.apply(&Facts::of(&EventRef::parse(done)?)));
//! assert!(state.apply(&Facts::of(&EventRef::parse(late)?)));
//!
//! let need: Need = "transcript".parse()?;
//! assert!(matches!(state.readiness(&need), Readiness::Ready(_)));
//! assert_eq!(state.metadata(), Some(r#"{"user":"42"}"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It does no I/O, reads no clock and stores nothing: times are those of the events, and a state is
//! handed out as text by [`State::to_json`]. `recallai-webhook-event` reads the bodies,
//! `recallai-webhook-inbox` keeps what this crate computes.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
//!
//! [Recall.ai]: https://docs.recall.ai/docs/recording-webhooks

#![warn(clippy::exhaustive_structs, clippy::exhaustive_enums)]

mod bounded;
mod encoding;
mod facts;
mod item;
mod metadata;
mod need;
mod observation;
mod outcome;
mod readiness;
mod state;
mod subject;

pub use encoding::StateError;
pub use facts::Facts;
pub use item::{Item, ItemKind};
pub use need::{Need, NeedError};
pub use observation::Observation;
pub use outcome::{Outcome, outcome};
pub use readiness::{Available, Hint, Missing, Readiness, Reason, readiness_of_bot};
pub use state::State;
pub use subject::{Subject, SubjectKind, UnknownSubject};
