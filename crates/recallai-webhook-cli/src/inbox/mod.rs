//! `inbox`: the database as a whole.

mod backup;
mod check;
mod erase;
mod prune;
pub(crate) mod standing;
mod stats;

use clap::{Args, Subcommand};

use crate::arguments::Format;
use crate::exit::{Code, Failure};

#[derive(Debug, Args)]
pub(crate) struct InboxArguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What is stored, and how the subscriptions stand
    Stats(stats::Stats),
    /// Look for what should not be
    Check(check::Check),
    /// Remove old messages with their jobs; the state of recordings and the ids of messages stay
    Prune(prune::Prune),
    /// Erase a recording, a bot or an upload with all that is about it
    Erase(erase::Erase),
    /// Copy the database to another file, while `serve` may be running
    Backup(backup::Backup),
}

pub(crate) fn run(
    InboxArguments { command }: &InboxArguments,
    format: Format,
) -> Result<Code, Failure> {
    match command {
        Command::Stats(stats) => stats::run(stats, format)?,
        Command::Check(check) => return check::run(check, format),
        Command::Prune(prune) => prune::run(prune, format)?,
        Command::Erase(erase) => erase::run(erase, format)?,
        Command::Backup(backup) => backup::run(backup, format)?,
    }
    Ok(Code::Worked)
}
