//! Tests of [Recall.ai] webhook handlers: a whole meeting, with everything that goes wrong on the way, in a few
//! lines of a `#[tokio::test]`.
//!
//! A [`Harness`] plays meetings from [scenarios](emulator::Scenario) against your handlers, with
//! [faults](emulator::Fault), outages and rotated keys. Everything is in process: there are no sockets, and time is
//! virtual, so that retries over more than a day take milliseconds. The [`Run`] says what came of it.
//!
//! ```
//! use recallai_webhook_testing::Harness;
//! use recallai_webhook_testing::dispatch::event::names::TRANSCRIPT_DONE;
//! use recallai_webhook_testing::dispatch::on_ready;
//! use recallai_webhook_testing::emulator::Scenario;
//! use recallai_webhook_testing::recording::Need;
//!
//! // `#[tokio::test]` in yours.
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let need: Need = "transcript".parse()?;
//! let run = Harness::new()
//!     .scenario(Scenario::builtin("async-transcript")?)
//!     .seed(7)
//!     .faults("all:0.2".parse()?)
//!     .worker(move |worker| {
//!         worker
//!             .on("fetch", TRANSCRIPT_DONE, |_, context| async move {
//!                 // The first attempt finds the vendor's API down.
//!                 if context.attempt() == 1 { Err("no answer from the API") } else { Ok(()) }
//!             })
//!             .need("pipeline", need, on_ready(|_, _| async {}))
//!     })
//!     .run()
//!     .await?;
//!
//! run.assert_received();
//! run.assert_no_dead_letters();
//! assert_eq!(run.calls("fetch").failed().count(), 1);
//! assert_eq!(run.calls("fetch").succeeded().count(), 1);
//! assert_eq!(run.calls("pipeline").succeeded().count(), 1);
//! assert_eq!(run.only_recording()?.readiness(&need).name(), "ready");
//! # Ok(())
//! # }
//! ```
//!
//! # Who receives
//!
//! - [`Harness::worker`]: messages go to an inbox in memory, and a worker works on them.
//! - [`Harness::inline`]: the handlers of a router are awaited before the reply.
//! - [`Harness::receiver`]: whatever takes a request and gives a status code.
//!
//! There is no HTTP in between. What an adapter answers before anybody looks at a delivery, the harness answers, as
//! `recallai-webhook-hyper` does with its default limits: 413 to a body over 512 KiB, 408 when a body has not come
//! within 10 seconds, 400 to one that is cut short. So the faults `oversized-body`, `slow-body` and `cut-body` do not
//! reach a receiver.
//!
//! # The virtual clock
//!
//! A run pauses the time of its runtime with tokio's `test-util`, unless it is paused, and lets it go on at the end.
//! That needs a runtime with one thread, as that of a plain `#[tokio::test]`. Whenever no task has work to do, time
//! jumps to the next timer. By that time the sender signs and tries again, receivers check signatures, and the inbox
//! counts leases and retries. For handlers that means:
//!
//! - Their sleeps, intervals and time limits take no real time, if they are tokio's.
//! - What waits for something outside, such as a socket, is no work to do: time jumps on meanwhile, and whatever has
//!   a time limit runs into it. Let handlers call fakes in tests.
//! - `spawn_blocking` is fine: time stands while it runs. Blocking the thread is none the worse than elsewhere.
//! - `SystemTime::now` is the machine's, and not that of the run. A context tells when a delivery was
//!   [received](dispatch::Context::received_at). For receivers that check signatures by it there is
//!   [`Harness::signed_at`].
//!
//! # The same again
//!
//! The same seed gives the same run, if handlers do not depend on anything else; what a [`Run`] displays is the same
//! text. A failing seed is worth keeping as a test.
//!
//! It opens no socket and knows no HTTP library. It reads the machine's clock for nothing but to tell whether tokio's
//! is paused.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
//!
//! [Recall.ai]: https://docs.recall.ai/docs/recording-webhooks

#![warn(clippy::exhaustive_structs, clippy::exhaustive_enums)]

mod adapter;
mod call;
mod call_log;
mod clock;
mod drive;
mod error;
mod exchange;
mod harness;
mod own;
mod problem;
mod run;
mod running;
mod sending;
mod states;
mod table;
mod target;
mod work;

pub use call::{Call, CallOutcome, Calls};
pub use drive::Moment;
pub use error::RunError;
pub use exchange::Exchange;
pub use harness::Harness;
pub use own::{Arrival, Receive, Response};
pub use problem::Problem;
pub use run::Run;
pub use states::{StateNotFound, States};

pub use recallai_webhook_dispatch as dispatch;
pub use recallai_webhook_emulator as emulator;
pub use recallai_webhook_inbox as inbox;
pub use recallai_webhook_recording as recording;
