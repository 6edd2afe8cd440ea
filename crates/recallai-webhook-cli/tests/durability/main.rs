//! What `serve` promises when it is killed, when the disk fills up, and about the moment of the reply:
//! the real binary, a real file, a real load.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and says what it skips"
)]

#[path = "../support/mod.rs"]
mod support;

mod dice;
mod disk;
mod kill;
mod load;
mod process;
mod sync;
