//! An inbox in memory: for tests, for trying things out, and to say in the fewest words what a store
//! has to do.

mod jobs;
mod keeping;
mod queries;
mod queue;
mod receiving;
mod store;
mod subscribing;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use recallai_webhook_recording::Subject;

use self::store::Store;
use crate::{
    Appended, Claim, Claimed, Clock, Erase, Erased, Fault, Inbox, InboxError, JobEnd, JobId,
    JobQuery, Lease, MessageQuery, NewMessage, Progress, Prune, Reader, Reparse, Replay, Stats,
    StoredJob, StoredMessage, StoredSubject, StoredSubscription, SubjectQuery, Subscribed,
    Subscription, SystemClock, Topic, Watch, Watchers,
};

/// An inbox that lasts as long as the process. Cheap to clone; clones are one inbox.
///
/// It keeps every promise of [`Inbox`] but durability. Its memory grows with each message.
#[derive(Clone)]
pub struct MemoryInbox {
    shared: Arc<Shared>,
}

struct Shared {
    store: Mutex<Store>,
    clock: Arc<dyn Clock>,
    watchers: Watchers,
}

impl MemoryInbox {
    /// An empty inbox that goes by the clock of this machine.
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// An empty inbox that goes by another clock.
    pub fn with_clock(clock: impl Clock) -> Self {
        let store = Mutex::new(Store::new(clock.now()));
        let (clock, watchers) = (Arc::new(clock), Watchers::default());
        Self { shared: Arc::new(Shared { store, clock, watchers }) }
    }

    /// Does something as one transaction, then tells those who watch.
    fn transact<T>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T, InboxError>,
    ) -> Result<T, InboxError> {
        let (done, topics) = {
            let mut store = self.lock();
            if store.closed {
                return Err(InboxError::Closed);
            }
            store.now = self.shared.clock.now();
            let done = work(&mut store);
            (done, std::mem::take(&mut store.topics))
        };
        self.shared.watchers.wake(&topics);
        done
    }

    fn lock(&self) -> MutexGuard<'_, Store> {
        // Nothing panics while it is held.
        self.shared.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryInbox {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Inbox for MemoryInbox {
    async fn append(&self, message: NewMessage) -> Result<Appended, InboxError> {
        self.transact(|store| Ok(store.append(&message)))
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<Subscribed, InboxError> {
        self.transact(|store| Ok(store.subscribe(subscription)))
    }

    async fn park(&self, name: &str) -> Result<(), InboxError> {
        self.transact(|store| store.park(name))
    }

    async fn unsubscribe(&self, name: &str) -> Result<(), InboxError> {
        self.transact(|store| store.unsubscribe(name))
    }

    async fn fill(&self, name: &str, limit: usize) -> Result<Progress, InboxError> {
        self.transact(|store| store.fill(name, limit))
    }

    async fn claim(&self, claim: Claim) -> Result<Claimed, InboxError> {
        self.transact(|store| store.claim(&claim))
    }

    async fn renew(&self, lease: Lease, time: Duration) -> Result<(), InboxError> {
        self.transact(|store| store.renew(lease, time))
    }

    async fn settle(&self, lease: Lease, end: JobEnd) -> Result<(), InboxError> {
        self.transact(|store| store.settle(lease, end))
    }

    async fn subject(
        &self,
        scope: &str,
        subject: &Subject,
    ) -> Result<Option<StoredSubject>, InboxError> {
        self.transact(|store| Ok(store.subject(scope, subject).cloned()))
    }

    async fn subjects(&self, query: &SubjectQuery) -> Result<Vec<StoredSubject>, InboxError> {
        self.transact(|store| Ok(store.list_subjects(query)))
    }

    async fn messages(&self, query: &MessageQuery) -> Result<Vec<StoredMessage>, InboxError> {
        self.transact(|store| Ok(store.list_messages(query)))
    }

    async fn jobs(&self, query: &JobQuery) -> Result<Vec<StoredJob>, InboxError> {
        self.transact(|store| Ok(store.list_jobs(query)))
    }

    async fn subscriptions(&self) -> Result<Vec<StoredSubscription>, InboxError> {
        self.transact(|store| Ok(store.list_subscriptions()))
    }

    async fn stats(&self) -> Result<Stats, InboxError> {
        self.transact(|store| Ok(store.stats()))
    }

    fn watch(&self, topic: Topic) -> Watch {
        self.shared.watchers.watch(topic)
    }

    async fn probe(&self) -> Result<(), InboxError> {
        self.transact(|_| Ok(()))
    }

    async fn revive(&self, jobs: &[JobId]) -> Result<u64, InboxError> {
        self.transact(|store| Ok(store.revive(jobs)))
    }

    async fn discard(&self, jobs: &[JobId]) -> Result<u64, InboxError> {
        self.transact(|store| Ok(store.discard(jobs)))
    }

    async fn replay(&self, replay: &Replay) -> Result<u64, InboxError> {
        self.transact(|store| store.replay(replay))
    }

    async fn reparse(&self, reparse: &Reparse, reader: &Reader) -> Result<Progress, InboxError> {
        self.transact(|store| Ok(store.reparse(reparse, reader)))
    }

    async fn prune(&self, prune: &Prune) -> Result<Progress, InboxError> {
        self.transact(|store| Ok(store.prune(prune)))
    }

    async fn erase(&self, erase: &Erase) -> Result<Erased, InboxError> {
        self.transact(|store| Ok(store.erase(erase)))
    }

    async fn check(&self) -> Result<Vec<Fault>, InboxError> {
        self.transact(|store| Ok(store.check()))
    }

    async fn close(&self) {
        self.lock().closed = true;
        // Who watches asks, and is told that it is closed.
        self.shared.watchers.wake_all();
    }
}

impl fmt::Debug for MemoryInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryInbox").finish_non_exhaustive()
    }
}
