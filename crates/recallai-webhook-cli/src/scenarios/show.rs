//! `scenarios show`: a scenario as it is written, or what it sends.

use std::io::{self, IsTerminal as _};

use clap::Args;
use recallai_webhook_emulator::{Plan, Seed, Trace};

use super::list;
use crate::arguments::Format;
use crate::exit::Failure;
use crate::terminal;

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The name of one that is built in, or a file; `-` is standard input
    #[arg(value_name = "NAME|FILE")]
    scenario: String,

    /// Print the messages of one meeting instead, a JSON object a line: time in milliseconds, id,
    /// event and body
    #[arg(long)]
    messages: bool,

    /// What ids and times are drawn from: the same seed makes the same messages
    #[arg(long, value_name = "N", default_value_t = 1, requires = "messages")]
    seed: u64,
}

pub(super) fn run(show: &Show, format: Format) -> Result<(), Failure> {
    let name = &show.scenario;
    let text = super::text(name)?;
    let scenario = super::read(&text).map_err(|error| Failure::not_tried_at(name, error))?;
    if show.messages {
        let trace = Trace::of(&Plan::from(scenario), Seed(show.seed), Trace::usual_start());
        return terminal::print_raw(trace.to_ndjson().as_bytes());
    }
    match format {
        Format::Json => terminal::print_json(&list::facts(&scenario)),
        // As it is, to be written into a file; a terminal need not be shown every byte.
        Format::Human if io::stdout().is_terminal() => {
            let lines = text.lines().map(|line| terminal::printable(line) + "\n");
            terminal::print(&lines.collect::<String>())
        }
        Format::Human => terminal::print_raw(text.as_bytes()),
    }
}
