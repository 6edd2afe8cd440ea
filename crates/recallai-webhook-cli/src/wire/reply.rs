//! Reading a reply: its head, and how much belongs to it.

use std::time::Duration;

use recallai_webhook_emulator::AttemptResult;
use tokio::io::AsyncRead;
use tokio::time::{Instant, timeout, timeout_at};

use super::WireError;
use super::body::{self, Framing};
use super::incoming::Incoming;

/// The longest head that is read, in bytes, and the most header lines.
const HEAD: usize = 64 * 1024;
const LINES: usize = 128;

/// How long to read a body for. Nobody waits for it but whoever wants to know what it says.
const BODY_TIME: Duration = Duration::from_secs(2);

/// What the receiver has answered.
#[derive(Debug)]
pub(crate) struct WireReply {
    pub(crate) status: u16,
    /// In their order and spelling.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// The body, or what came of its first 64 KiB.
    pub(crate) body: Vec<u8>,
    /// From the start of the request, with a connection where it needed one, to the head of the reply.
    pub(crate) took: Duration,
}

impl WireReply {
    /// The time it took in milliseconds, to the microsecond, for programs.
    pub(crate) fn took_ms(&self) -> f64 {
        self.took.as_micros() as f64 / 1000.0
    }

    /// What it is for the sender. A date in the reply is counted from `unix_now`, in seconds.
    pub(crate) fn result(&self, unix_now: u64) -> AttemptResult {
        let text = |value| std::str::from_utf8(value).ok();
        let lines = self.headers.iter();
        let lines = lines.filter_map(|(name, value)| Some((name.as_str(), text(value)?)));
        AttemptResult::reply(self.status, lines, unix_now)
    }
}

/// A reply that was read.
pub(super) struct Heard {
    pub(super) head: Head,
    pub(super) came_at: Instant,
    pub(super) body: Vec<u8>,
    /// Whether the connection is fit for another request.
    pub(super) keeps: bool,
}

/// Reads the reply to a request, whose head has to come in time. With the head the answer is there: what its
/// body lacks, or how long that takes, changes nothing of it.
pub(super) async fn read<R>(
    incoming: &mut Incoming<R>,
    deadline: Instant,
) -> Result<Heard, WireError>
where
    R: AsyncRead + Unpin,
{
    let head = timeout_at(deadline, final_head(incoming)).await;
    let head = head.unwrap_or(Err(WireError::TimedOut))?;
    let came_at = Instant::now();
    let framing = Framing::of(&head)?;
    let mut body = Vec::new();
    let read = timeout(BODY_TIME, body::read(framing, incoming, &mut body)).await;
    let is_whole = matches!(read, Ok(Ok(true)));
    let keeps = is_whole && head.keeps() && framing != Framing::ToTheEnd;
    Ok(Heard { keeps: keeps && incoming.bytes().is_empty(), head, came_at, body })
}

/// What comes before it, 1xx, is left out.
async fn final_head<R>(incoming: &mut Incoming<R>) -> Result<Head, WireError>
where
    R: AsyncRead + Unpin,
{
    loop {
        let head = read_head(incoming).await?;
        if !head.is_interim() {
            return Ok(head);
        }
    }
}

async fn read_head<R>(incoming: &mut Incoming<R>) -> Result<Head, WireError>
where
    R: AsyncRead + Unpin,
{
    loop {
        if let Some((head, length)) = Head::parse(incoming.bytes())? {
            incoming.advance(length);
            return Ok(head);
        }
        if incoming.bytes().len() > HEAD {
            return Err(WireError::NotHttp("its head does not end".to_owned()));
        }
        if !incoming.fill().await.map_err(WireError::Broken)? {
            return Err(WireError::closed("without a reply"));
        }
    }
}

/// The head of a reply.
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    /// Whether it is of HTTP/1.1, and not of 1.0.
    is_1_1: bool,
}

impl Head {
    /// The head and its length, once all of it is there.
    fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, WireError> {
        let mut lines = [httparse::EMPTY_HEADER; LINES];
        let mut reply = httparse::Response::new(&mut lines);
        let parsed = reply.parse(bytes);
        let parsed = parsed.map_err(|error| WireError::NotHttp(error.to_string()))?;
        let (httparse::Status::Complete(length), Some(status)) = (parsed, reply.code) else {
            return Ok(None);
        };
        let own = |line: &httparse::Header<'_>| (line.name.to_owned(), line.value.to_vec());
        let headers = reply.headers.iter().map(own).collect();
        Ok(Some((Self { status, headers, is_1_1: reply.version == Some(1) }, length)))
    }

    /// All values of a header, split where it is a list.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let lines = self.headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name));
        lines.flat_map(|(_, value)| value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii))
    }

    /// Whether another head follows. After 101 what follows is another protocol.
    fn is_interim(&self) -> bool {
        (100..200).contains(&self.status) && self.status != 101
    }

    /// Whether the receiver leaves the connection open, as far as its head tells.
    fn keeps(&self) -> bool {
        let says = |word: &[u8]| self.values("connection").any(|v| v.eq_ignore_ascii_case(word));
        let is_told_twice = self.values("transfer-encoding").next().is_some()
            && self.values("content-length").next().is_some();
        let is_kept = if self.is_1_1 { !says(b"close") } else { says(b"keep-alive") };
        is_kept && !is_told_twice && self.status != 101
    }
}
