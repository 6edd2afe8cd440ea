//! The receiver check: a graded list of cases for any receiver, in any language.
//!
//! Each [`Case`] is a row: what is sent, what a receiver should answer, why it matters, and the [`Bug`] that it
//! names when it fails. A [`Check`] hands out requests step by step and is told the answers; like the
//! rest of this crate it opens no socket and reads no clock. What it sends is made up, and about no meeting.
//!
//! ```
//! use std::time::Duration;
//! use recallai_webhook_emulator::check::{Answer, Bug, Check, CheckOptions};
//! use recallai_webhook_emulator::{Request, Seed, SigningSecret};
//!
//! // A receiver that takes whatever has a signature, whatever that says.
//! fn receiver(request: &Request) -> u16 {
//!     if request.header("webhook-signature").is_some() { 204 } else { 401 }
//! }
//!
//! let mut check = Check::new(CheckOptions::new(SigningSecret::generate(Seed(7), "mine")));
//! let unix_now = 1_800_000_000; // when the requests go out: they are signed for that time
//! while let Some(step) = check.next_step(unix_now) {
//!     // The requests of one step are sent at once.
//!     let answers = step.requests.iter().map(|request| {
//!         Answer::reply(receiver(request), Duration::from_millis(3))
//!     });
//!     check.answer(answers.collect::<Vec<_>>());
//! }
//!
//! let report = check.report();
//! assert!(!report.is_passed());
//! let forgery = report.outcome("wrong-secret").ok_or("not run")?;
//! assert_eq!((&*forgery.answered, forgery.bug), ("204", Some(Bug::VerifiesNothing)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod bug;
mod case;
mod cases;
mod draft;
mod driver;
mod hint;
mod judge;
mod naming;
mod options;
mod report;
mod texts;
mod variant;
mod watch;

pub use answer::Answer;
pub use bug::Bug;
pub use case::{Case, Grade, Group};
pub use cases::cases;
pub use driver::{Check, Step};
pub use options::CheckOptions;
pub use report::{CheckReport, Counts, Mark, Outcome};
