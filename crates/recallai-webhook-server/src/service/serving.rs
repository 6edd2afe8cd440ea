//! The server, in a task of its own.

use std::io;

use recallai_webhook_hyper::{Limits, Server};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::doors::Doors;
use super::error::ServiceError;

/// A server that answers until it is told to stop, or this is dropped.
pub(super) struct Serving {
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl Serving {
    pub(super) fn start(doors: Doors, limits: Limits, listener: TcpListener) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            Server::of(doors, limits).serve(listener, stopped).await
        });
        Self { stop, task }
    }

    /// Completes when the server has ended of itself, which is a failure.
    pub(super) async fn ended(&mut self) -> ServiceError {
        match (&mut self.task).await {
            Ok(Ok(())) => ServiceError::Ended,
            Ok(Err(error)) => ServiceError::Server(error),
            Err(error) => error.into(),
        }
    }

    /// Accepts nothing more, and answers what was accepted.
    pub(super) async fn end(self) -> Result<(), ServiceError> {
        // Whoever has ended does not hear it.
        let _ = self.stop.send(());
        self.task.await?.map_err(ServiceError::Server)
    }
}
