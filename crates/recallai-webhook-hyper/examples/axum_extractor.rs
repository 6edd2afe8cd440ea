//! A handler of an axum application that takes a verified event as an argument.

use std::future::Future;
use std::io;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::routing::post;
use recallai_webhook_hyper::dispatch::{Endpoint, Secret, Verifier};
use recallai_webhook_hyper::{Admission, VerifiedEvent};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// The application's own state; the extractors take their part of it.
#[derive(Clone)]
struct App {
    admission: Admission,
    names: mpsc::Sender<String>,
}

impl FromRef<App> for Admission {
    fn from_ref(app: &App) -> Self {
        app.admission.clone()
    }
}

/// 204 once the event is safe with whoever takes it from the queue, 503 to get it again.
async fn received(State(app): State<App>, verified: VerifiedEvent) -> StatusCode {
    match app.names.try_send(verified.event.name().to_string()) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

pub(crate) fn app(secret: Secret, names: mpsc::Sender<String>) -> Router {
    let admission = Admission::new(Endpoint::signed("recall", Verifier::new(secret)));
    Router::new().route("/webhooks/recall", post(received)).with_state(App { admission, names })
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
    let (names, mut queue) = mpsc::channel(1024);
    tokio::spawn(async move {
        while let Some(name) = queue.recv().await {
            println!("{name}");
        }
    });
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    Ok(run(listener, app(secret, names), std::future::pending()).await?)
}
