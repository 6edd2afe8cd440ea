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
    /// Nothing once it is known how it ended: a task can be waited for once.
    task: Option<JoinHandle<io::Result<()>>>,
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
        Self { stop, task: Some(task) }
    }

    /// Completes when the server has ended of itself, which is a failure.
    pub(super) async fn ended(&mut self) -> ServiceError {
        let Some(task) = &mut self.task else { return ServiceError::Ended };
        let ended = task.await;
        self.task = None;
        match ended {
            Ok(Ok(())) => ServiceError::Ended,
            Ok(Err(error)) => ServiceError::Server(error),
            Err(error) => error.into(),
        }
    }

    /// Accepts nothing more, and answers what was accepted.
    pub(super) async fn end(self) -> Result<(), ServiceError> {
        // Whoever has ended does not hear it.
        let _ = self.stop.send(());
        match self.task {
            Some(task) => task.await?.map_err(ServiceError::Server),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn how_it_ended_is_asked_once_and_the_end_is_an_end_after_that() {
        let (stop, _) = oneshot::channel();
        let failed = async { Err(io::Error::other("no more files")) };
        let mut serving = Serving { stop, task: Some(tokio::spawn(failed)) };
        assert_eq!(serving.ended().await.to_string(), "the server: no more files");
        serving.end().await.unwrap();
    }
}
