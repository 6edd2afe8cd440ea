//! The `recallai-webhook` binary: receives Recall.ai webhooks, verifies them, and prints one line
//! for each event.
//!
//! ```text
//! recallai-webhook serve --dev        # makes a secret and prints the `send` line to try it with
//! recallai-webhook serve              # with RECALLAI_WEBHOOK_SECRET or --secret-file
//! recallai-webhook send recording.done
//! ```
//!
//! Events go to standard output, logs to standard error. `--format json` prints one JSON object a
//! line, with a `type` of `event`, `unknown` or `unreadable`.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | it worked |
//! | 1 | it was tried and failed: the delivery was refused, the address is taken |
//! | 2 | it was not tried: wrong arguments, no secret, an unusable secret, a remote URL |
//!
//! This is an unofficial project; Recall.ai does not endorse it.
#![allow(clippy::disallowed_methods, reason = "the binary is where clock and environment are read")]

mod arguments;
mod failure;
mod print;
mod secrets;
mod send;
mod serve;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Err(error) = start_log(&arguments.log) {
        return error.report();
    }
    let result = match arguments.command {
        Command::Serve(serve) => serve::run(&serve),
        Command::Send(send) => send::run(&send),
    };
    result.err().map_or(ExitCode::SUCCESS, failure::Failure::report)
}

fn start_log(filter: &str) -> Result<(), failure::Failure> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| failure::Failure::usage(format!("--log: {error}")))?;
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .init();
    Ok(())
}
