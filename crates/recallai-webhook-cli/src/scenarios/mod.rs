//! `scenarios`: what can happen in a meeting, built in or written by hand.

mod check;
mod list;
mod show;

use std::path::Path;

use clap::{Args, Subcommand};
use recallai_webhook_emulator::{BUILTIN, Scenario};

use crate::arguments::Format;
use crate::exit::{Code, Failure};
use crate::input;

const NOTES: &str = "\
A scenario is a file of TOML, or JSON of the same shape, that says what happens in one meeting and when. \
To write one, begin with one that is built in:

  recallai-webhook scenarios show plain-bot > mine.toml
  recallai-webhook scenarios check mine.toml
  recallai-webhook emulate --scenario mine.toml";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(crate) struct Scenarios {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// One line for each that is built in; also what `scenarios` alone does
    List,
    /// Print a scenario, or the messages that a meeting by it sends
    Show(show::Show),
    /// Look for mistakes in files
    Check(check::Check),
}

pub(crate) fn run(Scenarios { command }: &Scenarios, format: Format) -> Result<Code, Failure> {
    match command {
        None | Some(Command::List) => list::run(format)?,
        Some(Command::Show(show)) => show::run(show, format)?,
        Some(Command::Check(check)) => return check::run(check, format),
    }
    Ok(Code::Worked)
}

/// The text of a scenario: one that is built in, or else a file; `-` is standard input.
pub(crate) fn text(name: &str) -> Result<String, Failure> {
    let builtin = BUILTIN.iter().find(|(builtin, _)| *builtin == name);
    let path = Path::new(name);
    match builtin {
        Some((_, text)) => Ok((*text).to_owned()),
        None if input::is_standard_input(path) || looks_like_a_file(path) => {
            input::read_text(path, "a scenario")
        }
        None => {
            let error = Scenario::builtin(name).err().map(|error| error.to_string());
            Err(Failure::not_tried(format!(
                "{}; a file of your own is named with its ending, such as mine.toml",
                error.unwrap_or_default()
            )))
        }
    }
}

/// A scenario by its name or from its file.
pub(crate) fn load(name: &str) -> Result<Scenario, Failure> {
    read(&text(name)?).map_err(|error| Failure::not_tried_at(name, error))
}

/// Reads TOML, or JSON, which begins with a brace.
fn read(text: &str) -> Result<Scenario, recallai_webhook_emulator::ScenarioError> {
    match text.trim_start().starts_with('{') {
        true => Scenario::from_json(text),
        false => Scenario::from_toml(text),
    }
}

fn looks_like_a_file(path: &Path) -> bool {
    path.extension().is_some() || path.components().count() > 1 || path.exists()
}
