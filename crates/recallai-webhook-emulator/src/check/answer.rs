//! What a receiver makes of a request.

use std::time::Duration;

use crate::DeliveryControl;

/// Longer than this no answer should take.
pub(super) const QUICK: Duration = Duration::from_secs(3);

/// What came of one request of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// The receiver has answered.
    Reply {
        /// The status code. Redirects are not to be followed.
        status: u16,
        /// The headers.
        headers: Vec<(String, String)>,
        /// The body, or its first 64 KiB.
        body: Vec<u8>,
        /// How long it took, from the beginning of the request to the end of the reply.
        took: Duration,
    },
    /// No answer within the time limit.
    TimedOut,
    /// There was a connection, and it was closed or reset without an answer, or the answer was no HTTP. With what
    /// is known of it, in words, or an empty text.
    Broken(String),
    /// There was no connection.
    NoConnection,
}

impl Answer {
    /// A reply without headers and body.
    pub const fn reply(status: u16, took: Duration) -> Self {
        Self::Reply { status, headers: Vec::new(), body: Vec::new(), took }
    }

    /// A connection that was closed without an answer, of which nothing more is known.
    pub const fn broken() -> Self {
        Self::Broken(String::new())
    }

    /// The status code; `None` without a reply.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Reply { status, .. } => Some(*status),
            Self::TimedOut | Self::Broken(_) | Self::NoConnection => None,
        }
    }

    /// Whether it came within 3 seconds: what takes longer now takes too long when there is more of it. Only what
    /// broke or never began is quick without being a reply.
    pub fn is_quick(&self) -> bool {
        match self {
            Self::Reply { took, .. } => *took <= QUICK,
            Self::TimedOut => false,
            Self::Broken(_) | Self::NoConnection => true,
        }
    }

    /// Whether the sender takes it for delivered.
    pub(super) fn is_accepted(&self) -> bool {
        matches!(self.status(), Some(200..=299))
    }

    /// Whether the receiver has failed, as it may do once and not again.
    pub(super) fn is_error(&self) -> bool {
        matches!(self.status(), Some(500..))
    }

    /// How long the reply took.
    pub(super) fn took(&self) -> Option<Duration> {
        match self {
            Self::Reply { took, .. } => Some(*took),
            Self::TimedOut | Self::Broken(_) | Self::NoConnection => None,
        }
    }

    /// What the reply says that a caller can read: header values, then the body.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let (headers, body) = match self {
            Self::Reply { headers, body, .. } => (headers.as_slice(), body.as_slice()),
            Self::TimedOut | Self::Broken(_) | Self::NoConnection => (&[][..], &[][..]),
        };
        headers.iter().map(|(_, value)| value.as_bytes()).chain([body])
    }

    /// What the reply asks of the sender.
    pub(super) fn delivery_control(&self) -> Option<DeliveryControl> {
        let Self::Reply { headers, .. } = self else { return None };
        let is_named =
            |(name, _): &&(String, String)| name.eq_ignore_ascii_case("webhook-delivery");
        headers.iter().filter(is_named).find_map(|(_, value)| DeliveryControl::parse(value))
    }

    /// What a person reads of it.
    pub(super) fn describe(&self, time_limit: Duration) -> String {
        match self {
            Self::Reply { status, .. } if (300..400).contains(status) => {
                format!("{status}, a redirect")
            }
            Self::Reply { status, .. } => status.to_string(),
            Self::TimedOut => format!("no answer within {time_limit:?}"),
            Self::Broken(text) if text.is_empty() => "closed without an answer".to_owned(),
            Self::Broken(text) => text.clone(),
            Self::NoConnection => "no connection".to_owned(),
        }
    }
}
