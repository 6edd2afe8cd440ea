//! The builder of workers.

use std::collections::HashSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_inbox::Inbox;
use recallai_webhook_recording::Need;

use super::failure::{FailedAttempt, FailureHandler};
use super::need::NeedHandlers;
use super::observer::JobObserver;
use super::retry::RetryPolicy;
use super::runner::Runner;
use super::subscriber::Subscriber;
use super::{DEFAULT_CONCURRENCY, DEFAULT_GRACE, DEFAULT_LEASE, Worker};
use crate::trace::Sampler;
use crate::{Context, Handler, IntoHandlerResult, JobContext, MessageSelector};

/// Collects subscribers and settings for a [`Worker`].
#[must_use]
pub struct WorkerBuilder {
    inbox: Arc<dyn Inbox>,
    subscribers: Vec<Subscriber>,
    on_failure: Vec<Box<dyn FailureHandler>>,
    observer: Option<Arc<dyn JobObserver>>,
    sampler: Sampler,
    retry: RetryPolicy,
    concurrency: usize,
    lease: Duration,
    time_limit: Option<Duration>,
    grace: Duration,
    park_others: bool,
}

/// Why there is no worker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkerError {
    /// Two subscribers have one name. It would be one subscription in the store, and each job would go to
    /// either.
    #[error("two subscribers are named {name:?}")]
    DuplicateName {
        /// The name.
        name: Arc<str>,
    },
    /// A subscriber has an empty name.
    #[error("a subscriber has no name")]
    EmptyName,
    /// The lease has no time.
    #[error("a lease of no time cannot be held")]
    EmptyLease,
}

impl WorkerBuilder {
    pub(super) fn new(inbox: Arc<dyn Inbox>) -> Self {
        Self {
            inbox,
            subscribers: Vec::new(),
            on_failure: Vec::new(),
            observer: None,
            sampler: Sampler::ALL,
            retry: RetryPolicy::default(),
            concurrency: DEFAULT_CONCURRENCY,
            lease: DEFAULT_LEASE,
            time_limit: None,
            grace: DEFAULT_GRACE,
            park_others: false,
        }
    }

    /// Subscribes a closure to what a [`MessageSelector`] selects: [`Subscriber::on`] with the worker's
    /// settings.
    pub fn on<S, F, R>(self, name: impl Into<Arc<str>>, selector: S, handler: F) -> Self
    where
        S: MessageSelector,
        F: Fn(S::Argument, Context) -> R + Send + Sync + 'static,
        R: Future<Output: IntoHandlerResult> + Send,
    {
        self.subscribe(Subscriber::on(name, selector, handler))
    }

    /// Subscribes a value that implements [`Handler`]: [`Subscriber::on_handler`] with the worker's
    /// settings.
    pub fn on_handler<S: MessageSelector>(
        self,
        name: impl Into<Arc<str>>,
        selector: S,
        handler: impl Handler<S::Argument>,
    ) -> Self {
        self.subscribe(Subscriber::on_handler(name, selector, handler))
    }

    /// Subscribes to a need: [`Subscriber::need`] with the worker's settings. The handlers come from
    /// [`on_ready`](crate::on_ready).
    pub fn need(
        self,
        name: impl Into<Arc<str>>,
        need: impl Into<Need>,
        handlers: NeedHandlers,
    ) -> Self {
        self.subscribe(Subscriber::need(name, need, handlers))
    }

    /// The same with one more subscriber, which may have settings of its own.
    pub fn subscribe(mut self, subscriber: Subscriber) -> Self {
        self.subscribers.push(subscriber);
        self
    }

    /// The same with a handler that hears of every failed attempt, after it was stored what becomes of
    /// the job: to alert on dead letters, for instance. Its own failures are only logged.
    pub fn on_failure<F, R>(mut self, handler: F) -> Self
    where
        F: Fn(FailedAttempt, JobContext) -> R + Send + Sync + 'static,
        R: Future<Output: IntoHandlerResult> + Send,
    {
        self.on_failure.push(Box::new(handler));
        self
    }

    /// The same with an observer of every job.
    pub fn with_observer(mut self, observer: impl JobObserver) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// The same with another share of traces that are kept, which handlers pass on with
    /// [`traceparent`](crate::Context::traceparent). The default is all.
    pub fn with_sampler(mut self, sampler: Sampler) -> Self {
        self.sampler = sampler;
        self
    }

    /// The same with another retry policy for those who have none of their own.
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// The same with another limit on how many handlers of one subscription run at once; 0 counts as 1. Up to
    /// twice as many jobs are held, while the ends of some are stored. The default is 8. More take more
    /// memory, and more of whatever the handlers call.
    pub fn with_concurrency(mut self, jobs: usize) -> Self {
        self.concurrency = jobs;
        self
    }

    /// The same with another time for which a job is held without a sign of life. It is renewed at half of
    /// that while its handler runs, however long that takes; when a process dies, its jobs run elsewhere
    /// after this time. The default is 60 seconds.
    pub fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// The same with a limit on the time of one attempt, after which it has failed. The default is none:
    /// a handler that hangs takes up one of these until the process ends.
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// The same without a limit on the time of one attempt, as by default.
    pub fn without_time_limit(mut self) -> Self {
        self.time_limit = None;
        self
    }

    /// The same with another time for handlers to finish after a shutdown was asked for. Then they are
    /// cancelled, and their jobs given back. The default is 15 seconds.
    pub fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// The same, and it parks the subscriptions of the store that are not named here: nothing more is made
    /// for them until somebody names them again. Without it they go on collecting jobs, for another process
    /// to do.
    pub fn park_others(mut self) -> Self {
        self.park_others = true;
        self
    }

    /// The worker.
    ///
    /// # Errors
    ///
    /// Two subscribers have one name, or one has none; a lease of no time.
    pub fn build(self) -> Result<Worker, WorkerError> {
        let mut names = HashSet::new();
        for Subscriber { subscription, .. } in &self.subscribers {
            let name = &subscription.name;
            if name.is_empty() {
                return Err(WorkerError::EmptyName);
            }
            if !names.insert(Arc::clone(name)) {
                return Err(WorkerError::DuplicateName { name: Arc::clone(name) });
            }
        }
        if self.lease.is_zero() {
            return Err(WorkerError::EmptyLease);
        }
        let on_failure: Arc<[_]> = self.on_failure.into();
        let runners = self.subscribers.into_iter().map(|subscriber| {
            let Subscriber { subscription, consumer, settings } = subscriber;
            Arc::new(Runner {
                inbox: Arc::clone(&self.inbox),
                subscription,
                consumer,
                on_failure: Arc::clone(&on_failure),
                observer: self.observer.clone(),
                sampler: self.sampler,
                retry: settings.retry.unwrap_or_else(|| self.retry.clone()),
                concurrency: settings.concurrency.unwrap_or(self.concurrency).max(1),
                lease: self.lease,
                time_limit: settings.time_limit.unwrap_or(self.time_limit),
            })
        });
        Ok(Worker {
            runners: runners.collect(),
            inbox: self.inbox,
            grace: self.grace,
            park_others: self.park_others,
        })
    }
}
