//! The inbox: each call of the contract goes to the writer, or to a reader.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use async_trait::async_trait;
use recallai_webhook_inbox::{
    Appended, Claim, Claimed, Erase, Erased, Fault, Inbox, InboxError, JobEnd, JobId, JobQuery,
    Lease, MessageQuery, NewMessage, Progress, Prune, Reader, Reparse, Replay, Stats, StoredJob,
    StoredMessage, StoredSubject, StoredSubscription, SubjectQuery, Subscribed, Subscription,
    Topic, Watch,
};
use recallai_webhook_recording::Subject;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::failure::{Result, unsupported};
use crate::operation::{Kind, operation};
use crate::options::Options;
use crate::probing::Finding;
use crate::shared::Shared;
use crate::work::Work;
use crate::{check, hooks, lock, path, queries};

/// About what a message takes in memory beside its body, in bytes.
const MESSAGE_OVERHEAD: usize = 1024;

/// An inbox in a file. Cheap to clone; when the last clone is dropped, what was accepted is finished.
#[derive(Clone)]
pub struct SqliteInbox {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    is_owner: bool,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.close();
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner);
        if thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the writing thread panicked");
        }
    }
}

impl std::fmt::Debug for SqliteInbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteInbox").field("path", &self.path()).finish_non_exhaustive()
    }
}

impl SqliteInbox {
    /// Opens an inbox as its one owner: makes the file if there is none, brings its schema up to date,
    /// and works its jobs. The folder has to exist. Jobs that a process left running can be claimed at
    /// once.
    ///
    /// # Errors
    ///
    /// [`InboxError::InUse`]: another process owns it. [`InboxError::Newer`]: a newer version wrote it.
    /// [`InboxError::Damaged`]: it is not a database, or another application's.
    /// [`InboxError::Unavailable`]: the file cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, InboxError> {
        Self::options(path).open()
    }

    /// Opens an inbox beside its owner, or alone, to ask and for short changes: everything but
    /// [`claim`](Inbox::claim) and [`fill`](Inbox::fill), which are [`InboxError::Unsupported`]. A watch
    /// tells of what the owner commits within a few tens of milliseconds.
    ///
    /// # Errors
    ///
    /// [`InboxError::Unsupported`]: there is none, or its schema is older than this version works with,
    /// which [`open`](Self::open) mends. Otherwise as there, but never in use.
    pub fn attach(path: impl AsRef<Path>) -> Result<Self, InboxError> {
        Self::options(path).attach()
    }

    /// Whether somebody has opened the file as its owner now. The file is neither opened nor made.
    pub fn is_owned(path: impl AsRef<Path>) -> bool {
        let path = path.as_ref();
        path::canonical(path).is_ok_and(|path| lock::is_owned(&path))
    }

    /// Options to open an inbox with.
    pub fn options(path: impl AsRef<Path>) -> Options {
        Options::new(path.as_ref())
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.inner.shared.path
    }

    pub(crate) fn new(shared: Arc<Shared>, thread: JoinHandle<()>, is_owner: bool) -> Self {
        let thread = Mutex::new(Some(thread));
        Self { inner: Arc::new(Inner { shared, thread, is_owner }) }
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        kind: Kind,
        function: impl FnMut(&mut Work<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T, InboxError> {
        self.write_weighing(0, kind, function).await
    }

    /// The same for what may be refused because too much waits.
    async fn write_weighing<T: Send + 'static>(
        &self,
        weight: usize,
        kind: Kind,
        function: impl FnMut(&mut Work<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T, InboxError> {
        let runtime = self.inner.shared.completions.listen();
        let (caller, answer) = oneshot::channel();
        let operation = operation(kind, runtime, function, move |answer| {
            // Whoever asked may have gone: what was done is done.
            let _ = caller.send(answer);
        });
        self.inner.shared.operations.push(operation, weight)?;
        answer.await.unwrap_or(Err(InboxError::Closed))
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        function: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T, InboxError> {
        self.inner.shared.require_files()?;
        let (caller, answer) = oneshot::channel();
        let question = Box::new(move |connection: &Connection| {
            // Whoever asked may have gone.
            let _ = caller.send(function(connection).map_err(InboxError::from));
        });
        self.inner.shared.questions.push(question, 0)?;
        answer.await.unwrap_or(Err(InboxError::Closed))
    }

    fn require_owner(&self, what: &str) -> Result<(), InboxError> {
        if self.inner.is_owner {
            return Ok(());
        }
        Err(unsupported(format!("{what} is for the owner of an inbox; this one is attached")))
    }
}

#[async_trait]
impl Inbox for SqliteInbox {
    async fn append(&self, message: NewMessage) -> Result<Appended, InboxError> {
        let weight = MESSAGE_OVERHEAD + message.body.len();
        self.write_weighing(weight, Kind::Append, move |work| work.append(&message)).await
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<Subscribed, InboxError> {
        let subscription = subscription.clone();
        self.write(Kind::Other, move |work| work.subscribe(&subscription)).await
    }

    async fn park(&self, name: &str) -> Result<(), InboxError> {
        let name = name.to_owned();
        self.write(Kind::Other, move |work| work.park(&name)).await
    }

    async fn unsubscribe(&self, name: &str) -> Result<(), InboxError> {
        let name = name.to_owned();
        self.write(Kind::Other, move |work| work.unsubscribe(&name)).await
    }

    async fn fill(&self, name: &str, limit: usize) -> Result<Progress, InboxError> {
        self.require_owner("filling")?;
        let name = name.to_owned();
        self.write(Kind::Other, move |work| work.fill(&name, limit.max(1))).await
    }

    async fn claim(&self, claim: Claim) -> Result<Claimed, InboxError> {
        self.require_owner("claiming")?;
        self.write(Kind::Claim, move |work| work.claim(&claim)).await
    }

    async fn renew(&self, lease: Lease, time: Duration) -> Result<(), InboxError> {
        self.write(Kind::Settle, move |work| work.renew(lease, time)).await
    }

    async fn settle(&self, lease: Lease, end: JobEnd) -> Result<(), InboxError> {
        hooks::kill_at("before-settle");
        self.write(Kind::Settle, move |work| work.settle(lease, &end)).await
    }

    async fn subject(
        &self,
        scope: &str,
        subject: &Subject,
    ) -> Result<Option<StoredSubject>, InboxError> {
        let (scope, subject) = (scope.to_owned(), subject.clone());
        self.read(move |connection| queries::subject(connection, &scope, &subject)).await
    }

    async fn subjects(&self, query: &SubjectQuery) -> Result<Vec<StoredSubject>, InboxError> {
        let query = query.clone();
        self.read(move |connection| queries::subjects(connection, &query)).await
    }

    async fn messages(&self, query: &MessageQuery) -> Result<Vec<StoredMessage>, InboxError> {
        let query = query.clone();
        self.read(move |connection| queries::messages(connection, &query)).await
    }

    async fn jobs(&self, query: &JobQuery) -> Result<Vec<StoredJob>, InboxError> {
        let query = query.clone();
        self.read(move |connection| queries::jobs(connection, &query)).await
    }

    async fn subscriptions(&self) -> Result<Vec<StoredSubscription>, InboxError> {
        self.read(queries::subscriptions).await
    }

    async fn stats(&self) -> Result<Stats, InboxError> {
        self.read(queries::stats).await
    }

    fn watch(&self, topic: Topic) -> Watch {
        self.inner.shared.watchers.watch(topic)
    }

    async fn probe(&self) -> Result<(), InboxError> {
        let Shared { probing, operations, completions, .. } = &*self.inner.shared;
        let begin = |finding: Finding| {
            let (runtime, tell) = (completions.listen(), move |answer| finding.tell(answer));
            operations.push(operation(Kind::Other, runtime, |work| work.probe(), tell), 0)
        };
        probing.join(begin).await
    }

    async fn revive(&self, jobs: &[JobId]) -> Result<u64, InboxError> {
        let jobs = jobs.to_vec();
        self.write(Kind::Other, move |work| work.revive(&jobs)).await
    }

    async fn discard(&self, jobs: &[JobId]) -> Result<u64, InboxError> {
        let jobs = jobs.to_vec();
        self.write(Kind::Other, move |work| work.discard(&jobs)).await
    }

    async fn replay(&self, replay: &Replay) -> Result<u64, InboxError> {
        let replay = replay.clone();
        self.write(Kind::Other, move |work| work.replay(&replay)).await
    }

    async fn reparse(&self, reparse: &Reparse, reader: &Reader) -> Result<Progress, InboxError> {
        let Reparse { from, limit, dry_run, .. } = *reparse;
        let page = move |connection: &Connection| {
            crate::filling::page(connection, from.saturating_sub(1), limit)
        };
        // Reading takes the caller's time, not the writer's.
        let page = self.read(page).await?;
        let examined = page.len();
        let last = page.last().map(|(message, _)| message.seq);
        let anew: Vec<_> = page
            .into_iter()
            .filter(|(_, is_forgotten)| !is_forgotten)
            .filter_map(|(message, _)| {
                let reading = reader(message.body.as_deref()?);
                Some((message, reading))
            })
            .collect();
        let mut progress =
            self.write(Kind::Other, move |work| work.read_again(&anew, dry_run)).await?;
        progress.examined = examined as u64;
        progress.next = last.filter(|_| examined == limit).map(|seq| seq + 1);
        Ok(progress)
    }

    async fn prune(&self, prune: &Prune) -> Result<Progress, InboxError> {
        let prune = prune.clone();
        self.write(Kind::Other, move |work| work.prune(&prune)).await
    }

    async fn erase(&self, erase: &Erase) -> Result<Erased, InboxError> {
        let erase = erase.clone();
        self.write(Kind::Other, move |work| work.erase(&erase)).await
    }

    async fn check(&self) -> Result<Vec<Fault>, InboxError> {
        self.read(|connection| check::check(connection, &mut |_, _| {})).await
    }

    async fn close(&self) {
        let mut ended = self.inner.shared.ended.subscribe();
        self.inner.shared.close();
        // It ends when the writer has ended, and not before.
        let _ = ended.wait_for(|ended| *ended).await;
    }
}
