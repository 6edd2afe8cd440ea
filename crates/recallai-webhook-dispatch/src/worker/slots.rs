//! Slots: how many handlers of a subscription run at once, and how many jobs are on their way.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

/// What a handler holds while it runs.
pub(crate) type Slot = OwnedSemaphorePermit;

/// The jobs of a runner. One whose handler has ended gives its slot to the next, while the store is told
/// of its end: a commit that takes long keeps no handler waiting.
pub(crate) struct Slots {
    slots: Arc<Semaphore>,
    jobs: JoinSet<()>,
    /// How many jobs there may be, those of which the store is being told included.
    most: usize,
}

/// How a job came to an end: an error is a panic, of the store or ours.
pub(crate) type Ended = Result<(), tokio::task::JoinError>;

impl Slots {
    pub(crate) fn new(concurrency: usize) -> Self {
        let slots = Arc::new(Semaphore::new(concurrency.min(Semaphore::MAX_PERMITS)));
        Self { slots, jobs: JoinSet::new(), most: concurrency.saturating_mul(2) }
    }

    /// How many more jobs there may be now.
    pub(crate) fn free(&self) -> usize {
        self.slots.available_permits().min(self.most.saturating_sub(self.jobs.len()))
    }

    /// Takes a slot for a job; `None` if none is free.
    pub(crate) fn take(&self) -> Option<Slot> {
        Arc::clone(&self.slots).try_acquire_owned().ok()
    }

    pub(crate) fn spawn(&mut self, job: impl Future<Output = ()> + Send + 'static) {
        self.jobs.spawn(job);
    }

    /// Completes when more may be free than before, at once if something is. Cancel safe.
    pub(crate) async fn freed(&mut self) -> Option<Ended> {
        if self.jobs.len() < self.most {
            // It is never closed.
            let _ = self.slots.acquire().await;
            return None;
        }
        self.jobs.join_next().await
    }

    /// A job that has ended, if there is one.
    pub(crate) fn try_join(&mut self) -> Option<Ended> {
        self.jobs.try_join_next()
    }

    /// Waits for a job to end; `None` if there is none.
    pub(crate) async fn join(&mut self) -> Option<Ended> {
        self.jobs.join_next().await
    }
}
