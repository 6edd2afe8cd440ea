//! `serve`: receive webhooks, keep each, and print it.

mod durable;
mod inline;
mod opening;
mod print;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use recallai_webhook_dispatch::{Endpoint, Receiver};
use recallai_webhook_hyper::{Server, Webhooks};
use tokio::net::TcpListener;

use crate::arguments::{Format, Secrets};
use crate::exit::Failure;
use crate::store::DEFAULT;
use crate::{secrets, send_line, signals};
use durable::Durable;

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

fn url_path(text: &str) -> Result<String, String> {
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'?' && b != b'#');
    match plain && text.starts_with('/') {
        true => Ok(text.to_owned()),
        false => Err("a path starts with `/` and has no white space, `?` or `#`".to_owned()),
    }
}

/// The name of the one endpoint.
const ENDPOINT: &str = "recall";

pub(crate) fn run(arguments: &Serve, format: Format) -> Result<(), Failure> {
    let secrets = if arguments.dev {
        secrets::warn_if_ignored();
        vec![secrets::make()?]
    } else {
        secrets::load(&arguments.secrets)?
    };
    let labels: Vec<_> = secrets.iter().map(|secret| secret.label.clone()).collect();
    let endpoint = Endpoint::signed(ENDPOINT, secrets::verifier(&secrets)?);
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
    runtime.block_on(async {
        let listener = listen(arguments.listen)
            .await
            .map_err(|error| Failure::failed_at(arguments.listen, error))?;
        // The port is the kernel's choice where 0 was asked for.
        let address = listener.local_addr().map_err(Failure::failed)?;
        let mut stop = std::pin::pin!(signals::stop()?);
        let path = &arguments.path;
        let (receiver, durable) = match arguments.inline {
            true => (Receiver::inline(endpoint, inline::printing(format)), None),
            false => {
                let file = &arguments.database;
                let opened =
                    opening::open(file, format, &listener, path, &endpoint, &mut stop).await?;
                let Some(durable) = opened else { return Ok(()) };
                (Receiver::durable(endpoint, durable.inbox()), Some(durable))
            }
        };
        let database = durable.as_ref().map(|_| arguments.database.display());
        let (database, secrets_named) = (database.map(tracing::field::display), labels.join(", "));
        tracing::info!(path, secrets = secrets_named, database, "ready for deliveries");
        if let Some(made) = secrets.first().filter(|_| arguments.dev) {
            send_line::show(&made.text, address, path);
        }
        let listener = TcpListener::from_std(listener).map_err(Failure::failed)?;
        let server = Server::new(Webhooks::new().endpoint(path, receiver));
        match durable.map(Durable::start) {
            None => server.serve(listener, stop).await.map_err(Failure::failed),
            Some(mut working) => {
                let served = server.serve(listener, working.stop_or_failure(stop)).await;
                // What was received is worked on until here; then nothing more comes.
                let worked = working.end().await;
                served.map_err(Failure::failed).and(worked)
            }
        }
    })
}

async fn listen(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    TcpListener::bind(address).await?.into_std()
}
