//! The body of a request, with an eye on whether its sender is being waited for.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::connection::Seen;

/// The body of a request that came to a [`Server`](crate::Server), as hyper reads it.
///
/// While more of it is waited for, the connection counts as one that waits, and has to make room when there
/// is none left: see [`Limits::connections`](crate::Limits::connections).
#[derive(Debug)]
pub struct Incoming {
    body: hyper::body::Incoming,
    seen: Arc<Seen>,
    /// When its head had come.
    turn: u64,
}

impl Incoming {
    pub(crate) fn new(body: hyper::body::Incoming, seen: Arc<Seen>, turn: u64) -> Self {
        Self { body, seen, turn }
    }
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        self.seen.awaits_body(self.turn, polled.is_pending());
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // Nobody waits for the rest of it, whether or not it comes.
        self.seen.awaits_body(self.turn, false);
    }
}
