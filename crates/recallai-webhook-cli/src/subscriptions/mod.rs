//! `subscriptions`: who wants what is received, and the end of those that nobody works for any more.

mod list;
mod remove;

use clap::{Args, Subcommand};

use crate::arguments::Format;
use crate::exit::Failure;

#[derive(Debug, Args)]
pub(crate) struct Subscriptions {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The subscriptions, and how the work for each stands
    List(list::List),
    /// Remove a parked subscription with its jobs, so that messages are no longer kept for it
    Remove(remove::Remove),
}

pub(crate) fn run(
    Subscriptions { command }: &Subscriptions,
    format: Format,
) -> Result<(), Failure> {
    match command {
        Command::List(list) => list::run(list, format),
        Command::Remove(remove) => remove::run(remove, format),
    }
}
