//! The service mounted in an axum application, beside routes of its own.

use std::future::Future;
use std::io;

use axum::Router;
use axum::routing::get;
use recallai_webhook_hyper::Webhooks;
use recallai_webhook_hyper::dispatch::event::names::RECORDING_DONE;
use recallai_webhook_hyper::dispatch::{self, Endpoint, Receiver, Secret, Unmatched, Verifier};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const PATH: &str = "/webhooks/recall";

/// Recordings that are done go into the queue; a full or closed one is an error, answered 503.
pub(crate) fn app(secret: Secret, recordings: mpsc::Sender<String>) -> Router {
    let unmatched = Unmatched::ACKNOWLEDGE;
    let router = dispatch::Router::builder(unmatched)
        .on(RECORDING_DONE, move |event, _| {
            let sent = recordings.try_send(event.recording.id.to_string());
            async { sent }
        })
        .build();
    let receiver = Receiver::inline(Endpoint::signed("recall", Verifier::new(secret)), router);
    let webhooks = Webhooks::new().endpoint(PATH, receiver);
    Router::new().route("/health", get(|| async { "well\n" })).route_service(PATH, webhooks)
}

pub(crate) async fn run(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, app).with_graceful_shutdown(shutdown).await
}

#[tokio::main]
#[allow(
    dead_code,
    clippy::print_stdout,
    reason = "tests bring their own; this one talks to a terminal"
)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = Secret::parse(std::fs::read_to_string("recall.secret")?.trim())?;
    let (recordings, mut queue) = mpsc::channel(1024);
    tokio::spawn(async move {
        while let Some(id) = queue.recv().await {
            println!("recording {id} is done");
        }
    });
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    Ok(run(listener, app(secret, recordings), std::future::pending()).await?)
}
