//! Runners: one for each subscription, which claims its jobs and runs them, each in a task of its own.

use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_inbox::{Claim, Inbox, InboxError, Subscription, Topic, Watch};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tracing::Instrument as _;

use super::attempt;
use super::consumer::Consumer;
use super::failure::FailureHandler;
use super::observer::{JobObserver, message_id};
use super::retry::RetryPolicy;
use super::slots::{Ended, Slots};
use crate::trace::Sampler;

/// How many messages a subscription that is behind is filled with between two claims.
const FILL: usize = 200;

/// The longest time between two looks at the store while something comes due later: its clock may be set.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// The shortest, so that a clock that stands still is no busy loop.
const SHORTEST_SLEEP: Duration = Duration::from_millis(1);

/// How long it is silent of a store that fails, after it has told of it.
const SILENCE: Duration = Duration::from_secs(10);

/// How far a worker is with its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Working,
    /// Nothing more is claimed; handlers may finish.
    Stopping,
    /// What is still at work is cancelled.
    Cancelling,
}

/// All there is to know to work for one subscription.
pub(crate) struct Runner {
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) subscription: Subscription,
    pub(crate) consumer: Box<dyn Consumer>,
    pub(crate) on_failure: Arc<[Box<dyn FailureHandler>]>,
    pub(crate) observer: Option<Arc<dyn JobObserver>>,
    pub(crate) sampler: Sampler,
    pub(crate) retry: RetryPolicy,
    pub(crate) concurrency: usize,
    pub(crate) lease: Duration,
    pub(crate) time_limit: Option<Duration>,
}

/// Whether a subscription has jobs for every message that it should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fill {
    Behind,
    /// A change was told of. If the next claim finds nothing, the subscription may have been parked and
    /// resumed, and be behind.
    Unsure,
    Live,
}

/// What a runner waits for after it has looked at the store.
enum Next {
    /// There may be more at once.
    Look,
    /// A free slot: there may be more than there were slots for.
    Slot,
    /// A change, or that so much time has passed.
    Change(Option<Duration>),
}

impl Runner {
    pub(crate) fn name(&self) -> &Arc<str> {
        &self.subscription.name
    }

    /// Works until the phase ends, and then until every job is settled or given back.
    pub(crate) async fn run(
        self: Arc<Self>,
        mut phase: watch::Receiver<Phase>,
    ) -> Result<(), InboxError> {
        let mut slots = Slots::new(self.concurrency);
        let ended = self.work(&mut slots, &mut phase).await;
        while let Some(ended) = slots.join().await {
            self.joined(ended);
        }
        ended
    }

    async fn work(
        self: &Arc<Self>,
        slots: &mut Slots,
        phase: &mut watch::Receiver<Phase>,
    ) -> Result<(), InboxError> {
        // First the watch, then the look: what is committed in between is told of.
        let mut changes = self.inbox.watch(Topic::Jobs(Arc::clone(self.name())));
        let mut fill = Fill::Behind;
        let mut backoff = Backoff::default();
        let mut told: Option<Instant> = None;
        while *phase.borrow() == Phase::Working {
            while let Some(ended) = slots.try_join() {
                self.joined(ended);
            }
            match self.claim(slots, phase, &mut fill).await {
                Ok(next) => {
                    backoff = Backoff::default();
                    if self.wait(next, &mut changes, slots, phase).await && fill == Fill::Live {
                        fill = Fill::Unsure;
                    }
                }
                Err(InboxError::UnknownSubscription { name }) => {
                    tracing::error!(subscription = &*name, "the subscription was removed");
                    fill = Fill::Behind;
                    tokio::select! {
                        () = changes.changed() => {}
                        () = stopped(phase) => {}
                    }
                }
                Err(error) if error.may_pass() => {
                    let pause = backoff.next();
                    if told.is_none_or(|told| told.elapsed() >= SILENCE) {
                        told = Some(Instant::now());
                        let (subscription, reason) = (&**self.name(), error.name());
                        tracing::warn!(subscription, reason, "no work from the store: {error}");
                    }
                    tokio::select! {
                        () = sleep(pause) => {}
                        () = stopped(phase) => {}
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Claims as many jobs as there are free slots, and starts them.
    async fn claim(
        self: &Arc<Self>,
        slots: &mut Slots,
        phase: &watch::Receiver<Phase>,
        fill: &mut Fill,
    ) -> Result<Next, InboxError> {
        if *fill == Fill::Behind {
            self.fill(fill).await?;
        }
        let free = slots.free();
        let (mut due, mut is_full) = (None, free == 0);
        if free > 0 {
            let claim = Claim::new(Arc::clone(self.name()), free, self.lease);
            let claimed = self.inbox.claim(claim).await?;
            due = claimed.next_due;
            is_full = claimed.jobs.len() == free;
            if claimed.jobs.is_empty() && *fill == Fill::Unsure && self.fill(fill).await? > 0 {
                return Ok(Next::Look);
            }
            for job in claimed.jobs {
                // Nobody else takes slots, so there are as many as jobs.
                let slot = slots.take();
                let span = tracing::info_span!(
                    "job",
                    subscription = &*job.subscription,
                    message_id = message_id(&job),
                    subject = job.subject.as_ref().map(tracing::field::display),
                    attempt = job.attempt,
                    idempotency_key = &*job.idempotency_key,
                );
                let attempt = attempt::run(Arc::clone(self), job, slot, phase.clone());
                slots.spawn(attempt.instrument(span));
            }
        }
        Ok(match *fill {
            Fill::Behind => Next::Look,
            _ if is_full => Next::Slot,
            _ => Next::Change(due),
        })
    }

    /// Makes jobs for some of the messages that the subscription is behind; returns how many.
    async fn fill(&self, fill: &mut Fill) -> Result<u64, InboxError> {
        let progress = self.inbox.fill(self.name(), FILL).await?;
        *fill = if progress.next.is_some() { Fill::Behind } else { Fill::Live };
        Ok(progress.jobs)
    }

    /// Whether it was told of a change.
    async fn wait(
        &self,
        next: Next,
        changes: &mut Watch,
        slots: &mut Slots,
        phase: &mut watch::Receiver<Phase>,
    ) -> bool {
        match next {
            // A store may be done at once each time; let others have the thread.
            Next::Look => tokio::task::yield_now().await,
            Next::Slot => tokio::select! {
                () = stopped(phase) => {}
                ended = slots.freed() => {
                    ended.into_iter().for_each(|ended| self.joined(ended));
                    // Handlers that take no time end together: one claim for all their slots.
                    tokio::task::yield_now().await;
                }
            },
            Next::Change(due) => {
                let due = due.map(|due| due.clamp(SHORTEST_SLEEP, LONGEST_SLEEP));
                tokio::select! {
                    () = stopped(phase) => {}
                    () = changes.changed() => return true,
                    () = sleep(due.unwrap_or_default()), if due.is_some() => {}
                }
            }
        }
        false
    }

    fn joined(&self, ended: Ended) {
        if let Err(error) = ended {
            // Handlers and observers are caught elsewhere: this is the store's or ours.
            let subscription = &**self.name();
            tracing::error!(subscription, %error, "a job broke off; it runs again after its lease");
        }
    }
}

/// Completes once nothing more is to be claimed.
pub(crate) async fn stopped(phase: &mut watch::Receiver<Phase>) {
    // An error means that the worker is gone, which ends this task too.
    let _ = phase.wait_for(|phase| *phase != Phase::Working).await;
}

/// The wait between tries at a store that fails: from 100 milliseconds to 5 seconds.
#[derive(Debug)]
pub(crate) struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(Duration::from_millis(100))
    }
}

impl Backoff {
    pub(crate) fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (2 * pause).min(Duration::from_secs(5));
        pause
    }
}
