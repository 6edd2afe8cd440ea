//! What is written: a head, and a body whole, slowly or in part.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_emulator::{Request, Writing};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::Target;

/// How often a slow body goes on.
const PACE: Duration = Duration::from_millis(50);

/// A request, all but what the target and the body say of themselves: `Host` and `Content-Length`.
#[derive(Debug, Clone)]
pub(crate) struct WireRequest {
    pub(crate) method: &'static str,
    /// In the order and the spelling in which they are written.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Arc<[u8]>,
    pub(crate) writing: Writing,
}

impl From<&Request> for WireRequest {
    fn from(request: &Request) -> Self {
        let own = |(name, value): &(String, String)| (name.clone(), value.clone().into_bytes());
        Self {
            method: request.method,
            headers: request.headers.iter().map(own).collect(),
            body: Arc::clone(&request.body),
            writing: request.writing,
        }
    }
}

impl WireRequest {
    /// A `POST` that is written whole.
    pub(crate) fn post(headers: Vec<(String, Vec<u8>)>, body: impl Into<Arc<[u8]>>) -> Self {
        Self { method: "POST", headers, body: body.into(), writing: Writing::default() }
    }

    /// Whether it is written as everybody does.
    pub(super) fn is_plain(&self) -> bool {
        self.writing == Writing::default()
    }

    /// Request line and headers. A header that would end its line, and begin others, is an error.
    pub(super) fn head(&self, target: &Target) -> io::Result<Vec<u8>> {
        let (method, path, host) = (self.method, target.path_and_query(), target.host());
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n").into_bytes();
        for (name, value) in &self.headers {
            let is_torn = |byte: &u8| matches!(byte, b'\r' | b'\n' | 0);
            if name.is_empty()
                || name.contains(':')
                || name.bytes().chain(value.iter().copied()).any(|byte| is_torn(&byte))
            {
                let text =
                    format!("the header {name:?} cannot be sent: it would not end where it should");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
            }
            head.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        head.extend(format!("Content-Length: {}\r\n\r\n", self.body.len()).bytes());
        Ok(head)
    }

    /// Writes the head and as much of the body as is to be written.
    pub(super) async fn write<W>(&self, mut head: Vec<u8>, out: &mut W) -> io::Result<()>
    where
        W: AsyncWrite + Unpin,
    {
        let Writing { over, cut_at, .. } = self.writing;
        let end = cut_at.map_or(self.body.len(), |cut| cut.min(self.body.len()));
        let part = self.body.get(..end).unwrap_or_default();
        if over.is_zero() {
            // In one piece, as far as the kernel goes along.
            head.extend(part);
            out.write_all(&head).await?;
        } else {
            out.write_all(&head).await?;
            out.flush().await?;
            self.write_slowly(part, over, out).await?;
        }
        out.flush().await?;
        match cut_at {
            Some(_) => out.shutdown().await,
            None => Ok(()),
        }
    }

    /// Writes a part of the body at the pace at which the whole takes that long.
    async fn write_slowly<W>(&self, part: &[u8], over: Duration, out: &mut W) -> io::Result<()>
    where
        W: AsyncWrite + Unpin,
    {
        let length = self.body.len();
        let steps = usize::try_from(over.as_millis() / PACE.as_millis()).unwrap_or(usize::MAX);
        let pieces = length.min(steps.saturating_add(2));
        // From the first piece to the last.
        let between = u32::try_from(pieces.saturating_sub(1)).unwrap_or(u32::MAX).max(1);
        let mut ticks = tokio::time::interval((over / between).max(Duration::from_nanos(1)));
        let mut written = 0;
        for number in 1..=pieces {
            let end = part.len().min(share(length, number, pieces));
            if written == part.len() {
                break;
            }
            ticks.tick().await;
            out.write_all(part.get(written..end).unwrap_or_default()).await?;
            out.flush().await?;
            written = end;
        }
        Ok(())
    }
}

/// So many parts of a length, rounded down.
fn share(length: usize, number: usize, of: usize) -> usize {
    let share = length as u128 * number as u128 / of.max(1) as u128;
    usize::try_from(share).unwrap_or(length)
}
