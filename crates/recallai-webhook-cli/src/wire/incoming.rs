//! What comes in on a connection.

use std::io;
use std::pin::Pin;
use std::task::{Context, Waker};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, ReadBuf};

/// How much is asked for at once.
const PIECE: usize = 8 * 1024;

/// Bytes that were read and not used yet, and the source of more.
pub(super) struct Incoming<R> {
    source: R,
    buffer: BytesMut,
    heard: bool,
}

impl<R: AsyncRead + Unpin> Incoming<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, buffer: BytesMut::new(), heard: false }
    }

    /// What is there.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Leaves so many bytes behind, or all there are.
    pub(super) fn advance(&mut self, length: usize) {
        self.buffer.advance(length.min(self.buffer.len()));
    }

    /// Waits for more; `false` at the end.
    pub(super) async fn fill(&mut self) -> io::Result<bool> {
        self.buffer.reserve(PIECE);
        let read = self.source.read_buf(&mut self.buffer).await?;
        self.heard |= read > 0;
        Ok(read > 0)
    }

    /// Whether anything has come since this was asked for the last time.
    pub(super) fn take_heard(&mut self) -> bool {
        std::mem::take(&mut self.heard)
    }

    /// Whether nothing has come that nobody asked for, not even the end.
    pub(super) fn is_quiet(&mut self) -> bool {
        let mut byte = [0];
        let mut room = ReadBuf::new(&mut byte);
        let mut context = Context::from_waker(Waker::noop());
        let polled = Pin::new(&mut self.source).poll_read(&mut context, &mut room);
        self.buffer.is_empty() && polled.is_pending()
    }
}
