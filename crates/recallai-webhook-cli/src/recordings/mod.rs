//! `recordings`: what is there, what is missing, since when and why.

mod describe;
mod get;
mod list;
mod timeline;
mod wait;

use clap::{Args, Subcommand};

pub(crate) use list::table;

use crate::arguments::Format;
use crate::exit::{Code, Failure};

#[derive(Debug, Args)]
pub(crate) struct Recordings {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The recordings that events have told of, the latest first
    List(list::List),
    /// One recording: the timeline of its artifacts, what is missing, its links and metadata
    Get(get::Get),
    /// Wait until a recording, or the recordings of a bot or upload, have what is needed
    Wait(wait::Wait),
}

pub(crate) fn run(Recordings { command }: &Recordings, format: Format) -> Result<Code, Failure> {
    match command {
        Command::List(list) => list::run(list, format)?,
        Command::Get(get) => get::run(get, format)?,
        Command::Wait(wait) => return wait::run(wait, format),
    }
    Ok(Code::Worked)
}
