//! `dev`: a service with something to see, before there is an account, a secret or a meeting.

mod hints;
mod meetings;

use std::path::PathBuf;

use clap::Args;

use crate::arguments::Format;
use crate::emulate::Speed;
use crate::exit::Failure;
use crate::listening::Listening;
use crate::secrets;
use crate::serve::{Ready, Service};
use hints::Hints;
use meetings::Meetings;

const NOTES: &str = "\
It is `serve` with a secret that it makes up, and a sender beside it that never ends: one meeting after the \
other, all of them made up. Nothing leaves this machine. Other commands can be tried on what it stores.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(crate) struct Dev {
    #[command(flatten)]
    listening: Listening,

    /// The file to keep messages in; a file of its own, since meetings that never were do not belong with
    /// others
    #[arg(long, value_name = "FILE", default_value = "recallai-webhook-dev.db")]
    database: PathBuf,

    /// How much faster than usual meetings go: with 90, one of half an hour takes 20 seconds
    #[arg(long, value_name = "FACTOR", default_value = "90")]
    speed: Speed,
}

pub(crate) fn run(dev: &Dev, format: Format) -> Result<(), Failure> {
    let secrets = [secrets::make_up()?];
    let service =
        Service { listening: &dev.listening, database: Some(&dev.database), secrets: &secrets };
    service.run(format, async |Ready { address, inbox }| {
        let [secret] = &secrets;
        let hints = Hints::new(dev, &secret.text, address, format);
        let meetings = Meetings::new(dev.speed, &secret.text, &hints.url)?;
        hints.greet();
        meetings.go_on(inbox.as_deref(), &hints).await
    })
}
