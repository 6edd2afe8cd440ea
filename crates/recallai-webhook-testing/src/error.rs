//! Why there is no run.

use std::fmt;
use std::time::Duration;

use recallai_webhook_dispatch::{HandlerError, WorkerError};
use recallai_webhook_inbox::{InboxError, StoredJob};

/// Why there is no [`Run`](crate::Run).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// It was not awaited in a tokio runtime.
    #[error("a run needs a tokio runtime: use `#[tokio::test]`")]
    NoRuntime,
    /// The runtime has several threads, so its time cannot be paused.
    #[error(
        "a run needs a runtime with one thread, whose time can be paused: use `#[tokio::test]` without \
         `flavor = \"multi_thread\"`"
    )]
    MultiThread,
    /// The worker could not be built.
    #[error("the worker cannot be built")]
    Worker(#[from] WorkerError),
    /// The inbox has failed.
    #[error("the inbox has failed")]
    Inbox(#[from] InboxError),
    /// The signing secret is none to the receiver.
    #[error("the receiver does not take the signing secret")]
    Secret(#[source] HandlerError),
    /// What was to be done in the run has failed.
    #[error("what was to be done {at:?} after the start has failed")]
    Step {
        /// When, after the start.
        at: Duration,
        /// Why.
        #[source]
        error: HandlerError,
    },
    /// Jobs have not come to an end.
    #[error("not all jobs have ended within {waited:?} after the last delivery; open: {}, {}", jobs.len(), Named(jobs))]
    Unsettled {
        /// The jobs.
        jobs: Vec<StoredJob>,
        /// How long they were waited for.
        waited: Duration,
    },
}

/// How many jobs an error names.
const NAMED: usize = 5;

/// Jobs as an error names them.
struct Named<'a>(&'a [StoredJob]);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, job) in self.0.iter().take(NAMED).enumerate() {
            let (separator, key) = (if index == 0 { "" } else { ", " }, &job.idempotency_key);
            let (state, attempts) = (job.state.as_str(), job.attempts);
            let s = if attempts == 1 { "" } else { "s" };
            write!(f, "{separator}{key} is {state} after {attempts} attempt{s}")?;
        }
        match self.0.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
