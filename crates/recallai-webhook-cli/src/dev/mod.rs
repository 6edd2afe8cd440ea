//! `dev`: a service with something to see, before there is an account, a secret or a meeting.

mod hints;
mod meetings;

use std::path::PathBuf;

use clap::Args;
use recallai_webhook_server::config::{ENDPOINT, Sources};

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
    let Listening { address, path } = &dev.listening;
    let sources = Sources::new()
        .with_argument("--listen", "listen.address", &address.to_string())
        .with_argument("--path", &format!("endpoints.{ENDPOINT}.path"), path)
        .with_argument("--database", "inbox.path", &dev.database.to_string_lossy())
        .with_assignment("admin.enabled=false")?
        .with_secrets(secrets.to_vec());
    let service = Service { sources, prints_always: false };
    service.run(format, async |Ready { address, inbox, .. }| {
        let [secret] = &secrets;
        let hints = Hints::new(dev, &secret.text, address, format);
        let meetings = Meetings::new(dev.speed, &secret.text, &hints.url)?;
        hints.greet();
        meetings.go_on(&*inbox, &hints).await
    })
}
