//! Errors of outputs.

use std::error::Error;
use std::time::Duration;

use crate::CredentialError;

/// The longest pause that a receiver can name for one event.
const LONGEST_NAMED: Duration = Duration::from_secs(3600);

/// Why something was not sent, or an output could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// An option makes no sense. Nothing was sent, and nothing will be until it is changed.
    #[error("{option}: {reason}")]
    Option {
        /// The option, as it is named in the configuration.
        option: &'static str,
        /// What is wrong with it.
        reason: Box<str>,
    },
    /// A credential could not be read.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The receiver could not be reached, or the connection was lost before it confirmed.
    #[error("{what}: {source}")]
    Unreachable {
        /// What was tried.
        what: Box<str>,
        /// Why it failed.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The receiver did not confirm in time.
    #[error("{what} was not confirmed in time")]
    TimedOut {
        /// What was tried.
        what: Box<str>,
    },
    /// The receiver is there, and can take nothing at present.
    #[error("{reason}")]
    Unavailable {
        /// What it said, with nothing in it that is secret.
        reason: Box<str>,
        /// For how long it wants to be left alone, if it said so.
        retry_after: Option<Duration>,
    },
    /// It was not sent: the receiver is away, and the worker that would have waited for it stops. This says nothing
    /// about what was to be sent.
    #[error("not sent: the receiver is away, and the worker stops")]
    Stopping,
    /// It was not confirmed, and neither was anything else: the receiver is away, and the send makes room for others
    /// that may find out when it is back. This says nothing about what was to be sent.
    #[error("put off, since the receiver is away: {reason}")]
    PutOff {
        /// For how long.
        after: Duration,
        /// What was heard last, with nothing in it that is secret.
        reason: Box<str>,
    },
    /// The receiver refused. Another attempt may succeed.
    #[error("{reason}")]
    Refused {
        /// What it said, with nothing in it that is secret.
        reason: Box<str>,
    },
    /// The receiver refused in a way that no other attempt can mend.
    #[error("{reason}")]
    Permanent {
        /// What it said, with nothing in it that is secret.
        reason: Box<str>,
    },
}

impl OutputError {
    /// An option makes no sense.
    pub fn option(option: &'static str, reason: impl Into<Box<str>>) -> Self {
        Self::Option { option, reason: reason.into() }
    }

    /// The receiver could not be reached.
    pub fn unreachable(
        what: impl Into<Box<str>>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::Unreachable { what: what.into(), source: source.into() }
    }

    /// The receiver did not confirm in time.
    pub fn timed_out(what: impl Into<Box<str>>) -> Self {
        Self::TimedOut { what: what.into() }
    }

    /// The receiver can take nothing at present, whatever it is sent.
    pub fn unavailable(reason: impl Into<Box<str>>, retry_after: Option<Duration>) -> Self {
        Self::Unavailable { reason: reason.into(), retry_after }
    }

    /// The receiver refused, and may not do so the next time.
    pub fn refused(reason: impl Into<Box<str>>) -> Self {
        Self::Refused { reason: reason.into() }
    }

    /// The receiver refused for good.
    pub fn permanent(reason: impl Into<Box<str>>) -> Self {
        Self::Permanent { reason: reason.into() }
    }

    /// Whether the receiver is away, so that anything else that is sent would fail too.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Unavailable { .. })
    }

    /// For how long the receiver does not want to be sent it again, if it said so; at most an hour.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable { retry_after, .. } => {
                retry_after.map(|time| time.min(LONGEST_NAMED))
            }
            _ => None,
        }
    }

    /// Whether another attempt would end alike.
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::Permanent { .. })
    }
}
