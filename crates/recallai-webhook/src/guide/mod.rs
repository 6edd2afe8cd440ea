//! The guide: one chapter for each question, in the order in which they come up.
//!
//! 1. [`first_event`]: your first event in five minutes.
//! 2. [`crates`]: choosing crates, and the binary for those without Rust code.
//! 3. [`servers`]: axum, hyper and tower, and what is answered.
//! 4. [`transport`]: a transport of your own, such as a serverless function.
//! 5. [`secrets`]: where they are, several at once, rotation, regions, public keys.
//! 6. [`unmatched`]: unknown events, unreadable messages, and why they are acknowledged.
//! 7. [`handlers`]: time limits, retries, duplicates, order.
//! 8. [`durable`]: storing before the acknowledgement, workers, retries, dead letters, needs.
//! 9. [`testing`]: signing in a test, and calling the receiver in process.
//!
//! There is nothing here but documentation. Its examples run as tests, apart from those that open a
//! socket. When something does not work, read `docs/troubleshooting.md` in the repository, which goes by
//! symptoms; `docs/events.md` lists every event.

pub mod crates;
pub mod durable;
pub mod first_event;
pub mod handlers;
pub mod secrets;
pub mod servers;
pub mod testing;
pub mod transport;
pub mod unmatched;
