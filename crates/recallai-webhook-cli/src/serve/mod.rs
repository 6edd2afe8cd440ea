//! `serve`: receive webhooks, keep each, and print it.

mod durable;
mod inline;
mod opening;
mod print;
mod service;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::arguments::{Format, Secrets};
use crate::exit::Failure;
use crate::store::DEFAULT;
use crate::{secrets, send_line};

pub(crate) use service::{ENDPOINT, Ready, Service};

const NOTES: &str = "\
Each verified message is in the database before the sender hears of success. It is printed after that, at \
least once: what was not printed when the program ended is printed after the next start. The lines of one \
recording keep their order. With --inline the sender hears of success once the message is printed, and tries again if it is not.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(crate) struct Serve {
    /// Where to listen; put a proxy that ends TLS in front before opening it to the outside
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,

    /// The URL path to receive at
    #[arg(long, default_value = "/webhooks/recall", value_name = "PATH", value_parser = url_path)]
    path: String,

    /// The file to keep messages in, and what they make of recordings; made if there is none. One `serve`
    /// works on a file at a time, and the other commands beside it
    #[arg(long, value_name = "FILE", default_value = DEFAULT)]
    database: PathBuf,

    /// Keep nothing: print each message before it is acknowledged, without a database
    #[arg(long, conflicts_with = "database")]
    inline: bool,

    #[command(flatten)]
    secrets: Secrets,

    /// Make up a secret for this run and print the `send` line to try it with
    #[arg(long, conflicts_with_all = ["secret_file", "secret"])]
    dev: bool,
}

pub(crate) fn url_path(text: &str) -> Result<String, String> {
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'?' && b != b'#');
    match plain && text.starts_with('/') {
        true => Ok(text.to_owned()),
        false => Err("a path starts with `/` and has no white space, `?` or `#`".to_owned()),
    }
}

pub(crate) fn run(arguments: &Serve, format: Format) -> Result<(), Failure> {
    let secrets = if arguments.dev {
        secrets::warn_if_ignored();
        vec![secrets::make()?]
    } else {
        secrets::load(&arguments.secrets)?
    };
    let service = Service {
        listen: arguments.listen,
        path: &arguments.path,
        database: (!arguments.inline).then_some(&arguments.database),
        secrets: &secrets,
    };
    service.run(format, async |ready| {
        if let Some(made) = secrets.first().filter(|_| arguments.dev) {
            send_line::show(&made.text, ready.address, &arguments.path);
        }
        std::future::pending().await
    })
}
