//! What these tests share: a store with a clock of tokio's, faults in it, and a worker that runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use recallai_webhook_dispatch::inbox::{
    Appended, Claim, Claimed, Clock, Erase, Erased, Fault, Inbox, InboxError, JobEnd, JobId,
    JobQuery, JobState, Lease, MemoryInbox, MessageQuery, NewMessage, Progress, Prune, Reader,
    Reparse, Replay, Stats, StoredJob, StoredMessage, StoredSubject, StoredSubscription,
    SubjectQuery, Subscribed, Subscription, Topic, Watch,
};
use recallai_webhook_dispatch::recording::Subject;
use recallai_webhook_dispatch::{Worker, WorkerBuilder};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::support::at;

/// Goes as tokio's clock does, which the tests have stopped.
struct PausedClock(Instant);

impl Clock for PausedClock {
    fn now(&self) -> SystemTime {
        at() + self.0.elapsed()
    }
}

/// The inbox in memory, with faults where a test wants some.
#[derive(Clone)]
pub(crate) struct Bed {
    inner: MemoryInbox,
    faults: Arc<Mutex<Faults>>,
}

#[derive(Default)]
struct Faults {
    /// What the next calls of a method fail with, so many times.
    next: HashMap<&'static str, (InboxError, usize)>,
    calls: HashMap<&'static str, usize>,
    hangs: bool,
    /// Methods whose answers are held back until there is a permit.
    gates: HashMap<&'static str, Arc<Semaphore>>,
}

impl Bed {
    pub(crate) fn new() -> Self {
        let inner = MemoryInbox::with_clock(PausedClock(Instant::now()));
        Self { inner, faults: Arc::default() }
    }

    pub(crate) fn inbox(&self) -> Arc<dyn Inbox> {
        Arc::new(self.clone())
    }

    pub(crate) fn worker(&self) -> WorkerBuilder {
        Worker::builder(self.inbox())
    }

    /// Lets the next calls of a method fail.
    pub(crate) fn fail(&self, method: &'static str, error: InboxError, times: usize) {
        self.faults.lock().unwrap().next.insert(method, (error, times));
    }

    /// Lets appends hang from now on.
    pub(crate) fn hang(&self) {
        self.faults.lock().unwrap().hangs = true;
    }

    /// Holds back the answers of `claim` or `settle` from now on, each until there is a permit.
    pub(crate) fn hold(&self, method: &'static str) -> Arc<Semaphore> {
        let gate = Arc::new(Semaphore::new(0));
        self.faults.lock().unwrap().gates.insert(method, Arc::clone(&gate));
        gate
    }

    async fn pass(&self, method: &str) {
        let gate = self.faults.lock().unwrap().gates.get(method).cloned();
        if let Some(gate) = gate {
            gate.acquire().await.unwrap().forget();
        }
    }

    pub(crate) fn calls(&self, method: &str) -> usize {
        self.faults.lock().unwrap().calls.get(method).copied().unwrap_or_default()
    }

    fn call(&self, method: &'static str) -> Result<(), InboxError> {
        let mut faults = self.faults.lock().unwrap();
        *faults.calls.entry(method).or_default() += 1;
        match faults.next.get_mut(method) {
            Some((error, times)) if *times > 0 => {
                *times -= 1;
                Err(error.clone())
            }
            _ => Ok(()),
        }
    }

    /// Stores a body, as a receiver does.
    pub(crate) async fn append(&self, id: &str, body: &str) -> Appended {
        let message = NewMessage::parse("recall", id, body.to_owned(), at());
        self.inner.append(message).await.unwrap()
    }

    pub(crate) async fn all_jobs(&self) -> Vec<StoredJob> {
        self.inner.jobs(&JobQuery::default()).await.unwrap()
    }

    /// The only job there is.
    pub(crate) async fn job(&self) -> StoredJob {
        let jobs = self.all_jobs().await;
        assert_eq!(jobs.len(), 1, "{jobs:?}");
        jobs.into_iter().next().unwrap()
    }

    /// Lets everybody go on, and time with them, until the only job stands there.
    pub(crate) async fn settled(&self, state: JobState) -> StoredJob {
        for _ in 0..10_000 {
            let job = self.job().await;
            if job.state == state {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("not {state:?}: {:?}", self.job().await);
    }
}

pub(crate) fn unavailable() -> InboxError {
    InboxError::unavailable(std::io::Error::other("disk full"))
}

/// A worker that runs.
pub(crate) struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), InboxError>>,
}

/// Starts a worker, and returns when it has declared its subscriptions.
pub(crate) async fn start(bed: &Bed, worker: WorkerBuilder) -> Running {
    let (stop, stopped) = oneshot::channel();
    let worker = worker.build().unwrap();
    let before = bed.calls("claim");
    let task = tokio::spawn(worker.run(stopped));
    while bed.calls("claim") == before {
        tokio::task::yield_now().await;
    }
    Running { stop, task }
}

impl Running {
    /// Asks it to stop, and waits until it has.
    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap().unwrap();
    }
}

/// Passes on what the handlers tell.
pub(crate) fn notes<T>()
-> (impl Fn(T) + Clone + Send + Sync, tokio::sync::mpsc::UnboundedReceiver<T>)
where
    T: Send + 'static,
{
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    (move |note| sender.send(note).unwrap_or_default(), receiver)
}

#[async_trait]
impl Inbox for Bed {
    async fn append(&self, message: NewMessage) -> Result<Appended, InboxError> {
        self.call("append")?;
        let hangs = self.faults.lock().unwrap().hangs;
        if hangs {
            std::future::pending::<()>().await;
        }
        self.inner.append(message).await
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<Subscribed, InboxError> {
        self.call("subscribe")?;
        self.inner.subscribe(subscription).await
    }

    async fn park(&self, name: &str) -> Result<(), InboxError> {
        self.inner.park(name).await
    }

    async fn unsubscribe(&self, name: &str) -> Result<(), InboxError> {
        self.inner.unsubscribe(name).await
    }

    async fn probe(&self) -> Result<(), InboxError> {
        self.inner.probe().await
    }

    async fn fill(&self, name: &str, limit: usize) -> Result<Progress, InboxError> {
        self.call("fill")?;
        self.inner.fill(name, limit).await
    }

    async fn claim(&self, claim: Claim) -> Result<Claimed, InboxError> {
        self.call("claim")?;
        let claimed = self.inner.claim(claim).await;
        self.pass("claim").await;
        claimed
    }

    async fn renew(&self, lease: Lease, time: Duration) -> Result<(), InboxError> {
        self.call("renew")?;
        self.inner.renew(lease, time).await
    }

    async fn settle(&self, lease: Lease, end: JobEnd) -> Result<(), InboxError> {
        self.call("settle")?;
        let settled = self.inner.settle(lease, end).await;
        self.pass("settle").await;
        settled
    }

    async fn subject(
        &self,
        scope: &str,
        subject: &Subject,
    ) -> Result<Option<StoredSubject>, InboxError> {
        self.inner.subject(scope, subject).await
    }

    async fn subjects(&self, query: &SubjectQuery) -> Result<Vec<StoredSubject>, InboxError> {
        self.inner.subjects(query).await
    }

    async fn messages(&self, query: &MessageQuery) -> Result<Vec<StoredMessage>, InboxError> {
        self.inner.messages(query).await
    }

    async fn jobs(&self, query: &JobQuery) -> Result<Vec<StoredJob>, InboxError> {
        self.inner.jobs(query).await
    }

    async fn subscriptions(&self) -> Result<Vec<StoredSubscription>, InboxError> {
        self.inner.subscriptions().await
    }

    async fn stats(&self) -> Result<Stats, InboxError> {
        self.inner.stats().await
    }

    fn watch(&self, topic: Topic) -> Watch {
        self.inner.watch(topic)
    }

    async fn revive(&self, jobs: &[JobId]) -> Result<u64, InboxError> {
        self.inner.revive(jobs).await
    }

    async fn discard(&self, jobs: &[JobId]) -> Result<u64, InboxError> {
        self.inner.discard(jobs).await
    }

    async fn replay(&self, replay: &Replay) -> Result<u64, InboxError> {
        self.inner.replay(replay).await
    }

    async fn reparse(&self, reparse: &Reparse, reader: &Reader) -> Result<Progress, InboxError> {
        self.inner.reparse(reparse, reader).await
    }

    async fn prune(&self, prune: &Prune) -> Result<Progress, InboxError> {
        self.inner.prune(prune).await
    }

    async fn erase(&self, erase: &Erase) -> Result<Erased, InboxError> {
        self.inner.erase(erase).await
    }

    async fn check(&self) -> Result<Vec<Fault>, InboxError> {
        self.inner.check().await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
