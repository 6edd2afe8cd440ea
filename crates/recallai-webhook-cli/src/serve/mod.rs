//! `serve`: receive webhooks and print each event.

mod print;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use clap::Args;
use recallai_webhook_dispatch::{
    Endpoint, Receiver, Router, Unmatched, any_event, unknown_event, unreadable_message,
};
use recallai_webhook_hyper::{Server, Webhooks};
use tokio::net::TcpListener;

use crate::arguments::{Format, Secrets};
use crate::exit::Failure;
use crate::{secrets, terminal};
use print::Printer;

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen; put a proxy that ends TLS in front before opening it to the outside
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,

    /// The URL path to receive at
    #[arg(long, default_value = "/webhooks/recall", value_name = "PATH", value_parser = url_path)]
    path: String,

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
    let receiver = Receiver::inline(endpoint, printing(format));
    let webhooks = Webhooks::new().endpoint(&arguments.path, receiver);

    let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
    runtime.block_on(async {
        let listener = TcpListener::bind(arguments.listen)
            .await
            .map_err(|error| Failure::failed_at(arguments.listen, error))?;
        // The port is the kernel's choice where 0 was asked for.
        let address = listener.local_addr().map_err(Failure::failed)?;
        let stop = stop_signal()?;
        tracing::info!(path = arguments.path, secrets = labels.join(", "), "ready for deliveries");
        if let Some(made) = secrets.first().filter(|_| arguments.dev) {
            show_send_line(&made.text, address, &arguments.path);
        }
        Server::new(webhooks).serve(listener, stop).await.map_err(Failure::failed)
    })
}

/// Prints everything that was verified. An event counts as handled once its line is written.
fn printing(format: Format) -> Router {
    let printer = Printer::start();
    let print = move |text| {
        let printer = printer.clone();
        async move { printer.line(text).await }
    };
    let (events, unknown, unreadable) = (print.clone(), print.clone(), print);
    Router::builder(Unmatched::ACKNOWLEDGE)
        .on(any_event(), move |event, context| events(print::event(format, &event, &context)))
        .on(unknown_event(), move |event, context| {
            unknown(print::unknown(format, &event, &context))
        })
        .on(unreadable_message(), move |message, context| {
            unreadable(print::unreadable(format, &message, &context))
        })
        .build()
}

/// The line to paste is for a person, not for the log.
fn show_send_line(secret: &str, address: SocketAddr, path: &str) {
    let program = std::env::current_exe().map(|path| path.display().to_string());
    let program = quoted(&program.unwrap_or_else(|_| "recallai-webhook".to_owned()));
    let address = reachable(address);
    terminal::eprint(&format!(
        "\nTo see an event arrive, paste this into another terminal:\n\n  \
         RECALLAI_WEBHOOK_SECRET={secret} {program} send recording.done http://{address}{path}\n\n"
    ));
}

/// The address to reach a listener at from this machine: one that listens everywhere also listens
/// on loopback.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let loopback = match address.ip() {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        };
        address.set_ip(loopback);
    }
    address
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-+".contains(&b);
    match word.bytes().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// Completes at the first signal to stop. The second ends the program at once.
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let mut signals = Signals::listen()?;
    Ok(async move {
        signals.next().await;
        tokio::spawn(async move {
            signals.next().await;
            tracing::warn!("stopped at once");
            std::process::exit(1);
        });
    })
}

/// SIGTERM and SIGINT.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let terminate = signal(SignalKind::terminate()).map_err(Failure::failed)?;
        let interrupt = signal(SignalKind::interrupt()).map_err(Failure::failed)?;
        Ok(Self { terminate, interrupt })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Result<Self, Failure> {
        Ok(Self)
    }

    async fn next(&mut self) {
        drop(tokio::signal::ctrl_c().await);
    }
}
