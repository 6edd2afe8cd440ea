//! Attempts: one run of a handler under a lease, and what is told the store about it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_inbox::{InboxError, Job, JobEnd};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::failure::{self, FailedAttempt};
use super::observer::{JobReport, Stage, message_id};
use super::runner::{self, Backoff, Phase, Runner};
use super::slots::Slot;
use crate::{Failure, JobContext, Permanent};

/// How long a handler has between being told that its work is not wanted, and being dropped.
const WINDING_UP: Duration = Duration::from_secs(1);

/// How long the end of a job is tried to be stored once the worker is to end.
const LAST_TRIES: Duration = Duration::from_secs(2);

/// How an attempt came to its end.
enum Ran {
    Ended(Result<(), Failure>),
    /// The lease is not held any more, and why.
    Lost(InboxError),
    /// The worker ends.
    Stopped,
}

/// Runs the handler of a job in its slot, and settles the job.
pub(crate) async fn run(
    runner: Arc<Runner>,
    job: Job,
    slot: Option<Slot>,
    mut phase: watch::Receiver<Phase>,
) {
    let (cancel, cancelled) = watch::channel(false);
    let inbox = Arc::clone(&runner.inbox);
    let context = JobContext::of(&job, inbox, runner.sampler, phase.clone(), cancelled);
    // A shutdown that came while the job was being claimed.
    let is_late = *phase.borrow() != Phase::Working;
    let ran = if is_late {
        Ran::Stopped
    } else {
        runner.observe(&job, Stage::Started);
        runner.handle(&job, context.clone(), &cancel, &mut phase).await
    };
    drop(slot);
    let failure = match ran {
        Ran::Ended(Ok(())) => {
            runner.settle(&job, JobEnd::Done, Stage::Done, &mut phase).await;
            return;
        }
        Ran::Ended(Err(failure)) if failure.is_given_up() && *phase.borrow() != Phase::Working => {
            runner.settle(&job, JobEnd::Released, Stage::Released, &mut phase).await;
            return;
        }
        Ran::Stopped => {
            runner.settle(&job, JobEnd::Released, Stage::Released, &mut phase).await;
            return;
        }
        Ran::Lost(why) => return runner.lost(&job, &why),
        Ran::Ended(Err(failure)) => failure,
    };
    if let Some(after) = failure.put_off() {
        tracing::debug!(?after, "job put off");
        let end = JobEnd::PutOff { after };
        runner.settle(&job, end, Stage::PutOff { after }, &mut phase).await;
        return;
    }
    runner.fail(&job, failure, &context, &mut phase).await;
}

impl Runner {
    /// Runs the handler for as long as it may: within the time limit, under the lease, until the worker
    /// ends.
    async fn handle(
        &self,
        job: &Job,
        context: JobContext,
        cancel: &watch::Sender<bool>,
        phase: &mut watch::Receiver<Phase>,
    ) -> Ran {
        let Some(work) = self.consumer.work(&job.task, context) else {
            // As after a change of what is subscribed to. Nothing vanishes: a person decides.
            let reason = "no handler of this subscription takes such a job";
            return Ran::Ended(Err(Failure::Error(Arc::new(Permanent::new(reason)))));
        };
        let mut work = pin!(work);
        let ran = tokio::select! {
            biased;
            result = &mut work => return Ran::Ended(result),
            failure = limit(self.time_limit) => {
                // For what the handler has started elsewhere; it is itself dropped at once.
                cancel.send_replace(true);
                return Ran::Ended(Err(failure));
            }
            why = self.hold(job) => Ran::Lost(why),
            () = cancelling(phase) => Ran::Stopped,
        };
        cancel.send_replace(true);
        match (ran, timeout(WINDING_UP, work).await) {
            (Ran::Stopped | Ran::Lost(InboxError::JobGone { .. }), Ok(Ok(()))) => {
                Ran::Ended(Ok(()))
            }
            (ran, _) => ran,
        }
    }

    /// Renews the lease of a job; completes when it has passed to somebody else or the job is gone.
    async fn hold(&self, job: &Job) -> InboxError {
        let mut pause = self.lease / 2;
        loop {
            sleep(pause).await;
            pause = match self.inbox.renew(job.lease, self.lease).await {
                Ok(()) => self.lease / 2,
                Err(why @ (InboxError::StaleLease { .. } | InboxError::JobGone { .. })) => {
                    return why;
                }
                Err(error) => {
                    tracing::warn!(reason = error.name(), "lease not renewed: {error}");
                    self.lease / 10
                }
            };
        }
    }

    async fn fail(
        &self,
        job: &Job,
        failure: Failure,
        context: &JobContext,
        phase: &mut watch::Receiver<Phase>,
    ) {
        let end = failure::end(job, &failure, &self.retry);
        let (stage, retry_in) = match end {
            JobEnd::Retry { after, .. } => {
                tracing::warn!(?after, %failure, "job failed, to be tried again");
                (Stage::Retrying { failure: &failure, after }, Some(after))
            }
            _ => {
                tracing::error!(%failure, "job failed for good, a dead letter");
                (Stage::Dead { failure: &failure }, None)
            }
        };
        if !self.settle(job, end, stage, phase).await || self.on_failure.is_empty() {
            return;
        }
        let message_id = message_id(job).map(Into::into);
        let failed = FailedAttempt { failure, retry_in, message_id };
        failure::tell(&self.on_failure, &failed, context).await;
    }

    /// Tells the store how an attempt ended; keeps trying for the time of a lease, since otherwise the job runs
    /// again for nothing, but at the end of the worker not for long. Whether it is stored.
    async fn settle(
        &self,
        job: &Job,
        end: JobEnd,
        stage: Stage<'_>,
        phase: &mut watch::Receiver<Phase>,
    ) -> bool {
        let (started, mut stopped) = (Instant::now(), None);
        let mut backoff = Backoff::default();
        loop {
            let error = match self.inbox.settle(job.lease, end.clone()).await {
                Ok(()) => {
                    self.observe(job, stage);
                    return true;
                }
                // As when it has erased what it is about: it did what it was for.
                Err(InboxError::JobGone { .. }) if matches!(end, JobEnd::Done) => {
                    self.observe(job, stage);
                    return true;
                }
                Err(why @ (InboxError::StaleLease { .. } | InboxError::JobGone { .. })) => {
                    self.lost(job, &why);
                    return false;
                }
                Err(error) => error,
            };
            let pause = backoff.next();
            if *phase.borrow() != Phase::Working {
                stopped.get_or_insert_with(Instant::now);
            }
            let is_late = stopped.is_some_and(|stopped| stopped.elapsed() + pause > LAST_TRIES);
            if !error.may_pass() || is_late || started.elapsed() + pause > self.lease {
                tracing::error!(reason = error.name(), "job not settled, it runs again: {error}");
                self.observe(job, Stage::NotSettled { error: &error });
                return false;
            }
            tracing::warn!(reason = error.name(), ?pause, "job not settled yet: {error}");
            tokio::select! {
                () = sleep(pause) => {}
                () = runner::stopped(phase), if stopped.is_none() => {}
            }
        }
    }

    fn lost(&self, job: &Job, why: &InboxError) {
        match why {
            InboxError::JobGone { .. } => {
                tracing::info!("the job was erased or removed, this attempt does not count");
            }
            _ => tracing::warn!(
                "the lease has passed to another worker, this attempt does not count"
            ),
        }
        self.observe(job, Stage::Lost);
    }

    fn observe(&self, job: &Job, stage: Stage<'_>) {
        let Some(observer) = &self.observer else { return };
        let report = JobReport::new(job, stage);
        // An observer that fails to count does not stop the work.
        if catch_unwind(AssertUnwindSafe(|| observer.observe(&report))).is_err() {
            tracing::error!("job observer panicked");
        }
    }
}

async fn limit(time: Option<Duration>) -> Failure {
    match time {
        Some(time) => {
            sleep(time).await;
            Failure::TimedOut(time)
        }
        None => std::future::pending().await,
    }
}

/// Completes when what is at work has to be cancelled.
async fn cancelling(phase: &mut watch::Receiver<Phase>) {
    // An error means that the worker is gone, which ends this task too.
    let _ = phase.wait_for(|phase| *phase == Phase::Cancelling).await;
}
