//! Inboxes laid over inboxes: to do something in between, or to break a promise on purpose.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use recallai_webhook_recording::Subject;

use crate::{
    Appended, Claim, Claimed, Erase, Erased, Fault, Inbox, InboxError, JobEnd, JobId, JobQuery,
    Lease, MessageQuery, NewMessage, Progress, Prune, Reader, Reparse, Replay, Stats, StoredJob,
    StoredMessage, StoredSubject, StoredSubscription, SubjectQuery, Subscribed, Subscription,
    Topic, Watch,
};

type Answer<T> = Result<T, InboxError>;

/// What a layer does otherwise than the inbox below it. The methods are those of [`Inbox`]; what a layer
/// does not have is passed on.
#[allow(clippy::missing_errors_doc, reason = "the errors are those of the inbox")]
#[async_trait]
pub trait Layer: Send + Sync + 'static {
    /// The inbox below.
    fn below(&self) -> &Arc<dyn Inbox>;

    /// [`Inbox::append`].
    async fn append(&self, message: NewMessage) -> Answer<Appended> {
        self.below().append(message).await
    }

    /// [`Inbox::claim`].
    async fn claim(&self, claim: Claim) -> Answer<Claimed> {
        self.below().claim(claim).await
    }

    /// [`Inbox::renew`].
    async fn renew(&self, lease: Lease, time: Duration) -> Answer<()> {
        self.below().renew(lease, time).await
    }

    /// [`Inbox::settle`].
    async fn settle(&self, lease: Lease, end: JobEnd) -> Answer<()> {
        self.below().settle(lease, end).await
    }

    /// [`Inbox::subject`].
    async fn subject(&self, scope: &str, subject: &Subject) -> Answer<Option<StoredSubject>> {
        self.below().subject(scope, subject).await
    }

    /// [`Inbox::messages`].
    async fn messages(&self, query: &MessageQuery) -> Answer<Vec<StoredMessage>> {
        self.below().messages(query).await
    }

    /// [`Inbox::jobs`].
    async fn jobs(&self, query: &JobQuery) -> Answer<Vec<StoredJob>> {
        self.below().jobs(query).await
    }

    /// [`Inbox::fill`].
    async fn fill(&self, name: &str, limit: usize) -> Answer<Progress> {
        self.below().fill(name, limit).await
    }

    /// [`Inbox::reparse`].
    async fn reparse(&self, reparse: &Reparse, reader: &Reader) -> Answer<Progress> {
        self.below().reparse(reparse, reader).await
    }

    /// [`Inbox::prune`].
    async fn prune(&self, prune: &Prune) -> Answer<Progress> {
        self.below().prune(prune).await
    }

    /// [`Inbox::unsubscribe`].
    async fn unsubscribe(&self, name: &str) -> Answer<()> {
        self.below().unsubscribe(name).await
    }

    /// [`Inbox::revive`].
    async fn revive(&self, jobs: &[JobId]) -> Answer<u64> {
        self.below().revive(jobs).await
    }

    /// [`Inbox::probe`].
    async fn probe(&self) -> Answer<()> {
        self.below().probe().await
    }

    /// [`Inbox::watch`].
    fn watch(&self, topic: Topic) -> Watch {
        self.below().watch(topic)
    }
}

/// The inbox that a layer makes.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it is what it holds")]
pub struct Layered<L>(pub L);

#[async_trait]
impl<L: Layer> Inbox for Layered<L> {
    async fn append(&self, message: NewMessage) -> Answer<Appended> {
        self.0.append(message).await
    }

    async fn claim(&self, claim: Claim) -> Answer<Claimed> {
        self.0.claim(claim).await
    }

    async fn renew(&self, lease: Lease, time: Duration) -> Answer<()> {
        self.0.renew(lease, time).await
    }

    async fn settle(&self, lease: Lease, end: JobEnd) -> Answer<()> {
        self.0.settle(lease, end).await
    }

    async fn subject(&self, scope: &str, subject: &Subject) -> Answer<Option<StoredSubject>> {
        self.0.subject(scope, subject).await
    }

    async fn messages(&self, query: &MessageQuery) -> Answer<Vec<StoredMessage>> {
        self.0.messages(query).await
    }

    async fn jobs(&self, query: &JobQuery) -> Answer<Vec<StoredJob>> {
        self.0.jobs(query).await
    }

    async fn fill(&self, name: &str, limit: usize) -> Answer<Progress> {
        self.0.fill(name, limit).await
    }

    async fn reparse(&self, reparse: &Reparse, reader: &Reader) -> Answer<Progress> {
        self.0.reparse(reparse, reader).await
    }

    async fn prune(&self, prune: &Prune) -> Answer<Progress> {
        self.0.prune(prune).await
    }

    fn watch(&self, topic: Topic) -> Watch {
        self.0.watch(topic)
    }

    async fn probe(&self) -> Answer<()> {
        self.0.probe().await
    }

    async fn close(&self) {
        self.0.below().close().await;
    }

    async fn subscribe(&self, subscription: &Subscription) -> Answer<Subscribed> {
        self.0.below().subscribe(subscription).await
    }

    async fn park(&self, name: &str) -> Answer<()> {
        self.0.below().park(name).await
    }

    async fn unsubscribe(&self, name: &str) -> Answer<()> {
        self.0.unsubscribe(name).await
    }

    async fn subjects(&self, query: &SubjectQuery) -> Answer<Vec<StoredSubject>> {
        self.0.below().subjects(query).await
    }

    async fn subscriptions(&self) -> Answer<Vec<StoredSubscription>> {
        self.0.below().subscriptions().await
    }

    async fn stats(&self) -> Answer<Stats> {
        self.0.below().stats().await
    }

    async fn revive(&self, jobs: &[JobId]) -> Answer<u64> {
        self.0.revive(jobs).await
    }

    async fn discard(&self, jobs: &[JobId]) -> Answer<u64> {
        self.0.below().discard(jobs).await
    }

    async fn replay(&self, replay: &Replay) -> Answer<u64> {
        self.0.below().replay(replay).await
    }

    async fn erase(&self, erase: &Erase) -> Answer<Erased> {
        self.0.below().erase(erase).await
    }

    async fn check(&self) -> Answer<Vec<Fault>> {
        self.0.below().check().await
    }
}

/// When an [`Interposed`] inbox does what it is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moment {
    /// Just before it reads a subject for the n-th time, from 1: after whoever asks has begun to watch.
    BeforeRead(usize),
    /// Just after it has read a subject for the n-th time: before whoever asked awaits a change.
    AfterRead(usize),
}

/// An inbox to which messages come at a moment within what somebody else is doing.
pub struct Interposed {
    below: Arc<dyn Inbox>,
    moment: Moment,
    messages: Vec<NewMessage>,
    reads: AtomicUsize,
}

impl Interposed {
    /// An inbox over another, to which these messages come at this moment.
    pub fn new(
        below: Arc<dyn Inbox>,
        moment: Moment,
        messages: Vec<NewMessage>,
    ) -> Arc<Layered<Self>> {
        Arc::new(Layered(Self { below, moment, messages, reads: AtomicUsize::new(0) }))
    }

    /// How often a subject was read.
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    async fn at(&self, moment: Moment) -> Answer<()> {
        if self.moment == moment {
            for message in &self.messages {
                self.below.append(message.clone()).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Layer for Interposed {
    fn below(&self) -> &Arc<dyn Inbox> {
        &self.below
    }

    async fn subject(&self, scope: &str, subject: &Subject) -> Answer<Option<StoredSubject>> {
        let read = self.reads.fetch_add(1, Ordering::SeqCst) + 1;
        self.at(Moment::BeforeRead(read)).await?;
        let stored = self.below.subject(scope, subject).await?;
        self.at(Moment::AfterRead(read)).await?;
        Ok(stored)
    }
}
