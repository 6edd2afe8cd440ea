//! Requests that last: live streams and waits. There are no more of them than leave room for all else.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::Problem;

/// How many last at once: half of the connections that the server has for the API, so that probes, scrapers and
/// people find a connection whoever waits.
const MOST: usize = 128;

/// Counts those that last.
#[derive(Clone)]
pub(crate) struct Lasting(Arc<Semaphore>);

/// One of them, until this is dropped.
pub(crate) type Lasts = OwnedSemaphorePermit;

impl Lasting {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MOST)))
    }

    /// Lets one more last, or answers 503.
    pub(crate) fn begin(&self) -> Result<Lasts, Problem> {
        let permit = Arc::clone(&self.0).try_acquire_owned();
        permit.map_err(|_| {
            Problem::unavailable(format!(
                "{MOST} live streams and waits are open, which is the most"
            ))
        })
    }
}
