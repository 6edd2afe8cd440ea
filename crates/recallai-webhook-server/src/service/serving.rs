//! The server, in a task of its own.

use std::convert::Infallible;
use std::error::Error;
use std::io;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use hyper::service::Service;
use recallai_webhook_hyper::{Incoming, Server};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::error::ServiceError;

/// A server that answers until it is told to stop, or this is dropped.
pub(super) struct Serving {
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl Serving {
    pub(super) fn start<S, B>(server: Server<S>, listener: TcpListener) -> Self
    where
        S: Service<
                Request<Incoming>,
                Response = Response<B>,
                Error = Infallible,
                Future: Send + Unpin + 'static,
            > + Clone
            + Send
            + Sync
            + 'static,
        B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + Unpin + 'static,
    {
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            server.serve(listener, stopped).await
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
