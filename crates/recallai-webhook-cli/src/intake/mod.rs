//! Receiving for the commands that pass deliveries on or write them down: within limits, and handed over as
//! they came, with what verification says of them.

mod answer;
mod door;
mod received;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use hyper::service::service_fn;
use recallai_webhook_dispatch::Endpoint;
use recallai_webhook_hyper::{Limits, Server};
use tokio::net::TcpListener;

use crate::arguments::Secrets;
use crate::exit::Failure;
use crate::serve::{self, ENDPOINT};
use crate::{secrets, send_line};
use door::Door;

pub(crate) use answer::{Answer, reply, status};
pub(crate) use received::Received;

/// Where to receive, and by which secrets to verify.
#[derive(Debug, Args)]
pub(crate) struct Intake {
    /// Where to listen; put a proxy that ends TLS in front before opening it to the outside
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,

    /// The URL path to receive at
    #[arg(long, default_value = "/webhooks/recall", value_name = "PATH", value_parser = serve::url_path)]
    path: String,

    #[command(flatten)]
    secrets: Secrets,

    /// Make up a secret for this run and print the `send` line to try it with
    #[arg(long, conflicts_with_all = ["secret_file", "secret"])]
    dev: bool,
}

impl Intake {
    /// The secrets to verify with.
    pub(crate) fn secrets(&self) -> Result<Vec<secrets::Labelled>, Failure> {
        match self.dev {
            true => {
                secrets::warn_if_ignored();
                Ok(vec![secrets::make()?])
            }
            false => secrets::load(&self.secrets),
        }
    }

    /// Gives every delivery to `answer`, verified or not, until `stop` completes and what came before that is
    /// answered.
    pub(crate) async fn serve<A, F>(
        &self,
        secrets: &[secrets::Labelled],
        answer: A,
        stop: impl Future<Output = ()>,
    ) -> Result<(), Failure>
    where
        A: Fn(Received) -> F + Send + Sync + 'static,
        F: Future<Output = Answer> + Send + 'static,
    {
        let endpoint = Endpoint::signed(ENDPOINT, secrets::verifier(secrets)?);
        let listener = TcpListener::bind(self.listen).await;
        let listener = listener.map_err(|error| Failure::failed_at(self.listen, error))?;
        // The port is the kernel's choice where 0 was asked for.
        let address = listener.local_addr().map_err(Failure::failed)?;
        let labels: Vec<_> = secrets.iter().map(|secret| secret.label.as_str()).collect();
        tracing::info!(path = self.path, secrets = labels.join(", "), "ready for deliveries");
        if let Some(made) = secrets.first().filter(|_| self.dev) {
            send_line::show(&made.text, address, &self.path);
        }
        let limits = Limits::default();
        let door = Arc::new(Door { endpoint, path: self.path.clone(), limits, answer });
        let service = service_fn(move |request| {
            let door = Arc::clone(&door);
            Box::pin(async move { Ok::<_, Infallible>(door.respond(request).await) })
        });
        Server::of(service, limits).serve(listener, stop).await.map_err(Failure::failed)
    }
}
