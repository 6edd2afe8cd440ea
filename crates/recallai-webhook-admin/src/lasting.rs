//! Requests that last: live streams and waits. There are no more of them than leave room for all else.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::Problem;

/// How many live streams and waits last at once. A server with twice as many connections has some left for probes,
/// scrapers and people, whoever waits.
pub const MOST_LASTING: usize = 128;

/// Counts those that last.
#[derive(Clone)]
pub(crate) struct Lasting(Arc<Semaphore>);

/// One of them, until this is dropped.
pub(crate) type Lasts = OwnedSemaphorePermit;

impl Lasting {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MOST_LASTING)))
    }

    /// Lets one more last, or answers 503.
    pub(crate) fn begin(&self) -> Result<Lasts, Problem> {
        let permit = Arc::clone(&self.0).try_acquire_owned();
        permit.map_err(|_| {
            Problem::unavailable(format!(
                "{MOST_LASTING} live streams and waits are open, which is the most"
            ))
        })
    }
}
