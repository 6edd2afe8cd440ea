//! Choosing crates: take as much of the toolkit as you need.
//!
//! | you want | take | and bring |
//! |---|---|---|
//! | a service that receives webhooks | `recallai-webhook` | nothing |
//! | the same inside an axum application | `recallai-webhook` with the feature `axum` | axum 0.8 |
//! | receiver and router behind a transport of your own | `recallai-webhook-dispatch` | headers, body and time of each request |
//! | messages stored before they are acknowledged | `recallai-webhook`, and a store such as `recallai-webhook-inbox-sqlite` | a disk |
//! | only to know whether a request is genuine | `recallai-webhook-signature` | the same, and your own parsing |
//! | only the types, for bodies from a queue or a file | `recallai-webhook-event` | bodies that somebody has verified |
//! | whole meetings against your handlers, in tests | `recallai-webhook-testing`, as a dev-dependency | nothing |
//! | no Rust at all | the binary of `recallai-webhook-cli` | a program that reads JSON lines |
//!
//! This crate, the facade, has no logic. It re-exports the others as modules, so that one line in
//! `Cargo.toml` gives versions that fit together. Without its default feature `hyper` it brings event,
//! signature, recording, inbox and dispatch, and no HTTP library.
//!
//! # The binary
//!
//! `recallai-webhook serve --format json` verifies each delivery, keeps it in a database, acknowledges it,
//! and prints it as a line of JSON, at least once. `recordings wait` ends when what is needed is there. It
//! is the way for teams without Rust code, and a tool for the others: `send` signs and posts examples,
//! `verify` tells why a captured request was refused.
//!
//! # Only the verifier
//!
//! It takes headers as an iterator of names and values, so it fits any HTTP library:
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use recallai_webhook::signature::{Secret, Verifier, VerifyError};
//!
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let body = br#"{"event":"recording.done"}"#;
//! let signature = secret.sign("msg_1", 1_614_265_330, body)?;
//! let verifier = Verifier::new(secret);
//!
//! let headers: [(&str, &[u8]); 3] = [
//!     ("webhook-id", b"msg_1"),
//!     ("webhook-timestamp", b"1614265330"),
//!     ("webhook-signature", signature.as_bytes()),
//! ];
//! let now = UNIX_EPOCH + Duration::from_secs(1_614_265_331);
//! assert_eq!(verifier.verify(headers, body, now)?.id(), "msg_1");
//!
//! // One space more, and it is another body.
//! let rewritten = br#"{"event": "recording.done"}"#;
//! assert_eq!(
//!     verifier.verify(headers, rewritten, now).unwrap_err(),
//!     VerifyError::NoMatchingSignature,
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Only the types
//!
//! [`Event`](crate::event::Event) owns all of an event;
//! [`EventRef`](crate::event::EventRef) borrows name, ids and status from the body and allocates nothing
//! for the usual one:
//!
//! ```
//! use recallai_webhook::event::{Event, EventRef};
//!
//! let body = br#"{"event":"meeting.dreamt","data":{"depth":3}}"#;
//!
//! // An event that nobody knows yet is a value, and comes out as it went in.
//! let event = Event::parse(body)?;
//! assert_eq!(event.name().as_str(), "meeting.dreamt");
//! assert!(event.entry().is_none());
//! assert_eq!(event.to_json().as_bytes(), body);
//!
//! assert_eq!(EventRef::parse(body)?.name(), "meeting.dreamt");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features of the facade
//!
//! | feature | brings | default |
//! |---|---|---|
//! | `hyper` | the module `hyper`: a service for hyper and tower, and a server | yes |
//! | `axum` | extractors for axum handlers | no |
//! | `ed25519` | `v1a` signatures | no |
//! | `schema` | the JSON Schema of all events | no |
//!
//! A feature adds API and never changes what is there. What none of the crates does today: remember
//! messages. [`handlers`](crate::guide::handlers) says what that means for yours.
