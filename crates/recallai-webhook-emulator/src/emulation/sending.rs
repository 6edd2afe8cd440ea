//! One request of a run.

use std::sync::Arc;
use std::time::Duration;

use crate::{Attempt, EndpointId, Expected, Fault, Outgoing, Request, Role};

/// Names a request of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SendingId(pub(super) u64);

/// A request that is not under way was finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such request is under way")]
#[non_exhaustive]
pub struct UnknownSending;

/// A request to put on the wire now. It is under way until [`Emulation::finish`](super::Emulation::finish) is
/// told what was answered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Sending {
    /// Its name, for `finish`.
    pub id: SendingId,
    /// The endpoint.
    pub endpoint: EndpointId,
    /// The name of the endpoint.
    pub endpoint_name: Arc<str>,
    /// The id of the message, also where a fault has removed it from the request.
    pub message_id: Arc<str>,
    /// The whole name of the event; for a [`Role::Beside`] that of the message beside which it comes.
    pub event: Arc<str>,
    /// Which attempt of the message at this endpoint it belongs to, from 1.
    pub attempt: u32,
    /// What it is to that attempt.
    pub role: Role,
    /// The faults that made it what it is; none for an ordinary request.
    pub faults: Vec<Fault>,
    /// What a receiver should make of it.
    pub expected: Expected,
    /// When it is to be given up as [`AttemptResult::Timeout`](crate::AttemptResult::Timeout), in the sender's
    /// time.
    pub deadline: Duration,
    /// What goes on the wire.
    pub request: Request,
}

impl Sending {
    pub(super) fn new(id: SendingId, attempt: &Attempt, outgoing: Outgoing) -> Self {
        Self {
            id,
            endpoint: attempt.endpoint,
            endpoint_name: Arc::clone(&attempt.endpoint_name),
            event: Arc::clone(&attempt.message.event),
            attempt: attempt.number,
            role: outgoing.role,
            expected: outgoing.expected(),
            message_id: outgoing.message_id,
            faults: outgoing.faults,
            deadline: outgoing.deadline,
            request: outgoing.request,
        }
    }
}
