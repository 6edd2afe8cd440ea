//! Watches: being told that something has changed, without missing what changed in between.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use recallai_webhook_recording::Subject;
use tokio::sync::watch;

/// What can be watched.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Topic {
    /// The state of a subject in a scope, and of what it is linked to.
    Subject(Arc<str>, Subject),
    /// The jobs of a subscription.
    Jobs(Arc<str>),
    /// The list of messages.
    Messages,
}

/// Tells of changes from the moment it was made. A change that nobody awaited is told of at the next
/// call, so who first makes a watch and then reads misses nothing. It may tell of a change when there
/// was none: read again.
#[derive(Debug)]
pub struct Watch {
    topic: Topic,
    sender: Option<Arc<watch::Sender<()>>>,
    receiver: watch::Receiver<()>,
    watchers: Watchers,
}

impl Watch {
    /// Completes after the next change since the last call, or since the watch was made; and once when
    /// the store is closed. Never, once it is gone.
    ///
    /// Cancel safe.
    pub async fn changed(&mut self) {
        // The sender lives as long as this watch does.
        if self.receiver.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut topics = self.watchers.lock();
        self.sender = None;
        if topics.get(&self.topic).is_some_and(|sender| sender.strong_count() == 0) {
            topics.remove(&self.topic);
        }
    }
}

/// Who watches what, for those who implement an [`Inbox`](crate::Inbox). Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Watchers {
    topics: Arc<Mutex<Topics>>,
}

type Topics = HashMap<Topic, Weak<watch::Sender<()>>>;

impl Watchers {
    /// Starts to watch.
    pub fn watch(&self, topic: Topic) -> Watch {
        let mut topics = self.lock();
        let known = topics.get(&topic).and_then(Weak::upgrade);
        let sender = known.unwrap_or_else(|| {
            let sender = Arc::new(watch::Sender::new(()));
            topics.insert(topic.clone(), Arc::downgrade(&sender));
            sender
        });
        let receiver = sender.subscribe();
        Watch { topic, sender: Some(sender), receiver, watchers: self.clone() }
    }

    /// Tells those who watch any of these. Call it after the change is committed.
    pub fn wake<'t>(&self, changed: impl IntoIterator<Item = &'t Topic>) {
        let topics = self.lock();
        if topics.is_empty() {
            return;
        }
        for sender in changed.into_iter().filter_map(|topic| topics.get(topic)?.upgrade()) {
            sender.send_replace(());
        }
    }

    /// Tells everybody: somebody else has written to the store, or the connection was lost for a time.
    pub fn wake_all(&self) {
        for sender in self.lock().values().filter_map(Weak::upgrade) {
            sender.send_replace(());
        }
    }

    /// Whether anybody watches anything.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Topics> {
        // Nothing panics while it is held.
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
