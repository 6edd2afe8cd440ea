//! The sender's side of Recall.ai webhooks, for trying receivers out: meetings with everything that
//! the sender says of them, from scenarios that people write and a seed; and how it delivers that: its
//! signatures, its schedule, and what goes wrong on the way.
//!
//! A [`Scenario`] says what happens in one meeting. A [`Plan`] says which meetings take place, and
//! how close together; a [`Trace`] has the messages of them all, in order of time, with ids and
//! times from the [`Seed`]. The same plan and seed give the same bytes on every machine.
//!
//! ```
//! use recallai_webhook_emulator::{Plan, Scenario, Seed, Trace};
//!
//! let scenario = Scenario::from_toml(r#"
//!     name = "short"
//!     description = "A bot records for five minutes."
//!     jitter = "2s"
//!     steps = [
//!         { at = "0s", event = "bot.joining_call" },
//!         { at = "9s", event = "bot.in_call_recording" },
//!         { at = "5m20s", event = "bot.call_ended", sub_code = "call_ended_by_host" },
//!     ]
//!     [bot.notetaker]
//!     [recording.meeting]
//!     bot = "notetaker"
//!     start = "9s"
//!     end = "5m15s"
//!     artifacts = ["video_mixed"]
//! "#)?;
//!
//! let plan = Plan::from(scenario);
//! let trace = Trace::of(&plan, Seed(1), Trace::usual_start());
//! let events: Vec<&str> = trace.messages.iter().map(|message| &*message.event).collect();
//! assert_eq!(events, [
//!     "bot.joining_call", "video_mixed.processing", "recording.processing",
//!     "bot.in_call_recording", "video_mixed.done", "recording.done", "bot.call_ended",
//! ]);
//! assert_eq!(trace, Trace::of(&plan, Seed(1), Trace::usual_start()));
//! # Ok::<(), recallai_webhook_emulator::ScenarioError>(())
//! ```
//!
//! A [`Sender`] delivers messages to endpoints as the vendor does: signed, tried again on the schedule of
//! their channel, with rotation of keys and endpoints that are disabled for failing. [`Faults`] spoil
//! attempts, by seed, and say what a receiver should make of them. An [`Emulation`] is both, and judges what
//! is answered. All of them are state machines: nothing here waits or connects, so that a day of retries takes
//! no time in a test.
//!
//! ```
//! use recallai_webhook_emulator::{
//!     AttemptResult, Emulation, EndpointOptions, Expected, Faults, Plan, Scenario, Seed, Sender,
//!     SenderOptions, SigningSecret, Trace,
//! };
//!
//! let mut sender = Sender::new(SenderOptions::default());
//! let secret = SigningSecret::generate(Seed(7), "mine"); // `reveal` gives it to the receiver
//! sender.add_endpoint(EndpointOptions::new("mine", secret));
//! let plan = Plan::from(Scenario::builtin("plain-bot")?);
//! for message in Trace::of(&plan, Seed(7), Trace::usual_start()).messages {
//!     sender.publish(message);
//! }
//!
//! let faults: Faults = "all:0.2".parse()?;
//! let mut emulation = Emulation::new(sender, faults.seeded(Seed(7)));
//! while let Some(now) = emulation.next_due() {
//!     while let Some(sending) = emulation.begin(now) {
//!         // Here `sending.request` goes to the receiver. This one gets everything right.
//!         let status = match sending.expected {
//!             Expected::Refused(status) => status,
//!             _ => 204,
//!         };
//!         emulation.finish(sending.id, AttemptResult::status(status), now)?;
//!     }
//! }
//! let figures = emulation.figures();
//! assert_eq!(figures.delivered, figures.messages);
//! assert!(figures.rejected > 0 && figures.duplicates > 0);
//! assert_eq!(figures.wrongly_accepted, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`check`] sends a receiver what it should take and what it should refuse, and names the mistakes that its
//! answers show.
//!
//! # Scenarios
//!
//! A scenario is TOML, or JSON of the same shape. It has a `name` and a `description`, and then
//! things and steps. [`BUILTIN`] has one of every kind.
//!
//! Things are tables, each under a label that the scenario gives it:
//!
//! | table | keys |
//! |---|---|
//! | `[bot.LABEL]`, `[sdk_upload.LABEL]`, `[slack_team.LABEL]` | `metadata` |
//! | `[calendar.LABEL]` | none |
//! | `[recording.LABEL]` | `bot` or `sdk_upload`, `metadata`, `artifacts` (kinds), and its life |
//! | `[artifact.LABEL]` | `kind`, `recording`, `metadata`, and its life |
//! | `[realtime_endpoint.LABEL]` | `recording`, `metadata` |
//!
//! Where a thing is the only one of its sort, it need not be named; only what made a recording
//! always is, or else its events name neither bot nor upload. The life of a recording or a media
//! object is `start` (it is processing), `end` (it is done, or with `outcome = "failed"` it has
//! failed, with a `sub_code` if there is one) and `deleted`; all are optional. What a recording
//! lists in `artifacts` shares its life, and has the label `RECORDING/KIND`.
//!
//! A step is one event: `at`, `event` with the whole name, and `of` with the label of what it is
//! about. Some events take more: `sub_code`; `participant` and `text` in real time; `recording`,
//! `code`, `level` and `text` before API v1.11. `data` adds members to the event's `data`, or is
//! all of it for an event that is not in the catalogue. `repeat` and `every` make many of one. What
//! is written at one time happens in the order of writing, lives before steps.
//!
//! Times count from the beginning of the meeting: `90s`, `1h30m`, `7d`, `500ms`. With `jitter`,
//! each event is late by up to that much, but never before what comes earlier in the scenario.
//!
//! In `metadata` and `data`, `"@number"` is the number of the meeting and `"@null"` is null; in
//! `data`, `"@now"` is the time of the event and `"@bot.LABEL"` the id and metadata of a thing. A
//! text that begins with `@` is written with two.
//!
//! `spelling.time` is how times are written: `zulu` (the usual one, in microseconds), `offset`,
//! `seconds`, `no-offset` or `space`; `spelling.artifact_key = "vendor-page"` writes five kinds of
//! media objects under `transcript`, as the vendor's page prints them.
//!
//! # What it does not do
//!
//! - It opens no socket, reads no clock and starts no thread: who drives it brings time and
//!   transport.
//! - It knows none of the receiving crates but the event types, so that it does not repeat their
//!   mistakes.
//!
//! This is an unofficial project; Recall.ai does not endorse it.

#![warn(clippy::exhaustive_structs, clippy::exhaustive_enums)]

pub mod check;
mod emulation;
mod fault;
mod ids;
mod meeting;
mod message;
mod scenario;
mod seed;
mod sender;
mod signing;
mod trace;

pub use emulation::{Emulation, Figures, Judgement, Reception, Sending, SendingId, UnknownSending};
pub use fault::{Expected, Fault, FaultPlan, Faults, FaultsError, Outgoing, Role};
pub use message::{Channel, Message};
pub use scenario::{BUILTIN, Scenario, ScenarioError};
pub use seed::Seed;
pub use sender::{
    Attempt, AttemptId, AttemptResult, Backoff, DeliveryControl, DeliveryStatus, DisableReason,
    EndpointId, EndpointOptions, EndpointStatus, HeaderFamily, ManualError, Request, RotateError,
    Schedule, Sender, SenderOptions, Subscription, Trigger, UnknownAttempt, Verdict, Writing,
};
pub use signing::{SigningSecret, SigningSecretError};
pub use trace::{Plan, Trace};
