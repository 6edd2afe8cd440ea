//! `serve`: receive webhooks, keep each, pass it on or print it.

mod inline;
mod print;
mod service;
mod sources;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::arguments::Format;
use crate::exit::Failure;
use crate::listening::{Accepted, Listening, url_path};
use crate::log;

pub(crate) use service::{Ready, Service};

const NOTES: &str = "\
Each verified message is in the database before the sender hears of success. It is passed on after that, to the \
outputs of the configuration, until they have it; without any it is printed, at least once: what was not printed \
when the program ended is printed after the next start. The lines of one recording keep their order. With --inline \
the sender hears of success once the message is printed, and tries again if it is not.

The configuration is recallai-webhook.toml, or the file of --config; variables such as \
RECALLAI_WEBHOOK_LISTEN__ADDRESS are laid over it, and arguments over those. It is read again, with its secrets, \
when a file of it changes, and at SIGHUP. `config init` writes one with every key explained.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) settings: Settings,

    /// Print each message, as is done anyway where no subscription is configured
    #[arg(long)]
    print: bool,

    /// Keep nothing: print each message before it is acknowledged, without a database
    #[arg(long, conflicts_with_all = ["database", "config", "set", "print"])]
    inline: bool,

    #[command(flatten)]
    accepted: Accepted,
}

/// What says how to serve.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// The configuration; without it, recallai-webhook.toml if that is there
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// A value of the configuration, such as listen.address=127.0.0.1:8080. Can be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,

    /// Where to listen, 127.0.0.1:8080 if nothing else is configured; put a proxy that ends TLS in front
    /// before opening it to the outside
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<SocketAddr>,

    /// The URL path to receive at, /webhooks/recall if nothing else is configured
    #[arg(long, value_name = "PATH", value_parser = url_path)]
    pub(super) path: Option<String>,

    /// The file to keep messages in, and what they make of recordings, recallai-webhook.db if nothing else is
    /// configured; made if there is none. One `serve` works on a file at a time, and the other commands
    /// beside it
    #[arg(long, value_name = "FILE")]
    pub(super) database: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Serve, format: Format, filter: Option<&str>) -> Result<(), Failure> {
    let Serve { settings, accepted, .. } = arguments;
    if arguments.inline {
        log::start(filter)?;
        let defaults = Listening::default();
        let listening = Listening {
            address: settings.listen.unwrap_or(defaults.address),
            path: settings.path.clone().unwrap_or(defaults.path),
        };
        return inline::run(&listening, accepted, format);
    }
    let sources = settings.sources(filter)?;
    let (sources, made) = accepted.sources(sources)?;
    let loaded = sources.load()?;
    log::start_as(&loaded.config.log)?;
    let service = Service { sources, prints_always: arguments.print };
    service.run(format, async |ready| {
        accepted.greet(made.as_slice(), ready.address, &ready.path);
        std::future::pending().await
    })
}
