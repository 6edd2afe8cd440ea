//! Reading the body of a reply: where it ends, and how much of it is worth keeping.

use tokio::io::AsyncRead;

use super::WireError;
use super::incoming::Incoming;
use super::reply::Head;

/// How much of a body is kept, in bytes: a receiver's reason for its answer, not its web page.
const KEPT: usize = 64 * 1024;

/// How much is read to keep the connection; a longer body costs more than a new connection.
const READ: u64 = 1024 * 1024;

/// The longest line around a chunk.
const LINE: usize = 8 * 1024;

/// Where a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunks,
    /// Where the connection does.
    ToTheEnd,
}

impl Framing {
    /// By the rules of RFC 9112, section 6.3.
    pub(super) fn of(head: &Head) -> Result<Self, WireError> {
        if matches!(head.status, 101 | 204 | 304) {
            return Ok(Self::Length(0));
        }
        if let Some(last) = head.values("transfer-encoding").last() {
            let is_chunked = last.eq_ignore_ascii_case(b"chunked");
            return Ok(if is_chunked { Self::Chunks } else { Self::ToTheEnd });
        }
        let mut lengths = head.values("content-length");
        let Some(first) = lengths.next() else { return Ok(Self::ToTheEnd) };
        let length = number(first).filter(|_| lengths.all(|other| other == first));
        let length = length.ok_or_else(|| WireError::NotHttp("an odd content-length".to_owned()));
        length.map(Self::Length)
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok()?;
    text.parse().ok().filter(|_| digits.iter().all(u8::is_ascii_digit))
}

/// Reads a body, and keeps its beginning. Says whether it was read to its end.
pub(super) async fn read<R>(
    framing: Framing,
    incoming: &mut Incoming<R>,
    kept: &mut Vec<u8>,
) -> Result<bool, WireError>
where
    R: AsyncRead + Unpin,
{
    let mut body = Body { incoming, kept, read: 0 };
    match framing {
        Framing::Length(length) => body.pass(length).await,
        Framing::Chunks => body.chunks().await,
        Framing::ToTheEnd => body.rest().await,
    }
}

struct Body<'i, R> {
    incoming: &'i mut Incoming<R>,
    kept: &'i mut Vec<u8>,
    read: u64,
}

impl<R: AsyncRead + Unpin> Body<'_, R> {
    /// Reads so many bytes; `false` if that would be too many in all.
    async fn pass(&mut self, length: u64) -> Result<bool, WireError> {
        let mut left = length;
        while left > 0 {
            if self.read >= READ {
                return Ok(false);
            }
            if self.incoming.bytes().is_empty() {
                self.more().await?;
            }
            left -= self.take(left);
        }
        Ok(true)
    }

    /// Takes what is there, at most so many bytes.
    fn take(&mut self, most: u64) -> u64 {
        let there = self.incoming.bytes();
        let length = there.len().min(usize::try_from(most).unwrap_or(usize::MAX));
        let room = KEPT - self.kept.len();
        self.kept.extend(there.iter().take(length.min(room)));
        self.incoming.advance(length);
        self.read += length as u64;
        length as u64
    }

    async fn chunks(&mut self) -> Result<bool, WireError> {
        let odd = || WireError::NotHttp("an odd chunk".to_owned());
        loop {
            let line = self.line().await?;
            let size = httparse::parse_chunk_size(&line).map_err(|_| odd())?;
            let httparse::Status::Complete((_, size)) = size else { return Err(odd()) };
            if size == 0 {
                break;
            }
            if !self.pass(size).await? {
                return Ok(false);
            }
            if !self.line().await?.trim_ascii().is_empty() {
                return Err(odd());
            }
        }
        // Trailers, to an empty line.
        while !self.line().await?.trim_ascii().is_empty() {}
        Ok(true)
    }

    /// Reads a line, with its end.
    async fn line(&mut self) -> Result<Vec<u8>, WireError> {
        loop {
            let there = self.incoming.bytes();
            if let Some(end) = there.iter().position(|&byte| byte == b'\n') {
                let line = there.iter().take(end + 1).copied().collect();
                self.incoming.advance(end + 1);
                return Ok(line);
            }
            if there.len() > LINE {
                return Err(WireError::NotHttp("a line between chunks does not end".to_owned()));
            }
            self.more().await?;
        }
    }

    async fn rest(&mut self) -> Result<bool, WireError> {
        loop {
            self.take(u64::MAX);
            if self.read >= READ {
                return Ok(false);
            }
            if !self.incoming.fill().await.map_err(WireError::Broken)? {
                return Ok(true);
            }
        }
    }

    async fn more(&mut self) -> Result<(), WireError> {
        match self.incoming.fill().await.map_err(WireError::Broken)? {
            true => Ok(()),
            false => Err(WireError::closed("in the middle of its reply")),
        }
    }
}
