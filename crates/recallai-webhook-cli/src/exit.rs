//! How the program ends: the table of exit codes, and what is said when it did not do what was asked.

use std::fmt::{self, Display};
use std::process::ExitCode;

use serde_json::json;

use crate::arguments::Format;
use crate::{secrets, terminal};

/// An exit code. Each has one meaning for all commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    Worked = 0,
    Failed = 1,
    NotTried = 2,
    NotVerified = 3,
    InUse = 4,
    NeedFailed = 5,
    NeedGone = 6,
    NotInTime = 7,
}

impl Code {
    const ALL: [Self; 8] = [
        Self::Worked,
        Self::Failed,
        Self::NotTried,
        Self::NotVerified,
        Self::InUse,
        Self::NeedFailed,
        Self::NeedGone,
        Self::NotInTime,
    ];

    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Worked => "it worked",
            Self::Failed => {
                "it was tried and failed: the receiver did not answer as it should, \
                 the address is taken, a file cannot be written, `doctor`, `inbox check` or \
                 `scenarios check` found a fault"
            }
            Self::NotTried => {
                "it was not tried: wrong arguments, an input that cannot be read, no secret, \
                 an unusable secret, a remote URL, no such database or id, not confirmed"
            }
            Self::NotVerified => "`verify` only: the delivery does not verify",
            Self::InUse => "`serve` and `dev` only: another process serves from the database",
            Self::NeedFailed => "`recordings wait` only: something that is needed failed",
            Self::NeedGone => "`recordings wait` only: something that is needed was deleted",
            Self::NotInTime => "`recordings wait` only: something is still missing after the time",
        }
    }
}

/// The table, as it stands below the help and in the manual.
pub(crate) fn table() -> String {
    let rows = Code::ALL.map(|code| format!("  {}  {}", code as u8, hanging(code.meaning())));
    format!("Exit codes:\n{}", rows.join("\n"))
}

/// Lines for a terminal of 80 columns, below the first of them: whoever prints the table would begin them
/// at the margin.
fn hanging(text: &str) -> String {
    const INDENT: &str = "     ";
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut().filter(|line| INDENT.len() + line.len() + word.len() < 79) {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => line.extend([" ", word]),
            None => lines.push(word.to_owned()),
        }
    }
    lines.join(&format!("\n{INDENT}"))
}

/// A message for the user and an exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    code: Code,
}

impl Failure {
    /// It was tried and failed.
    pub(crate) fn failed(message: impl Display) -> Self {
        Self { message: message.to_string(), code: Code::Failed }
    }

    /// The same, at a file or an address.
    pub(crate) fn failed_at(place: impl Display, error: impl Display) -> Self {
        Self::failed(format!("{place}: {error}"))
    }

    /// It was not tried.
    pub(crate) fn not_tried(message: impl Display) -> Self {
        Self { message: message.to_string(), code: Code::NotTried }
    }

    /// The same, because of an argument or an input.
    pub(crate) fn not_tried_at(place: impl Display, error: impl Display) -> Self {
        Self::not_tried(format!("{place}: {error}"))
    }

    /// Another process serves from the database.
    pub(crate) fn in_use(message: impl Display) -> Self {
        Self { message: message.to_string(), code: Code::InUse }
    }

    /// The last word to the user, on standard error.
    pub(crate) fn report(mut self, format: Format) -> ExitCode {
        // A secret in the place of a file or an event is repeated by the message about it.
        self.message = secrets::masked(&self.message);
        let text = match format {
            Format::Human => format!("{}\n", self.human()),
            Format::Json => {
                let line = json!({ "error": self.message, "exit_code": self.code as u8 });
                terminal::json_line(&line)
            }
        };
        terminal::eprint(&text);
        ExitCode::from(self.code as u8)
    }

    fn human(&self) -> impl Display {
        let style = terminal::BAD;
        // Messages can have lines of their own, and nothing else that acts on a terminal.
        let lines: Vec<_> = self.message.lines().map(terminal::printable).collect();
        format!("{style}error{style:#}: {}", lines.join("\n"))
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documentation, which is the README too, repeats the table.
    #[test]
    fn the_documentation_has_the_table() {
        let documentation = include_str!("main.rs");
        for code in Code::ALL {
            let row = format!("//! | {} | {} |\n", code as u8, code.meaning());
            assert!(documentation.contains(&row), "{row}");
        }
        assert_eq!(documentation.matches("\n//! | ").count(), Code::ALL.len() + 1, "and no more");
    }
}
