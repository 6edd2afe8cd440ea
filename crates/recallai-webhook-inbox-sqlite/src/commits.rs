//! What is told of commits: how much was committed together, and how long that took.
#![allow(
    clippy::disallowed_methods,
    reason = "the one place that measures how long a commit takes"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use recallai_webhook_inbox::{CommitObserver, CommitReport};

/// Who is told of commits, if anybody.
pub(crate) struct Commits(pub(crate) Option<Arc<dyn CommitObserver>>);

impl Commits {
    /// Looks at the clock, if somebody wants to know.
    pub(crate) fn begin(&self) -> Option<Instant> {
        self.0.as_ref().map(|_| Instant::now())
    }

    /// Tells of a commit. The observer's panic ends the call, not the writer.
    pub(crate) fn tell(&self, time: Option<Duration>, messages: usize, operations: usize) {
        let (Some(observer), Some(time)) = (&self.0, time) else { return };
        let report = CommitReport::new(messages, operations, time);
        if catch_unwind(AssertUnwindSafe(|| observer.observe(&report))).is_err() {
            tracing::error!("commit observer panicked");
        }
    }
}
