//! The worker: takes jobs from an inbox, and runs handlers until they succeed.

mod attempt;
mod builder;
mod consumer;
mod failure;
mod need;
mod observer;
mod retry;
mod runner;
mod slots;
mod subscriber;

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_inbox::{Inbox, InboxError, Subscribed};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::sleep;

pub use self::builder::{WorkerBuilder, WorkerError};
pub use self::failure::FailedAttempt;
pub use self::need::{NeedHandlers, Turned, on_ready};
pub use self::observer::{JobObserver, JobReport, Stage};
pub use self::retry::RetryPolicy;
use self::runner::{Backoff, Runner};
pub(crate) use self::runner::{Phase, stopped};
pub use self::subscriber::Subscriber;

const DEFAULT_CONCURRENCY: usize = 8;
const DEFAULT_LEASE: Duration = Duration::from_secs(60);
const DEFAULT_GRACE: Duration = Duration::from_secs(15);

/// Works on the jobs of an [`Inbox`]: each is handed to its handler until that succeeds, or has failed
/// too often.
///
/// A handler is registered under a name, which is a durable subscription: the store makes a job for each
/// message that the handler selects, whether or not a worker runs. Jobs of one recording run one after
/// the other within a subscription; others run side by side, and no subscription waits for another. A
/// job runs *at least* once: again after a failure, after a growing wait, and again if the process died
/// before its success was stored. After its last attempt it is a dead letter, which waits for a person.
///
/// ```
/// use std::sync::Arc;
/// use recallai_webhook_dispatch::event::names::{TRANSCRIPT_DONE, families};
/// use recallai_webhook_dispatch::inbox::{MemoryInbox, NewMessage, Inbox};
/// use recallai_webhook_dispatch::recording::Need;
/// use recallai_webhook_dispatch::{Worker, on_ready};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let inbox = Arc::new(MemoryInbox::new());
/// let (done, is_done) = tokio::sync::oneshot::channel::<()>();
/// let done = std::sync::Mutex::new(Some(done));
/// let worker = Worker::builder(inbox.clone())
///     .on("notify", families::RECORDING, |event, context| async move {
///         println!("{}: {} ({})", event.recording.id, event.status.code, context.attempt());
///     })
///     .need("pipeline", "transcript".parse::<Need>()?, on_ready(move |turned, _| {
///         drop(done.lock().unwrap().take());
///         async move { println!("{} has a transcript", turned.recording) }
///     }))
///     .build()?;
///
/// let receiving = async {
///     let body = recallai_webhook_dispatch::event::catalogue::find(TRANSCRIPT_DONE.as_str());
///     let body = body.ok_or("gone")?.example();
///     inbox.append(NewMessage::parse("recall", "msg_1", body, std::time::UNIX_EPOCH)).await?;
///     Ok::<(), Box<dyn std::error::Error>>(())
/// };
/// let (worked, received) = tokio::join!(worker.run(is_done), receiving);
/// # worked?; received?;
/// # Ok(())
/// # }
/// ```
pub struct Worker {
    inbox: Arc<dyn Inbox>,
    runners: Vec<Arc<Runner>>,
    grace: Duration,
    park_others: bool,
}

impl Worker {
    /// Starts a worker for an inbox.
    pub fn builder(inbox: Arc<dyn Inbox>) -> WorkerBuilder {
        WorkerBuilder::new(inbox)
    }

    /// Declares the subscriptions; from then on the store makes jobs for them. [`run`](Self::run) begins
    /// with it; await it before the first delivery can come, so that a new subscription misses none.
    ///
    /// A store that fails for a time is waited for.
    ///
    /// # Errors
    ///
    /// The store failed in a way that does not pass.
    pub async fn declare(&self) -> Result<(), InboxError> {
        let mut backoff = Backoff::default();
        loop {
            match self.declare_once().await {
                Err(error) if error.may_pass() => {
                    let reason = error.name();
                    tracing::warn!(reason, "the subscriptions are not declared yet: {error}");
                    sleep(backoff.next()).await;
                }
                declared => return declared,
            }
        }
    }

    async fn declare_once(&self) -> Result<(), InboxError> {
        for runner in &self.runners {
            let subscribed = self.inbox.subscribe(&runner.subscription).await?;
            let subscription = &**runner.name();
            match subscribed {
                // As at each start but the first, and in `run` after this was awaited on its own.
                Subscribed::Unchanged => tracing::debug!(subscription, "subscription known"),
                _ => tracing::info!(subscription, ?subscribed, "subscription declared"),
            }
        }
        if !self.park_others {
            return Ok(());
        }
        for stored in self.inbox.subscriptions().await? {
            let name = &stored.subscription.name;
            if !stored.parked && self.runners.iter().all(|runner| runner.name() != name) {
                tracing::warn!(
                    subscription = &**name,
                    "parked, since nobody declares it any more: its jobs wait until it is declared again or removed"
                );
                self.inbox.park(name).await?;
            }
        }
        Ok(())
    }

    /// Declares the subscriptions and works on their jobs until `shutdown` completes; its output is ignored. Then
    /// it takes no more, lets running handlers finish for a time, cancels what is left, and returns when
    /// every job is settled or given back.
    ///
    /// A store that fails for a time is waited for. Dropping the future cancels the handlers; their jobs run
    /// again when their leases are over. Needs a tokio runtime with time enabled, and runs handlers as
    /// tasks of it.
    ///
    /// # Errors
    ///
    /// The subscriptions could not be declared, or the store failed in a way that does not pass.
    pub async fn run(self, shutdown: impl Future) -> Result<(), InboxError> {
        let grace = self.grace;
        // It begins when it is first polled, which is after the shutdown.
        self.run_until(shutdown, async move { sleep(grace).await }).await
    }

    /// The same, but handlers that still run after the shutdown are cancelled when `cut` completes, whatever the
    /// grace time; it is polled from the shutdown on. For a worker whose place another one takes: until
    /// then its handlers have the time that their own limit gives them.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub async fn run_until(
        self,
        shutdown: impl Future,
        cut: impl Future,
    ) -> Result<(), InboxError> {
        let (mut shutdown, mut cut) = (pin!(shutdown), pin!(cut));
        tokio::select! {
            declared = self.declare() => declared?,
            _ = &mut shutdown => return Ok(()),
        }
        let phase = watch::Sender::new(Phase::Working);
        let mut runners = JoinSet::new();
        for runner in self.runners {
            runners.spawn(runner.run(phase.subscribe()));
        }
        let mut result = tokio::select! {
            _ = shutdown => Ok(()),
            error = first_error(&mut runners) => Err(error),
        };
        phase.send_replace(Phase::Stopping);
        loop {
            tokio::select! {
                ended = runners.join_next() => match ended {
                    Some(ended) => result = result.and(joined(ended)),
                    None => return result,
                },
                _ = &mut cut, if *phase.borrow() == Phase::Stopping => {
                    phase.send_replace(Phase::Cancelling);
                }
            }
        }
    }
}

/// The error of the first runner that has one; while they work, runners end for no other reason.
async fn first_error(runners: &mut JoinSet<Result<(), InboxError>>) -> InboxError {
    while let Some(ended) = runners.join_next().await {
        if let Err(error) = joined(ended) {
            return error;
        }
    }
    std::future::pending().await
}

fn joined(ended: Result<Result<(), InboxError>, JoinError>) -> Result<(), InboxError> {
    match ended.map_err(JoinError::try_into_panic) {
        Ok(ended) => ended,
        // The store's panic, or ours: it is the caller's to see.
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(_)) => Ok(()),
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.runners.iter().map(|runner| runner.name()).collect();
        f.debug_struct("Worker").field("subscriptions", &names).finish_non_exhaustive()
    }
}
