//! Observers: one call for each delivery, for metrics and tests.

use recallai_webhook_event::ParseError;

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
}

/// What happened to a delivery.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// Every handler that registered for it succeeded.
    Handled,
    /// A known event that nobody registered for.
    Unhandled,
    /// An event whose name is not in the catalogue; handlers for unknown events, if any, succeeded.
    Unknown,
    /// The body is no readable event; handlers for such, if any, succeeded.
    Unreadable(&'a ParseError),
    /// A handler failed.
    Failed(&'a Failure),
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
            Self::Refused(refusal) => refusal.name(),
        }
    }
}
