//! The server: accepts connections, bounds them, and shuts down without dropping a request.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::io;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use hyper::service::Service;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::room::Room;
use crate::{Incoming, Limits, Webhooks, connection};

/// How long to wait after an error of `accept` that will not go away at once, such as too many open
/// files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// An HTTP/1.1 server that owns its sockets: for [`Webhooks`], or for a service of your own.
#[derive(Debug, Clone)]
pub struct Server<S = Webhooks> {
    service: S,
    limits: Limits,
    half_close: bool,
}

impl Server {
    /// A server with the limits of the service.
    pub fn new(webhooks: Webhooks) -> Self {
        let limits = *webhooks.limits();
        Self { service: webhooks, limits, half_close: true }
    }
}

impl<S, B> Server<S>
where
    S: Service<
            Request<Incoming>,
            Response = Response<B>,
            Error = Infallible,
            Future: Send + Unpin + 'static,
        > + Clone
        + Send
        + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + Unpin + 'static,
{
    /// A server for any hyper service, of which each connection has a clone.
    ///
    /// The limits on heads, connections and the shutdown are kept here. Those on bodies are the
    /// service's to keep: [`Limits::read`] reads one, and [`response`](crate::response()) says what
    /// has come of it. After an answer with `connection: close` the connection ends, and what the
    /// sender is still sending is read and thrown away for a while.
    ///
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use hyper::service::service_fn;
    /// use recallai_webhook_hyper::{Incoming, Limits, Server, dispatch::Reply, response};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let limits = Limits::default();
    /// let take = service_fn(move |request: http::Request<Incoming>| {
    ///     Box::pin(async move {
    ///         let (parts, body) = request.into_parts();
    ///         let reply = match limits.read(&parts, body).await {
    ///             Ok(body) if body.is_empty() => Reply::BadRequest,
    ///             Ok(_) => Reply::Acknowledged,
    ///             Err(reply) => reply,
    ///         };
    ///         Ok::<_, Infallible>(response(reply, true))
    ///     })
    /// });
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// Server::of(take, limits).serve(listener, async {}).await
    /// # }
    /// ```
    pub fn of(service: S, limits: Limits) -> Self {
        Self { service, limits, half_close: true }
    }

    /// Whether a request is answered whose sender has closed its side of the connection, as
    /// deliveries are that come by some proxies: `true` unless set.
    ///
    /// With `false`, a sender that hangs up is noticed, and the answer that it waited for is dropped:
    /// right for answers that wait for something to happen.
    #[must_use]
    pub fn with_half_close(mut self, half_close: bool) -> Self {
        self.half_close = half_close;
        self
    }

    /// Serves until `shutdown` completes, then stops accepting and finishes what was accepted.
    ///
    /// Connections that the kernel has queued when the shutdown begins are still served. Returns
    /// when every request was answered, or when
    /// [`Limits::shutdown_time`](crate::Limits::shutdown_time) has passed; what is open then is
    /// dropped, and the number of dropped connections is logged.
    ///
    /// # Errors
    ///
    /// The listener has no local address: it is not bound. Errors of single connections are logged.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> io::Result<()> {
        tracing::info!(address = %listener.local_addr()?, "listening");
        let Self { service, limits, half_close } = self;
        let room = Room::new(limits.connections);
        let (closing, on_closing) = watch::channel(false);
        let http = connection::http(&limits, half_close);
        let serve = |stream, place| {
            connection::serve(stream, place, service.clone(), http.clone(), on_closing.clone())
        };
        let mut connections = JoinSet::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut shutdown => break,
                accepted = accept(&listener) => accepted,
            };
            let Some(stream) = accepted else { continue };
            let place = tokio::select! {
                biased;
                () = &mut shutdown => None,
                place = room.place() => Some(place),
            };
            let stops = place.is_none();
            let place = place.unwrap_or_else(|| room.place_beyond_limit());
            connections.spawn(serve(stream, place));
            if stops {
                break;
            }
            while connections.try_join_next().is_some() {}
        }

        closing.send_replace(true);
        for stream in queued(listener) {
            connections.spawn(serve(stream, room.place_beyond_limit()));
        }
        tracing::info!(connections = room.taken(), "shutting down");
        let finish = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(limits.shutdown_time, finish).await.is_err() {
            tracing::warn!(connections = room.taken(), "dropped unfinished connections");
        }
        Ok(())
    }
}

/// Waits for a connection. `None` after an error that is worth another try.
async fn accept(listener: &TcpListener) -> Option<TcpStream> {
    match listener.accept().await {
        Ok((stream, _)) => Some(stream),
        Err(error) => {
            tracing::warn!(%error, "accept failed");
            if !is_of_one_connection(&error) {
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
            None
        }
    }
}

/// Whether only the connection failed that was to be accepted, and the next may do better.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// The connections that the kernel has accepted and nobody has taken yet.
fn queued(listener: TcpListener) -> Vec<TcpStream> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    std::iter::from_fn(|| listener.accept().ok())
        .filter_map(|(stream, _)| {
            stream.set_nonblocking(true).ok()?;
            TcpStream::from_std(stream).ok()
        })
        .collect()
}
