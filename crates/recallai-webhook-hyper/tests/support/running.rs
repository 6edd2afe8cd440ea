//! A server on a port of its own.

use std::io;
use std::net::SocketAddr;

use recallai_webhook_hyper::dispatch::RouterBuilder;
use recallai_webhook_hyper::{Limits, Server, Webhooks};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{PATH, Wire, receiver, secret};

/// A server that runs until it is told to stop, or until the test ends.
pub(crate) struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<io::Result<()>>,
}

impl Running {
    pub(crate) async fn start(webhooks: Webhooks) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async { stopped.await.unwrap_or_default() };
        let serving = tokio::spawn(Server::new(webhooks).serve(listener, shutdown));
        Self { address, stop: Some(stop), serving }
    }

    /// One endpoint at [`PATH`] for the usual secret.
    pub(crate) async fn with(router: RouterBuilder, change: impl FnOnce(&mut Limits)) -> Self {
        let mut limits = Limits::default();
        change(&mut limits);
        let webhooks = Webhooks::new().endpoint(PATH, receiver(secret(), router));
        Self::start(webhooks.with_limits(limits)).await
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) async fn connect(&self) -> Wire {
        Wire::connect(self.address).await
    }

    /// Waits until new connections are refused, by which a shutdown shows.
    pub(crate) async fn refuses(&self) {
        while TcpStream::connect(self.address).await.is_ok() {}
    }

    /// Begins the shutdown.
    pub(crate) fn stop(&mut self) {
        self.stop.take().expect("not stopped yet").send(()).unwrap();
    }

    /// Waits until `serve` has returned.
    pub(crate) async fn stopped(self) {
        self.serving.await.unwrap().unwrap();
    }
}
