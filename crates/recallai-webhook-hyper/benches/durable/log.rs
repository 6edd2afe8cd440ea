//! The floor: an inbox whose appends go to a plain file that only grows, with one sync for all that wait.
//! It knows no message again, keeps no state and makes no jobs.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use recallai_webhook_hyper::dispatch::inbox::{
    Appended, Claim, Claimed, Erase, Erased, Fault, Inbox, InboxError, JobEnd, JobId, JobQuery,
    Lease, MessageQuery, NewMessage, Progress, Prune, Reader, Reparse, Replay, Stats, StoredJob,
    StoredMessage, StoredSubject, StoredSubscription, SubjectQuery, Subscribed, Subscription,
    Topic, Watch, Watchers,
};
use recallai_webhook_hyper::dispatch::recording::Subject;
use tokio::sync::oneshot;

pub(crate) struct LogInbox {
    queue: Arc<Queue>,
    watchers: Watchers,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Vec<(NewMessage, oneshot::Sender<()>)>>,
    ready: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Vec<(NewMessage, oneshot::Sender<()>)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what waits, syncs, answers, and again.
    fn write(&self, mut file: File) -> io::Result<()> {
        let mut bytes = Vec::new();
        loop {
            let waiting = self.ready.wait_while(self.lock(), |waiting| waiting.is_empty());
            let batch = std::mem::take(&mut *waiting.unwrap_or_else(PoisonError::into_inner));
            bytes.clear();
            for (message, _) in &batch {
                let signature = message.signed.as_ref().map_or("", |signed| &signed.signature);
                for part in [&message.endpoint, &*message.id, signature] {
                    bytes.extend_from_slice(part.as_bytes());
                }
                bytes.extend_from_slice(&message.body);
            }
            file.write_all(&bytes)?;
            file.sync_data()?;
            for (_, reply) in batch {
                // Who hung up does not hear of it.
                let _ = reply.send(());
            }
        }
    }
}

impl LogInbox {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let file = File::create(path)?;
        let queue = Arc::<Queue>::default();
        let shared = Arc::clone(&queue);
        let write = move || {
            // The replies that are dropped with it say that nothing was stored.
            if let Err(error) = shared.write(file) {
                eprintln!("the log cannot be written: {error}");
            }
        };
        thread::Builder::new().name("log-write".into()).spawn(write)?;
        Ok(Self { queue, watchers: Watchers::default() })
    }
}

fn unsupported<T>() -> Result<T, InboxError> {
    Err(InboxError::Unsupported { reason: "a log is only appended to".into() })
}

#[async_trait]
impl Inbox for LogInbox {
    async fn append(&self, message: NewMessage) -> Result<Appended, InboxError> {
        let (reply, answer) = oneshot::channel();
        self.queue.lock().push((message, reply));
        self.queue.ready.notify_one();
        answer.await.map_err(|_| InboxError::Closed)?;
        Ok(Appended::New { seq: 0 })
    }

    async fn subscribe(&self, _: &Subscription) -> Result<Subscribed, InboxError> {
        unsupported()
    }

    async fn park(&self, _: &str) -> Result<(), InboxError> {
        unsupported()
    }

    async fn unsubscribe(&self, _: &str) -> Result<(), InboxError> {
        unsupported()
    }

    async fn probe(&self) -> Result<(), InboxError> {
        unsupported()
    }

    async fn fill(&self, _: &str, _: usize) -> Result<Progress, InboxError> {
        unsupported()
    }

    async fn claim(&self, _: Claim) -> Result<Claimed, InboxError> {
        unsupported()
    }

    async fn renew(&self, _: Lease, _: Duration) -> Result<(), InboxError> {
        unsupported()
    }

    async fn settle(&self, _: Lease, _: JobEnd) -> Result<(), InboxError> {
        unsupported()
    }

    async fn subject(&self, _: &str, _: &Subject) -> Result<Option<StoredSubject>, InboxError> {
        unsupported()
    }

    async fn subjects(&self, _: &SubjectQuery) -> Result<Vec<StoredSubject>, InboxError> {
        unsupported()
    }

    async fn messages(&self, _: &MessageQuery) -> Result<Vec<StoredMessage>, InboxError> {
        unsupported()
    }

    async fn jobs(&self, _: &JobQuery) -> Result<Vec<StoredJob>, InboxError> {
        unsupported()
    }

    async fn subscriptions(&self) -> Result<Vec<StoredSubscription>, InboxError> {
        unsupported()
    }

    async fn stats(&self) -> Result<Stats, InboxError> {
        unsupported()
    }

    fn watch(&self, topic: Topic) -> Watch {
        self.watchers.watch(topic)
    }

    async fn revive(&self, _: &[JobId]) -> Result<u64, InboxError> {
        unsupported()
    }

    async fn discard(&self, _: &[JobId]) -> Result<u64, InboxError> {
        unsupported()
    }

    async fn replay(&self, _: &Replay) -> Result<u64, InboxError> {
        unsupported()
    }

    async fn reparse(&self, _: &Reparse, _: &Reader) -> Result<Progress, InboxError> {
        unsupported()
    }

    async fn prune(&self, _: &Prune) -> Result<Progress, InboxError> {
        unsupported()
    }

    async fn erase(&self, _: &Erase) -> Result<Erased, InboxError> {
        unsupported()
    }

    async fn check(&self) -> Result<Vec<Fault>, InboxError> {
        unsupported()
    }

    async fn close(&self) {}
}
