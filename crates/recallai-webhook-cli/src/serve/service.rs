//! Serving: from the socket to the last answer.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use recallai_webhook_dispatch::{Endpoint, Receiver};
use recallai_webhook_hyper::{Server, Webhooks, bind};
use recallai_webhook_inbox::Inbox;
use tokio::net::TcpListener;

use super::durable::Durable;
use super::{inline, opening};
use crate::arguments::Format;
use crate::exit::Failure;
use crate::listening::Listening;
use crate::secrets::{self, Labelled};
use crate::signals;

/// The name of the one endpoint.
pub(crate) const ENDPOINT: &str = "recall";

/// What to serve, and where.
pub(crate) struct Service<'a> {
    pub(crate) listening: &'a Listening,
    /// The file to keep messages in; without one they are printed before they are acknowledged.
    pub(crate) database: Option<&'a PathBuf>,
    pub(crate) secrets: &'a [Labelled],
}

/// A service that takes deliveries.
pub(crate) struct Ready {
    pub(crate) address: SocketAddr,
    pub(crate) inbox: Option<Arc<dyn Inbox>>,
}

impl Service<'_> {
    /// Serves until somebody stops it, it cannot go on, or what goes on `beside` it has ended.
    pub(crate) fn run(
        &self,
        format: Format,
        beside: impl AsyncFnOnce(Ready) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
        runtime.block_on(self.serve(format, beside))
    }

    async fn serve(
        &self,
        format: Format,
        beside: impl AsyncFnOnce(Ready) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Self { listening, database, secrets } = *self;
        let Listening { address: listen, path } = listening;
        let endpoint = Endpoint::signed(ENDPOINT, secrets::verifier(secrets)?);
        let listener = bind(*listen).and_then(TcpListener::into_std);
        let listener = listener.map_err(|error| Failure::failed_at(listen, error))?;
        // The port is the kernel's choice where 0 was asked for.
        let address = listener.local_addr().map_err(Failure::failed)?;
        let mut stop = std::pin::pin!(signals::stop()?);
        let (receiver, durable) = match database {
            None => (Receiver::inline(endpoint, inline::printing(format)), None),
            Some(file) => {
                let opened =
                    opening::open(file, format, &listener, path, &endpoint, &mut stop).await?;
                let Some(durable) = opened else { return Ok(()) };
                (Receiver::durable(endpoint, durable.inbox()), Some(durable))
            }
        };
        let labels: Vec<_> = secrets.iter().map(|secret| &*secret.label).collect();
        let file = database.map(|file| tracing::field::display(file.display()));
        tracing::info!(path, secrets = labels.join(", "), database = file, "ready for deliveries");

        let listener = TcpListener::from_std(listener).map_err(Failure::failed)?;
        let server = Server::new(Webhooks::new().endpoint(path, receiver));
        let inbox = durable.as_ref().map(Durable::inbox);
        let mut went = Ok(());
        let end = async {
            tokio::select! {
                () = stop => {}
                ended = beside(Ready { address, inbox }) => went = ended,
            }
        };
        let served = match durable.map(Durable::start) {
            None => server.serve(listener, end).await.map_err(Failure::failed),
            Some(mut working) => {
                let served = server.serve(listener, working.stop_or_failure(end)).await;
                // What was received is worked on until here; then nothing more comes.
                let worked = working.end().await;
                served.map_err(Failure::failed).and(worked)
            }
        };
        served.and(went)
    }
}
