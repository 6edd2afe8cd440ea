//! `config`: the configuration of `serve`: an example, what holds and why, what is wrong with it.

mod check;
mod init;
mod show;

use clap::{Args, Subcommand};
use recallai_webhook_server::config;

use crate::arguments::Format;
use crate::exit::Failure;
use crate::serve::Settings;
use crate::terminal;

#[derive(Debug, Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a file with every key, what it says and what holds if it is not set
    Init(init::Init),
    /// Show the configuration that holds, and where each value comes from; what may be secret is left out
    Show(Read),
    /// Say all that is wrong with the configuration, and where; secrets are read, and nothing is started
    Check(Read),
    /// Print the JSON Schema of the file, for editors
    Schema,
}

/// What is read, as by `serve`.
#[derive(Debug, Args)]
struct Read {
    #[command(flatten)]
    settings: Settings,
}

pub(crate) fn run(arguments: &Config, format: Format, filter: Option<&str>) -> Result<(), Failure> {
    match &arguments.command {
        Command::Init(init) => init::run(init, format),
        Command::Show(Read { settings }) => show::run(&settings.sources(filter)?, format),
        Command::Check(Read { settings }) => check::run(&settings.sources(filter)?, format),
        Command::Schema => {
            terminal::print_raw(terminal::json_pretty(config::schema().as_value()).as_bytes())
        }
    }
}
