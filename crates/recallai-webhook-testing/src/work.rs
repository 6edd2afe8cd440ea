//! The worker of a run: started before the first delivery, ended after the last job.

use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::{Worker, WorkerBuilder};
use recallai_webhook_inbox::{Inbox as _, InboxError, JobQuery, JobState, MemoryInbox, StoredJob};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::RunError;
use crate::call_log::CallLog;
use crate::drive::joined;

/// How long nothing may be heard of jobs until the inbox is asked. Every end of a job is told; this is for what
/// vanishes otherwise.
const LOOK: Duration = Duration::from_secs(60);

/// A worker at work. It is stopped when this is dropped.
pub(crate) struct Work {
    inbox: MemoryInbox,
    calls: CallLog,
    worker: JoinSet<Result<(), InboxError>>,
    shutdown: oneshot::Sender<()>,
}

impl Work {
    /// Declares the subscriptions and starts the worker.
    pub(crate) async fn begin(
        inbox: &MemoryInbox,
        calls: &CallLog,
        configure: impl FnOnce(WorkerBuilder) -> WorkerBuilder,
    ) -> Result<Self, RunError> {
        let builder = configure(Worker::builder(Arc::new(inbox.clone())));
        let worker = builder.with_observer(calls.clone()).build()?;
        worker.declare().await?;
        let (shutdown, is_over) = oneshot::channel::<()>();
        let mut tasks = JoinSet::new();
        tasks.spawn(worker.run(is_over));
        Ok(Self { inbox: inbox.clone(), calls: calls.clone(), worker: tasks, shutdown })
    }

    /// Waits until every job has ended, and stops the worker.
    ///
    /// # Errors
    ///
    /// Jobs have not ended in time, or the worker has ended before.
    pub(crate) async fn end(mut self, within: Duration) -> Result<(), RunError> {
        // Past the end of the clock: no deadline.
        let deadline = Instant::now().checked_add(within);
        while has_open(&self.inbox).await? {
            let left = deadline.map_or(LOOK, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Err(RunError::Unsettled { jobs: open(&self.inbox).await?, waited: within });
            }
            tokio::select! {
                biased;
                Some(ended) = self.worker.join_next() => return Ok(joined(ended)?),
                _ = timeout(left.min(LOOK), self.calls.ended()) => {}
            }
        }
        // An error means that the worker has ended already.
        let _ = self.shutdown.send(());
        while let Some(ended) = self.worker.join_next().await {
            joined(ended)?;
        }
        Ok(())
    }
}

/// Whether a job has not ended, but for those of parked subscriptions, which wait for their worker.
async fn has_open(inbox: &MemoryInbox) -> Result<bool, InboxError> {
    let subscriptions = inbox.subscriptions().await?;
    Ok(subscriptions.iter().any(|stored| {
        !stored.parked && stored.jobs.iter().any(|(state, count)| !state.is_ended() && *count > 0)
    }))
}

async fn open(inbox: &MemoryInbox) -> Result<Vec<StoredJob>, InboxError> {
    let mut jobs = all_jobs(inbox).await?;
    jobs.retain(|job| !matches!(job.state, JobState::Done | JobState::Dead));
    Ok(jobs)
}

/// All jobs, oldest first.
pub(crate) async fn all_jobs(inbox: &MemoryInbox) -> Result<Vec<StoredJob>, InboxError> {
    inbox.jobs(&JobQuery::new().with_limit(usize::MAX)).await
}
