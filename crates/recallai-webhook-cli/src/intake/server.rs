//! Connections, from the first until everything is answered after a signal to stop.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use recallai_webhook_hyper::Limits;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::answer::Answer;
use super::door::Door;
use super::received::Received;

/// How long to wait after a connection that could not be accepted, as with too many open files.
const PAUSE: Duration = Duration::from_millis(50);

/// hyper's least buffer.
const LEAST_BUFFER: usize = 8 * 1024;

pub(super) async fn serve<A, F>(
    listener: TcpListener,
    door: Arc<Door<A>>,
    stop: impl Future<Output = ()>,
) where
    A: Fn(Received) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    let (closing, on_closing) = watch::channel(false);
    let room = Arc::new(Semaphore::new(door.limits.connections));
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accept = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            () = &mut stop => break,
            accepted = accept => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let connection = connection(stream, Arc::clone(&door), on_closing.clone());
        connections.spawn(async move {
            connection.await;
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    closing.send_replace(true);
    tracing::info!(connections = connections.len(), "shutting down");
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(door.limits.shutdown_time, all).await.is_err() {
        tracing::warn!(connections = connections.len(), "dropped unfinished connections");
    }
}

async fn connection<A, F>(stream: TcpStream, door: Arc<Door<A>>, mut closing: watch::Receiver<bool>)
where
    A: Fn(Received) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    let _ = stream.set_nodelay(true);
    let Limits { head_time, head_len, header_lines, .. } = door.limits;
    let service = service_fn(move |request: Request<Incoming>| {
        let door = Arc::clone(&door);
        async move { Ok::<_, Infallible>(door.respond(request).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(head_time)
        .max_header_size(head_len)
        .max_buf_size(head_len.max(LEAST_BUFFER))
        .max_headers(header_lines)
        // A sender may close its side once it has sent the request.
        .half_close(true);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    let closes = async { drop(closing.wait_for(|closing| *closing).await) };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closes => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}
