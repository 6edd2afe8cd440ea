//! `dev`: a service with something to see, before there is an account, a secret or a meeting.

mod hints;
mod meetings;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::arguments::Format;
use crate::emulate::Speed;
use crate::exit::Failure;
use crate::secrets;
use crate::serve::{self, Ready, Service};
use hints::Hints;
use meetings::Meetings;

const NOTES: &str = "\
It is `serve` with a secret that it makes up, and a sender beside it that never ends: one meeting after the \
other, all of them made up. Nothing leaves this machine. Other commands can be tried on what it stores.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(crate) struct Dev {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,

    /// The URL path to receive at
    #[arg(long, default_value = "/webhooks/recall", value_name = "PATH", value_parser = serve::url_path)]
    path: String,

    /// The file to keep messages in; a file of its own, since meetings that never were do not belong with
    /// others
    #[arg(long, value_name = "FILE", default_value = "recallai-webhook-dev.db")]
    database: PathBuf,

    /// How much faster than usual meetings go: with 90, one of half an hour takes 20 seconds
    #[arg(long, value_name = "FACTOR", default_value = "90")]
    speed: Speed,
}

pub(crate) fn run(dev: &Dev, format: Format) -> Result<(), Failure> {
    secrets::warn_if_ignored();
    let secrets = [secrets::make()?];
    let service = Service {
        listen: dev.listen,
        path: &dev.path,
        database: Some(&dev.database),
        secrets: &secrets,
    };
    service.run(format, async |Ready { address, inbox }| {
        let [secret] = &secrets;
        let hints = Hints::new(dev, &secret.text, address, format);
        let meetings = Meetings::new(dev.speed, &secret.text, &hints.url)?;
        hints.greet();
        meetings.go_on(inbox.as_deref(), &hints).await
    })
}
