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
use recallai_webhook_hyper::{Limits, Server, bind};
use recallai_webhook_server::config::ENDPOINT;

use crate::exit::Failure;
use crate::listening::{Accepted, Listening};
use crate::secrets;
use door::Door;

pub(crate) use answer::{Answer, reply, status};
pub(crate) use received::Received;

/// Where to receive, and by which secrets to verify.
#[derive(Debug, Args)]
pub(crate) struct Intake {
    #[command(flatten)]
    listening: Listening,

    #[command(flatten)]
    accepted: Accepted,
}

impl Intake {
    /// Where it listens; with port 0 the kernel chooses the port.
    pub(crate) fn address(&self) -> SocketAddr {
        self.listening.address
    }

    /// The secrets to verify with.
    pub(crate) fn secrets(&self) -> Result<Vec<secrets::Labelled>, Failure> {
        self.accepted.secrets()
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
        let Listening { address: listen, path } = &self.listening;
        let listener = bind(*listen);
        let listener = listener.map_err(|error| Failure::failed_at(listen, error))?;
        // The port is the kernel's choice where 0 was asked for.
        let address = listener.local_addr().map_err(Failure::failed)?;
        let labels: Vec<_> = secrets.iter().map(|secret| secret.label.as_str()).collect();
        tracing::info!(path, secrets = labels.join(", "), "ready for deliveries");
        self.accepted.greet(secrets, address, path);
        let limits = Limits::default();
        let door = Arc::new(Door { endpoint, path: path.clone(), limits, answer });
        let service = service_fn(move |request| {
            let door = Arc::clone(&door);
            Box::pin(async move { Ok::<_, Infallible>(door.respond(request).await) })
        });
        Server::of(service, limits).serve(listener, stop).await.map_err(Failure::failed)
    }
}
