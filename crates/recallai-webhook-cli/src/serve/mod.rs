//! `serve`: receive webhooks, keep each, and print it.

mod durable;
mod inline;
mod opening;
mod print;
mod service;

use std::path::PathBuf;

use clap::Args;

use crate::arguments::Format;
use crate::exit::Failure;
use crate::listening::{Accepted, Listening};
use crate::store::DEFAULT;

pub(crate) use service::{ENDPOINT, Ready, Service};

const NOTES: &str = "\
Each verified message is in the database before the sender hears of success. It is printed after that, at \
least once: what was not printed when the program ended is printed after the next start. The lines of one \
recording keep their order. With --inline the sender hears of success once the message is printed, and \
tries again if it is not.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(crate) struct Serve {
    #[command(flatten)]
    listening: Listening,

    /// The file to keep messages in, and what they make of recordings; made if there is none. One `serve`
    /// works on a file at a time, and the other commands beside it
    #[arg(long, value_name = "FILE", default_value = DEFAULT)]
    database: PathBuf,

    /// Keep nothing: print each message before it is acknowledged, without a database
    #[arg(long, conflicts_with = "database")]
    inline: bool,

    #[command(flatten)]
    accepted: Accepted,
}

pub(crate) fn run(arguments: &Serve, format: Format) -> Result<(), Failure> {
    let Serve { listening, accepted, .. } = arguments;
    let secrets = accepted.secrets()?;
    let database = (!arguments.inline).then_some(&arguments.database);
    let service = Service { listening, database, secrets: &secrets };
    service.run(format, async |ready| {
        accepted.greet(&secrets, ready.address, &listening.path);
        std::future::pending().await
    })
}
