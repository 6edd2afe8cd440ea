//! The service in a hyper server of one's own. `Server` is such a server, with limits and a shutdown.

use std::future::Future;
use std::io;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use recallai_webhook_hyper::Webhooks;
use recallai_webhook_hyper::dispatch::{
    Endpoint, Receiver, Router, Secret, Unmatched, Verifier, any_event,
};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// The names of all known events go into the queue; one that is closed is an error, answered 503.
pub(crate) fn app(secret: Secret, names: mpsc::Sender<String>) -> Webhooks {
    let unmatched = Unmatched::ACKNOWLEDGE;
    let router = Router::builder(unmatched)
        .on(any_event(), move |event, _| {
            let names = names.clone();
            async move { names.send(event.name().to_string()).await }
        })
        .build();
    let receiver = Receiver::inline(Endpoint::signed("recall", Verifier::new(secret)), router);
    Webhooks::new().endpoint("/webhooks/recall", receiver)
}

pub(crate) async fn run(
    listener: TcpListener,
    webhooks: Webhooks,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let (stream, _) = tokio::select! {
            accepted = listener.accept() => accepted?,
            () = &mut shutdown => return Ok(()),
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), webhooks.clone());
        tokio::spawn(connection);
    }
}

#[tokio::main]
#[allow(
    dead_code,
    clippy::print_stdout,
    reason = "tests bring their own; this one talks to a terminal"
)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = Secret::parse(std::fs::read_to_string("recall.secret")?.trim())?;
    let (names, mut queue) = mpsc::channel(1024);
    tokio::spawn(async move {
        while let Some(name) = queue.recv().await {
            println!("{name}");
        }
    });
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    Ok(run(listener, app(secret, names), std::future::pending()).await?)
}
