//! The contract.

use std::time::Duration;

use async_trait::async_trait;
use recallai_webhook_recording::Subject;

use crate::{
    Appended, Claim, Claimed, Erase, Erased, Fault, InboxError, JobEnd, JobId, JobQuery, Lease,
    MessageQuery, NewMessage, Progress, Prune, Reader, Reparse, Replay, Stats, StoredJob,
    StoredMessage, StoredSubject, StoredSubscription, SubjectQuery, Subscribed, Subscription,
    Topic, Watch,
};

/// A durable, deduplicated store of messages, of the state they make, and of the jobs there are to do
/// for them.
///
/// # What every implementation promises
///
/// 1. [`append`](Self::append) returns only after message, observations, links and jobs are durable, in
///    one transaction. Dropping its future does not cancel the commit. One append that fails does not
///    fail others; a commit that fails is reported to all that it was for.
/// 2. A message is known by endpoint and id. A known one is never stored again, not even after it was
///    pruned or erased.
/// 3. A job is made once and runs at least once, one at a time for each subject of a subscription, in
///    the order of commits. A lease ends when its time is up, and its token is worth nothing from the
///    moment that another was given out. A store that only one process can work on ends the leases of
///    the last one when it is opened. A power failure may undo a claim or an end, but never loses a job.
/// 4. A [`Seq`](crate::Seq) that a reader has seen is never followed by a smaller one that is new.
/// 5. A [`watch`](Self::watch) tells of every change that is committed after it was made.
///
/// The conformance suite (feature `conformance`) holds an implementation to all of it.
#[async_trait]
pub trait Inbox: Send + Sync + 'static {
    // --- receiving

    /// Stores a message, or counts another delivery of one that is stored.
    ///
    /// # Errors
    ///
    /// Nothing was stored: [`InboxError::Unavailable`], [`InboxError::Overloaded`],
    /// [`InboxError::Closed`].
    async fn append(&self, message: NewMessage) -> Result<Appended, InboxError>;

    // --- subscriptions

    /// Declares a subscription: makes it, changes it, or resumes it.
    ///
    /// # Errors
    ///
    /// The store's.
    async fn subscribe(&self, subscription: &Subscription) -> Result<Subscribed, InboxError>;

    /// Parks a subscription: nothing is made or claimed for it until it is declared again. Then it
    /// goes on from where it was.
    ///
    /// # Errors
    ///
    /// [`InboxError::UnknownSubscription`], and the store's.
    async fn park(&self, name: &str) -> Result<(), InboxError>;

    /// Removes a parked subscription with all its jobs, dead letters included, and with all that was kept of
    /// it. One of the same name is new.
    ///
    /// # Errors
    ///
    /// [`InboxError::SubscriptionInUse`]: it is not parked, so somebody may work for it.
    /// [`InboxError::UnknownSubscription`], and the store's.
    async fn unsubscribe(&self, name: &str) -> Result<(), InboxError>;

    /// Makes jobs for up to so many messages that a subscription is behind: one that began at the
    /// beginning, or was parked. `next` is `None` once it has caught up; from then on appends make
    /// the jobs. Whoever works for a subscription calls it until then.
    ///
    /// # Errors
    ///
    /// [`InboxError::UnknownSubscription`], and the store's.
    async fn fill(&self, name: &str, limit: usize) -> Result<Progress, InboxError>;

    // --- working

    /// Takes jobs. Each counts as an attempt from now on.
    ///
    /// # Errors
    ///
    /// [`InboxError::UnknownSubscription`]; [`InboxError::Unsupported`] for an inbox that was not
    /// opened for work; the store's.
    async fn claim(&self, claim: Claim) -> Result<Claimed, InboxError>;

    /// Holds on to a job for so long from now, at most [`LONGEST_WAIT`](crate::LONGEST_WAIT).
    ///
    /// # Errors
    ///
    /// [`InboxError::StaleLease`], [`InboxError::JobGone`]: stop working. The store's: the lease runs on.
    async fn renew(&self, lease: Lease, time: Duration) -> Result<(), InboxError>;

    /// Ends the work on a job. When it returns, every reader sees the end. A store may leave the sync to its
    /// next append: a power failure may then undo a claim or an end, and the job runs once more.
    ///
    /// # Errors
    ///
    /// [`InboxError::StaleLease`]: it does not count. [`InboxError::JobGone`]: there is nothing to end any
    /// more, as for a job that has erased what it is about. The store's: the lease runs on.
    async fn settle(&self, lease: Lease, end: JobEnd) -> Result<(), InboxError>;

    // --- asking

    /// What is known of a subject.
    ///
    /// # Errors
    ///
    /// The store's.
    async fn subject(
        &self,
        scope: &str,
        subject: &Subject,
    ) -> Result<Option<StoredSubject>, InboxError>;

    /// Lists subjects.
    ///
    /// # Errors
    ///
    /// The store's.
    async fn subjects(&self, query: &SubjectQuery) -> Result<Vec<StoredSubject>, InboxError>;

    /// Lists messages.
    ///
    /// # Errors
    ///
    /// The store's.
    async fn messages(&self, query: &MessageQuery) -> Result<Vec<StoredMessage>, InboxError>;

    /// Lists jobs, by id or the newest first, each with its last failures.
    ///
    /// # Errors
    ///
    /// The store's.
    async fn jobs(&self, query: &JobQuery) -> Result<Vec<StoredJob>, InboxError>;

    /// Lists subscriptions, by name.
    ///
    /// # Errors
    ///
    /// The store's.
    async fn subscriptions(&self) -> Result<Vec<StoredSubscription>, InboxError>;

    /// Counts what there is.
    ///
    /// # Errors
    ///
    /// The store's.
    async fn stats(&self) -> Result<Stats, InboxError>;

    /// Starts to watch something. See [`InboxExt`](crate::InboxExt) for what is made of it.
    fn watch(&self, topic: Topic) -> Watch;

    // --- keeping house

    /// Whether the store takes anything: commits something small, as durably as a message, which nobody sees.
    /// It costs what a message does, so who is asked often answers from the last time.
    ///
    /// # Errors
    ///
    /// Those of [`append`](Self::append).
    async fn probe(&self) -> Result<(), InboxError>;

    /// Lets dead letters run again, from the first attempt. Returns how many were. Those of a parked
    /// subscription are passed over: nobody would run them.
    ///
    /// # Errors
    ///
    /// The store's.
    async fn revive(&self, jobs: &[JobId]) -> Result<u64, InboxError>;

    /// Gives dead letters up, those of parked subscriptions too: they count as done. Returns how many were.
    ///
    /// # Errors
    ///
    /// The store's.
    async fn discard(&self, jobs: &[JobId]) -> Result<u64, InboxError>;

    /// Makes jobs of stored messages run once more, and makes those that a subscription whose filter
    /// matches never had. A job that has not ended is left alone. Returns how many jobs wait.
    ///
    /// # Errors
    ///
    /// [`InboxError::UnknownSubscription`], and the store's.
    async fn replay(&self, replay: &Replay) -> Result<u64, InboxError>;

    /// Reads stored bodies again, brings what is new into the state, and makes the jobs that were never
    /// made.
    ///
    /// # Errors
    ///
    /// The store's.
    async fn reparse(&self, reparse: &Reparse, reader: &Reader) -> Result<Progress, InboxError>;

    /// Drops old messages with their jobs; the state that they made, and their ids, stay.
    ///
    /// # Errors
    ///
    /// The store's.
    async fn prune(&self, prune: &Prune) -> Result<Progress, InboxError>;

    /// Erases a subject: its state up to deleted marks, the messages about it, their jobs. With a bot or
    /// an upload its recordings are erased too. What arrives later and names it is not stored, even if
    /// nothing was ever heard of it before.
    ///
    /// # Errors
    ///
    /// The store's.
    async fn erase(&self, erase: &Erase) -> Result<Erased, InboxError>;

    /// Looks for what should not be: messages without jobs that they should have, jobs without a
    /// message, state that its messages do not make, and what the store itself can find.
    ///
    /// # Errors
    ///
    /// The store's: it could not look.
    async fn check(&self) -> Result<Vec<Fault>, InboxError>;

    /// Finishes what was accepted, refuses the rest, and lets the store go.
    async fn close(&self);
}
