//! `messages`: what was received, and having it handled or read again.

mod describe;
mod get;
mod list;
mod reparse;
mod replay;
mod select;
mod tail;

use clap::{Args, Subcommand};

use crate::arguments::Format;
use crate::exit::Failure;

#[derive(Debug, Args)]
pub(crate) struct Messages {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The messages that are stored, the latest first
    List(list::List),
    /// One message: its headers, its body, and what its jobs came to
    Get(get::Get),
    /// Print messages as they are stored, until it is interrupted
    Tail(tail::Tail),
    /// Have messages handled once more
    Replay(replay::Replay),
    /// Read stored bodies again with this version, and make the jobs that were never made
    Reparse(reparse::Reparse),
}

pub(crate) fn run(Messages { command }: &Messages, format: Format) -> Result<(), Failure> {
    match command {
        Command::List(list) => list::run(list, format),
        Command::Get(get) => get::run(get, format),
        Command::Tail(tail) => tail::run(tail, format),
        Command::Replay(replay) => replay::run(replay, format),
        Command::Reparse(reparse) => reparse::run(reparse, format),
    }
}
