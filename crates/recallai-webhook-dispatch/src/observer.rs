//! Observers: one call for each delivery, for metrics and tests.

use recallai_webhook_event::ParseError;
use recallai_webhook_inbox::InboxError;

use crate::{Failure, Refusal, Reply, VerifiedDelivery};

/// Is told of every delivery after its reply was decided.
///
/// It runs on the path of the delivery: count here, do not work. Handlers see events; an observer
/// also sees what never reaches one.
pub trait Observer: Send + Sync + 'static {
    /// A delivery was answered.
    fn observe(&self, report: &Report<'_>);
}

impl<F: Fn(&Report<'_>) + Send + Sync + 'static> Observer for F {
    fn observe(&self, report: &Report<'_>) {
        self(report);
    }
}

/// What became of one delivery.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report<'a> {
    /// The name of the endpoint.
    pub endpoint: &'a str,
    /// The delivery, if it was let in.
    pub delivery: Option<&'a VerifiedDelivery>,
    /// The event name, if the body was readable.
    pub event_name: Option<&'a str>,
    /// What happened.
    pub outcome: Outcome<'a>,
    /// What the sender was told.
    pub reply: Reply,
    /// Of a refusal, the operator's diagnosis, if one was made: the log of refusals has one made at a
    /// limited rate. Never for the sender's eyes.
    pub diagnosis: Option<&'a str>,
}

/// What happened to a delivery.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// Inline mode: every handler that registered for it succeeded.
    Handled,
    /// Inline mode: a known event that nobody registered for.
    Unhandled,
    /// An event whose name is not in the catalogue. Inline mode: handlers for unknown events, if any,
    /// succeeded. Durable mode: it is new, and stored.
    Unknown,
    /// The body is no readable event. Inline mode: handlers for such, if any, succeeded. Durable mode:
    /// it is new, and stored.
    Unreadable(&'a ParseError),
    /// Inline mode: a handler failed.
    Failed(&'a Failure),
    /// Durable mode: a new event of the catalogue, stored.
    Stored,
    /// Durable mode: the message is stored already.
    Duplicate,
    /// Durable mode: a message is stored already under this id, with another body. The first is kept.
    Conflict,
    /// Durable mode: the message was pruned or erased, or is about what was erased. Only its id is kept.
    Forgotten,
    /// Durable mode: the message could not be stored.
    NotStored(&'a InboxError),
    /// The delivery was not let in.
    Refused(Refusal),
}

impl Outcome<'_> {
    /// A stable word for the label of a metric.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Handled => "handled",
            Self::Unhandled => "unhandled",
            Self::Unknown => "unknown",
            Self::Unreadable(_) => "unreadable",
            Self::Failed(_) => "failed",
            Self::Stored => "stored",
            Self::Duplicate => "duplicate",
            Self::Conflict => "conflict",
            Self::Forgotten => "forgotten",
            Self::NotStored(_) => "not_stored",
            Self::Refused(refusal) => refusal.name(),
        }
    }
}
