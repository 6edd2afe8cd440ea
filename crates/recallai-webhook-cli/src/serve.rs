//! `serve`: receive webhooks and print each event.

use std::net::SocketAddr;

use recallai_webhook_dispatch::{
    Endpoint, Receiver, Router, RouterBuilder, Unmatched, any_event, unknown_event,
    unreadable_message,
};
use recallai_webhook_hyper::{Server, Webhooks};
use tokio::net::TcpListener;

use crate::arguments::{Format, Serve};
use crate::failure::Failure;
use crate::{print, secrets};

/// The name of the one endpoint.
const ENDPOINT: &str = "recall";

pub(crate) fn run(arguments: &Serve) -> Result<(), Failure> {
    let (secrets, made) = if arguments.dev {
        let (secret, text) = secrets::make()?;
        (vec![secret], Some(text))
    } else {
        (secrets::load(&arguments.secrets)?, None)
    };
    let labels: Vec<_> = secrets.iter().map(|secret| secret.label.clone()).collect();
    let endpoint = Endpoint::signed(ENDPOINT, secrets::verifier(secrets)?);
    let receiver = Receiver::inline(endpoint, printing(arguments.format).build());
    let webhooks = Webhooks::new().endpoint(&arguments.path, receiver);

    let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
    runtime.block_on(async {
        let listener = TcpListener::bind(arguments.listen)
            .await
            .map_err(|error| Failure::failed(format!("{}: {error}", arguments.listen)))?;
        // The port is the kernel's choice where 0 was asked for.
        let address = listener.local_addr().map_err(Failure::failed)?;
        let stop = stop_signal()?;
        tracing::info!(path = arguments.path, secrets = labels.join(", "), "ready for deliveries");
        if let Some(secret) = made {
            show_send_line(&secret, address, &arguments.path);
        }
        Server::new(webhooks).serve(listener, stop).await.map_err(Failure::failed)
    })
}

/// Prints everything that was verified. An event counts as handled once its line is written.
fn printing(format: Format) -> RouterBuilder {
    Router::builder(Unmatched::ACKNOWLEDGE)
        .on(any_event(), move |event, context| print::line(print::event(format, &event, &context)))
        .on(unknown_event(), move |event, context| {
            print::line(print::unknown(format, &event, &context))
        })
        .on(unreadable_message(), move |message, context| {
            print::line(print::unreadable(format, &message, &context))
        })
}

#[allow(clippy::print_stderr, reason = "the line to paste is for a person, not for the log")]
fn show_send_line(secret: &str, address: SocketAddr, path: &str) {
    let program = std::env::args().next().unwrap_or_else(|| "recallai-webhook".to_owned());
    eprintln!("\nTo see an event arrive, paste this into another terminal:\n");
    eprintln!(
        "  RECALLAI_WEBHOOK_SECRET={secret} {program} send recording.done http://{address}{path}\n"
    );
}

/// Completes at SIGTERM or SIGINT.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::failed)?;
    Ok(std::future::poll_fn(move |cx| {
        if terminate.poll_recv(cx).is_ready() {
            return std::task::Poll::Ready(());
        }
        interrupt.poll_recv(cx).map(drop)
    }))
}

/// Completes at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
