//! What can come of a request instead of a reply.

use std::fmt::{self, Display};
use std::io;

use recallai_webhook_emulator::AttemptResult;

/// Why there is no reply. The messages do not name the target: who shows one knows it.
#[derive(Debug)]
pub(crate) enum WireError {
    /// The time limit passed before the end of the reply.
    TimedOut,
    /// There is no connection, and nothing of the request was sent. A connection without TLS is one.
    Connect(io::Error),
    /// The connection ended before the head of a reply came.
    Broken(io::Error),
    /// What came is no reply of HTTP/1.1.
    NotHttp(String),
}

impl WireError {
    /// What it is for the sender.
    pub(crate) fn result(&self) -> AttemptResult {
        match self {
            Self::TimedOut => AttemptResult::Timeout,
            Self::Connect(_) | Self::Broken(_) | Self::NotHttp(_) => AttemptResult::Transport,
        }
    }

    pub(super) fn closed(place: &str) -> Self {
        let text = format!("the receiver closed the connection {place}");
        Self::Broken(io::Error::new(io::ErrorKind::UnexpectedEof, text))
    }
}

impl Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("the receiver did not answer in time"),
            Self::Connect(error) => error.fmt(f),
            Self::Broken(error) if error.kind() == io::ErrorKind::UnexpectedEof => error.fmt(f),
            Self::Broken(error) => write!(f, "the connection broke: {error}"),
            Self::NotHttp(what) => write!(f, "the answer is no HTTP/1.1: {what}"),
        }
    }
}

impl std::error::Error for WireError {}
