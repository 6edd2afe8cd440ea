//! One delivery of a message to an endpoint, and what comes of it.

use std::sync::Arc;
use std::time::Duration;

use super::EndpointId;
use super::options::Clock;
use super::request::{Request, Signer};
use super::schedule::Backoff;
use crate::Message;

/// Names an attempt of one sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub(crate) u64);

/// Why an attempt is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trigger {
    /// The message is new, or the schedule says so.
    Scheduled,
    /// Somebody asked for it. A failure is not followed by retries.
    Manual,
}

/// One delivery of a message to an endpoint, under way until [`Sender::finish`](super::Sender::finish) is told
/// what came of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Attempt {
    /// Its name, for `finish`.
    pub id: AttemptId,
    /// The endpoint.
    pub endpoint: EndpointId,
    /// The name of the endpoint.
    pub endpoint_name: Arc<str>,
    /// The message.
    pub message: Arc<Message>,
    /// Which attempt of this message at this endpoint it is, counted from 1, manual ones included. An
    /// instant re-send has the number of the attempt that it repeats.
    pub number: u32,
    /// Why it is made.
    pub trigger: Trigger,
    /// Whether it is the instant re-send of an attempt whose connection failed: the same bytes once more.
    pub is_resend: bool,
    /// When it begins.
    pub at: Duration,
    /// When it is to be given up as [`AttemptResult::Timeout`].
    pub deadline: Duration,
    /// The Unix time, in seconds, that it is signed for.
    pub timestamp: u64,
    /// What goes on the wire.
    pub request: Request,
    /// When it is given up if it gets lost.
    pub(crate) lost_at: Duration,
    pub(crate) signer: Signer,
    pub(crate) clock: Clock,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptResult {
    /// The endpoint has answered. Only 2xx is success; redirects are not followed.
    Status {
        /// The status code.
        code: u16,
        /// The `retry-after` header: how long to wait from now.
        retry_after: Option<Duration>,
        /// The `webhook-delivery` header.
        delivery_control: Option<DeliveryControl>,
    },
    /// No answer until the deadline.
    Timeout,
    /// No connection, or it was closed or reset before the answer.
    Transport,
}

/// What an endpoint may ask in the response header `webhook-delivery`. The dashboard channel only.
/// ([Delivery control].)
///
/// [Delivery control]: https://docs.svix.com/receiving/delivery-control
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeliveryControl {
    /// `abort-message`: no more attempts of this message.
    AbortMessage,
    /// `disable`: nothing more to this endpoint.
    Disable,
}

impl DeliveryControl {
    /// Reads the value of the header; `None` for what the sender does not know.
    pub fn parse(value: &str) -> Option<Self> {
        match value.trim() {
            "abort-message" => Some(Self::AbortMessage),
            "disable" => Some(Self::Disable),
            _ => None,
        }
    }
}

impl AttemptResult {
    /// An answer with this status code and no header that matters.
    pub const fn status(code: u16) -> Self {
        Self::Status { code, retry_after: None, delivery_control: None }
    }

    pub(crate) fn is_success(self) -> bool {
        matches!(self, Self::Status { code: 200..=299, .. })
    }

    pub(crate) fn delivery_control(self) -> Option<DeliveryControl> {
        match self {
            Self::Status { delivery_control, .. } => delivery_control,
            Self::Timeout | Self::Transport => None,
        }
    }

    pub(crate) fn backoff(self) -> Backoff {
        match self {
            Self::Status { code, retry_after, .. } => {
                Backoff { retry_after, is_overloaded: code == 429 }
            }
            Self::Timeout => Backoff::overloaded(),
            Self::Transport => Backoff::default(),
        }
    }
}

/// What the sender makes of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The message is delivered.
    Delivered,
    /// The same bytes go out once more, at once.
    Resend,
    /// There is another attempt at this time.
    Retry {
        /// When.
        at: Duration,
    },
    /// That was the last attempt of the schedule, or a manual one.
    Exhausted,
    /// The endpoint has asked for no more attempts of the message.
    Aborted,
    /// The endpoint is disabled: by its own request, by this failure, or meanwhile by somebody.
    EndpointDisabled,
    /// The real-time endpoint has failed for the recording, which gets nothing more.
    EndpointFailed,
    /// The attempt failed, but something else decides: another attempt has delivered the message or is
    /// still to come.
    Superseded,
}

impl Verdict {
    /// A stable word, such as `retry`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Resend => "resend",
            Self::Retry { .. } => "retry",
            Self::Exhausted => "exhausted",
            Self::Aborted => "aborted",
            Self::EndpointDisabled => "endpoint_disabled",
            Self::EndpointFailed => "endpoint_failed",
            Self::Superseded => "superseded",
        }
    }
}

/// Where the delivery of a message to an endpoint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeliveryStatus {
    /// An attempt is under way or to come.
    Pending,
    /// An attempt was answered 2xx.
    Delivered,
    /// The last attempt has failed.
    Exhausted,
    /// The endpoint has asked for no more attempts.
    Aborted,
    /// It was not sent, or not sent again, because the endpoint was disabled or had failed.
    Dropped,
}
