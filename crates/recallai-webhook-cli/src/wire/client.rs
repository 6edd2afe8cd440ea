//! The client: keeps connections for the next request, and the time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::connection::Connection;
use super::reply::Heard;
use super::target::Origin;
use super::{Target, WireError, WireReply, WireRequest, tls};

/// As long as a program may run.
const FOR_EVER: Duration = Duration::from_secs(365 * 86_400);

/// How many connections to one target are kept while nobody uses them.
const IDLE: usize = 64;

/// Sends requests. Cheap to clone: the clones share their connections.
#[derive(Clone, Default)]
pub(crate) struct Client {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    /// The latest one last.
    idle: Mutex<HashMap<Arc<Origin>, Vec<Connection>>>,
    tls: OnceCell<TlsConnector>,
}

impl Client {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Sends exactly this: the request line, `Host`, the headers in their order and spelling,
    /// `Content-Length`, and the body as the request says it is written. The time limit is for all of it, from
    /// the connection to the head of the reply, as the sender has it.
    pub(crate) async fn send(
        &self,
        target: &Target,
        request: &WireRequest,
        time_limit: Duration,
    ) -> Result<WireReply, WireError> {
        let began = Instant::now();
        // Far from now where a clock has no room for more.
        let deadline = began.checked_add(time_limit).unwrap_or(began + FOR_EVER);
        let Heard { head, came_at, body, .. } = self.exchange(target, request, deadline).await?;
        let took = came_at - began;
        Ok(WireReply { status: head.status, headers: head.headers, body, took })
    }

    async fn exchange(
        &self,
        target: &Target,
        request: &WireRequest,
        deadline: Instant,
    ) -> Result<Heard, WireError> {
        let head = request.head(target).map_err(WireError::Connect)?;
        // A receiver may answer what is written in an odd way by closing the connection. On one that has been
        // used before, that would look as if it was closed for being idle.
        let idle = if request.is_plain() { self.take(target.origin()) } else { None };
        if let Some(mut connection) = idle {
            match connection.exchange(head.clone(), request, deadline).await {
                // The receiver may close an idle connection at the moment at which it is used again. That is
                // nothing wrong with the receiver, so the request gets another try, as HTTP clients do. If it
                // was read after all, the receiver has it twice: senders of webhooks promise at least once,
                // and receivers have to withstand it.
                Err(WireError::Broken(_)) if !connection.take_heard() => {}
                heard => return heard.inspect(|heard| self.keep(target, connection, heard)),
            }
        }
        let opened = timeout_at(deadline, self.open(target.origin())).await;
        let mut connection = opened.unwrap_or(Err(WireError::TimedOut))?;
        let heard = connection.exchange(head, request, deadline).await?;
        self.keep(target, connection, &heard);
        Ok(heard)
    }

    async fn open(&self, origin: &Origin) -> Result<Connection, WireError> {
        let connector = match origin.is_tls {
            true => {
                let made = self.inner.tls.get_or_try_init(async || tls::connector()).await;
                Some(made.map_err(WireError::Connect)?)
            }
            false => None,
        };
        Connection::open(origin, connector).await
    }

    /// The latest of the connections that are still open.
    fn take(&self, origin: &Arc<Origin>) -> Option<Connection> {
        let mut idle = self.inner.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle.get_mut(origin)?;
        std::iter::from_fn(|| kept.pop())
            .find_map(|mut connection| connection.is_quiet().then_some(connection))
    }

    fn keep(&self, target: &Target, mut connection: Connection, heard: &Heard) {
        // What came belongs to the request that was answered.
        connection.take_heard();
        if heard.keeps {
            let mut idle = self.inner.idle.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = idle.entry(Arc::clone(target.origin())).or_default();
            if kept.len() < IDLE {
                kept.push(connection);
            }
        }
    }
}
