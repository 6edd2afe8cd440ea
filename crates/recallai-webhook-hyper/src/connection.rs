//! One connection: hyper serves it; what only the owner of the socket can do is done here.

use std::convert::Infallible;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::room::{Place, arrivals};
use crate::{Incoming, Limits};

/// How long a connection that has sent nothing yet may still send its request once a shutdown
/// began.
const FIRST_REQUEST: Duration = Duration::from_secs(1);

/// How long, and how much, is read and thrown away after a reply that left a body unread, so that
/// the sender gets to see the reply and not a reset connection.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_LEN: u64 = 4 << 20;

/// hyper's own: its least buffer, and how many header lines it takes if nothing else is said.
const MIN_BUFFER: usize = 8 * 1024;
const HEADER_LINES: usize = 100;

/// A limit on time that is none. What is longer would overflow the clock.
const FOREVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

const REQUEST_TIMEOUT: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Serves a connection until it ends, or until its last request is answered once `closing` is set.
pub(crate) async fn serve<S, B>(
    stream: TcpStream,
    place: Place,
    service: S,
    http: http1::Builder,
    mut closing: watch::Receiver<bool>,
) where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Unpin>,
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>> + Unpin + 'static,
{
    // Replies are one small write; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let seen = Arc::new(Seen::at(place));
    let service = Watched { service, seen: Arc::clone(&seen) };
    let mut connection = http.serve_connection(TokioIo::new(stream), service);

    let mut told = false;
    let mut time_to_close = pin!(time_to_close(&mut closing, &seen));
    let mut to_be_left = pin!(seen.place.to_be_left());
    // `None` if it has to make room.
    let ended = poll_fn(|cx| {
        if !told && time_to_close.as_mut().poll(cx).is_ready() {
            told = true;
            Pin::new(&mut connection).graceful_shutdown();
        }
        match connection.poll_without_shutdown(cx) {
            Poll::Pending => to_be_left.as_mut().poll(cx).map(|()| None),
            Poll::Ready(result) => Poll::Ready(Some(result)),
        }
    })
    .await;

    let has_no_body = seen.reading.load(Ordering::Relaxed) != ANSWERED;
    let parts = connection.into_parts();
    let Some(result) = ended else {
        if has_no_body {
            // If it can be told at once: somebody else waits for the place.
            let _ = parts.io.inner().try_write(REQUEST_TIMEOUT);
        }
        return;
    };
    let late = result.as_ref().is_err_and(|error| error.is_timeout() && !parts.read_buf.is_empty());
    let unread = result.is_err() || seen.unread.load(Ordering::Relaxed);
    if let Err(error) = result {
        tracing::debug!(%error, "connection ended");
    }
    let farewell = farewell(parts.io.into_inner(), late, unread);
    let _ = tokio::time::timeout(LINGER, farewell).await;
}

/// How connections are served within the limits.
pub(crate) fn http(limits: &Limits, half_close: bool) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_time.min(FOREVER))
        .max_header_size(limits.head_len)
        .max_buf_size(limits.head_len.max(MIN_BUFFER))
        .half_close(half_close);
    // Setting it costs an allocation for each request, also where it changes nothing.
    if limits.header_lines != HEADER_LINES {
        http.max_headers(limits.header_lines);
    }
    http
}

/// Waits until the connection may be told to close: a shutdown began, and no request is on its way
/// that the sender had reason to send.
async fn time_to_close(closing: &mut watch::Receiver<bool>, seen: &Seen) {
    let began = closing.wait_for(|closing| *closing).await;
    drop(began);
    if !seen.request.load(Ordering::Relaxed) {
        tokio::time::sleep(FIRST_REQUEST).await;
    } else if !seen.place.is_busy() {
        arrivals().await;
    }
}

/// Ends a connection: answers a head that was begun and came too late, says that no more follows,
/// and hears out a sender that is still sending.
async fn farewell(mut stream: TcpStream, late: bool, unread: bool) -> io::Result<()> {
    if late {
        stream.write_all(REQUEST_TIMEOUT).await?;
    }
    stream.shutdown().await?;
    if unread {
        tokio::io::copy(&mut stream.take(LINGER_LEN), &mut tokio::io::sink()).await?;
    }
    Ok(())
}

/// Of [`Seen::reading`]: no request, or none without its answer.
const ANSWERED: u64 = 0;

/// What the requests of a connection have shown so far.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Knows whether a request is being answered.
    place: Place,
    /// The head of a request has been read.
    request: AtomicBool,
    /// The turn of the request whose answer is still to come; or [`ANSWERED`].
    reading: AtomicU64,
    /// A reply left a body unread.
    unread: AtomicBool,
}

impl Seen {
    fn at(place: Place) -> Self {
        let (request, unread) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { place, request, reading: AtomicU64::new(ANSWERED), unread }
    }

    /// A request begins. What it is known by, which is its turn to make room.
    fn begin(&self) -> u64 {
        let turn = self.place.begin();
        self.request.store(true, Ordering::Relaxed);
        self.reading.store(turn, Ordering::Relaxed);
        turn
    }

    /// Whether more of the body of a request is waited for. Once there is an answer, it no longer counts.
    pub(crate) fn awaits_body(&self, turn: u64, waits: bool) {
        if self.reading.load(Ordering::Relaxed) != turn {
            return;
        }
        if waits {
            self.place.wait_since(turn);
        } else if !self.place.is_busy() {
            self.place.arrived();
        }
    }

    /// There is an answer to a request.
    fn answered(&self, leaves_unread: bool) {
        if !self.place.is_busy() {
            self.place.arrived();
        }
        self.reading.store(ANSWERED, Ordering::Relaxed);
        self.unread.store(leaves_unread, Ordering::Relaxed);
    }
}

/// The service, with an eye on its requests and replies.
struct Watched<S> {
    service: S,
    seen: Arc<Seen>,
}

/// A service is called where it is, and never pinned.
impl<S> Unpin for Watched<S> {}

impl<S, B> Service<Request<hyper::body::Incoming>> for Watched<S>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Unpin>,
{
    type Response = Response<WatchedBody<B>>;
    type Error = Infallible;
    type Future = Watching<S::Future>;

    fn call(&self, request: Request<hyper::body::Incoming>) -> Self::Future {
        let turn = self.seen.begin();
        let request = request.map(|body| Incoming::new(body, Arc::clone(&self.seen), turn));
        Watching { answer: self.service.call(request), seen: Arc::clone(&self.seen) }
    }
}

/// An answer that is awaited. A box around it would be one more allocation for each request.
struct Watching<F> {
    answer: F,
    seen: Arc<Seen>,
}

impl<F, B> Future for Watching<F>
where
    F: Future<Output = Result<Response<B>, Infallible>> + Unpin,
{
    type Output = Result<Response<WatchedBody<B>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.answer).poll(cx).map_ok(|response| {
            let closes = response.headers().contains_key(http::header::CONNECTION);
            self.seen.answered(closes);
            response.map(|body| WatchedBody { body, seen: Arc::clone(&self.seen) })
        })
    }
}

/// A body of an answer, which is over when this is dropped.
struct WatchedBody<B> {
    body: B,
    seen: Arc<Seen>,
}

impl<B: Body + Unpin> Body for WatchedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for WatchedBody<B> {
    fn drop(&mut self) {
        self.seen.place.end();
    }
}
