//! Observers of commits: one call for each transaction that became durable, for metrics and tests.

use std::time::Duration;

/// Is told of every commit of a store that writes in transactions.
///
/// It runs where the store writes, and holds up what waits there: count, do not work. A panic of it is
/// caught.
pub trait CommitObserver: Send + Sync + 'static {
    /// A transaction was committed.
    fn observe(&self, report: &CommitReport);
}

impl<F: Fn(&CommitReport) + Send + Sync + 'static> CommitObserver for F {
    fn observe(&self, report: &CommitReport) {
        self(report);
    }
}

/// What was committed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommitReport {
    /// How many of the operations were appends: deliveries that wait for an acknowledgement.
    pub messages: usize,
    /// How many operations there were: appends, claims, ends of jobs, and others.
    pub operations: usize,
    /// How long the transaction took, from its beginning until it was durable.
    pub time: Duration,
}

impl CommitReport {
    /// So many operations, of which so many were appends, in this time.
    pub fn new(messages: usize, operations: usize, time: Duration) -> Self {
        Self { messages, operations, time }
    }
}
