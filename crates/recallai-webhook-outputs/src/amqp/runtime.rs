//! What the AMQP client needs of a runtime: tokio's, with streams of ours, so that TLS is the same for all
//! outputs and the client brings no TLS of its own.

use std::future::Future;
use std::io::{ErrorKind, Read, Result, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use async_compat::{Compat, CompatExt};
use async_rs::Tokio;
use async_rs::traits::{Executor, Reactor, RuntimeKit};
use async_rs::util::Task;
use futures_core::Stream as Items;
use futures_io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::broker::Stream;

/// Tokio, but for the type of streams.
#[derive(Debug, Clone)]
pub(super) struct Kit(pub(super) Tokio);

impl RuntimeKit for Kit {}

impl Executor for Kit {
    type Task<T: Send + 'static> = <Tokio as Executor>::Task<T>;

    fn block_on<T, F: Future<Output = T>>(&self, future: F) -> T {
        self.0.block_on(future)
    }

    fn spawn<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
        &self,
        future: F,
    ) -> Task<Self::Task<T>> {
        self.0.spawn(future)
    }

    fn spawn_blocking<T: Send + 'static, F: FnOnce() -> T + Send + 'static>(
        &self,
        work: F,
    ) -> Task<Self::Task<T>> {
        self.0.spawn_blocking(work)
    }
}

impl Reactor for Kit {
    type TcpStream = Compat<Stream>;
    type Sleep = <Tokio as Reactor>::Sleep;

    /// Not to be had: the client uses the streams that it is handed.
    fn register<H: Read + Write + Send + 'static>(
        &self,
        _: H,
    ) -> Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static> {
        Err::<Self::TcpStream, _>(ErrorKind::Unsupported.into())
    }

    fn sleep(&self, time: Duration) -> Self::Sleep {
        self.0.sleep(time)
    }

    fn interval(&self, time: Duration) -> impl Items<Item = Instant> + Send + 'static {
        self.0.interval(time)
    }

    #[expect(
        clippy::manual_async_fn,
        reason = "an async function would borrow what it is called on"
    )]
    fn tcp_connect_addr(
        &self,
        address: SocketAddr,
    ) -> impl Future<Output = Result<Self::TcpStream>> + Send + 'static {
        async move {
            let stream: Stream = Box::new(TcpStream::connect(address).await?);
            Ok(stream.compat())
        }
    }
}
