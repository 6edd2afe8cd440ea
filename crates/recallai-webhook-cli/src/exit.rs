//! How the program ends when it does not do what was asked.

use std::fmt::Display;
use std::process::ExitCode;

/// A message for the user and an exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// It was tried and failed: exit code 1.
    pub(crate) fn failed(message: impl Display) -> Self {
        Self { message: message.to_string(), code: 1 }
    }

    /// It was not tried: exit code 2.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self { message: message.to_string(), code: 2 }
    }

    #[allow(clippy::print_stderr, reason = "the last word to the user")]
    pub(crate) fn report(self) -> ExitCode {
        eprintln!("error: {}", self.message);
        ExitCode::from(self.code)
    }
}
