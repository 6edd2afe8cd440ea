//! What a case works in: a fresh store, its clock, and the steps that many cases take.

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use recallai_webhook_recording::Subject;

use super::Harness;
use super::events::Event;
use crate::{
    Appended, Claim, Clock, Inbox, InboxError, Job, JobEnd, JobQuery, MessageQuery, NewMessage,
    Seq, SignatureFamily, Signed, StoredJob, StoredMessage, StoredSubject, Subscription, Task,
};

/// What came of a step.
pub type Checked<T = ()> = Result<T, Failure>;

/// What was expected, and what was seen instead.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// What was expected.
    pub expected: String,
    /// What was seen.
    pub seen: String,
}

/// The endpoint that messages come to, where a case does not say another.
pub(super) const ENDPOINT: &str = "recall";

/// How long jobs are held, where a case does not say another time.
pub(super) const LEASE: Duration = Duration::from_secs(60);

pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const HOUR: Duration = Duration::from_secs(3600);

pub(super) struct World<'h> {
    pub(super) inbox: Arc<dyn Inbox>,
    pub(super) harness: &'h dyn Harness,
}

impl Failure {
    pub(super) fn new(expected: impl Into<String>, seen: impl Into<String>) -> Self {
        Self { expected: expected.into(), seen: seen.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, seen {}", self.expected, self.seen)
    }
}

impl From<InboxError> for Failure {
    fn from(error: InboxError) -> Self {
        Self::new("an answer", format!("an error: {error}"))
    }
}

/// Fails if what was seen is not what is expected of `what`.
#[expect(clippy::needless_pass_by_value, reason = "cases compare what they have just made")]
pub(super) fn same<T: PartialEq<U> + Debug, U: Debug>(what: &str, seen: T, expected: U) -> Checked {
    if seen == expected {
        return Ok(());
    }
    Err(Failure::new(format!("{what}: {expected:?}"), format!("{seen:?}")))
}

/// Fails if something does not hold.
pub(super) fn holds(what: &str, seen: bool) -> Checked {
    if seen { Ok(()) } else { Err(Failure::new(what, "otherwise")) }
}

/// The one thing in a list of one.
pub(super) fn one<T>(what: &str, mut all: Vec<T>) -> Checked<T> {
    match (all.pop(), all.len()) {
        (Some(one), 0) => Ok(one),
        (None, _) => Err(Failure::new(format!("one {what}"), "none")),
        (Some(_), more) => Err(Failure::new(format!("one {what}"), format!("{}", more + 1))),
    }
}

/// The n-th of a list, from 0.
pub(super) fn nth<'a, T>(what: &str, all: &'a [T], n: usize) -> Checked<&'a T> {
    let few = || Failure::new(format!("{what} number {n}"), format!("only {}", all.len()));
    all.get(n).ok_or_else(few)
}

/// The id of the message that a job is about; of a turn, its name.
pub(super) fn task(job: &Job) -> String {
    match &job.task {
        Task::Message(message) => message.id.clone().into(),
        Task::Turn { turn, .. } => turn.as_str().to_owned(),
    }
}

impl<'h> World<'h> {
    pub(super) async fn new(harness: &'h dyn Harness) -> Checked<Self> {
        Ok(Self { inbox: harness.open().await?, harness })
    }

    /// As a new process finds the store.
    pub(super) async fn reopen(&mut self) -> Checked {
        self.inbox = self.harness.reopen(Arc::clone(&self.inbox)).await?;
        Ok(())
    }

    pub(super) fn now(&self) -> SystemTime {
        self.harness.clock().now()
    }

    pub(super) fn advance(&self, time: Duration) {
        self.harness.clock().advance(time);
    }

    /// A delivery that comes now.
    pub(super) fn message(&self, id: &str, event: &Event) -> NewMessage {
        NewMessage::parse(ENDPOINT, id, event.body(), self.now())
    }

    /// Another delivery of it, signed so long after (or before) now.
    pub(super) fn signed(&self, message: NewMessage, after: i64) -> NewMessage {
        let now = self.now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        message.with_signature(Signed::new(
            SignatureFamily::Svix,
            now.saturating_add_signed(after),
            "v1,c2lnbmF0dXJl",
            "current",
        ))
    }

    /// Appends what is new.
    pub(super) async fn append(&self, id: &str, event: &Event) -> Checked<Seq> {
        self.append_new(self.message(id, event)).await
    }

    pub(super) async fn append_new(&self, message: NewMessage) -> Checked<Seq> {
        match self.inbox.append(message).await? {
            Appended::New { seq } => Ok(seq),
            other => Err(Failure::new("a new message", format!("{other:?}"))),
        }
    }

    pub(super) async fn subscribe(&self, subscription: &Subscription) -> Checked {
        self.inbox.subscribe(subscription).await?;
        Ok(())
    }

    /// Fills a subscription to the end, so many messages at a time.
    pub(super) async fn fill(&self, name: &str, limit: usize) -> Checked<u64> {
        let mut jobs = 0;
        loop {
            let progress = self.inbox.fill(name, limit).await?;
            jobs += progress.jobs;
            if progress.next.is_none() {
                return Ok(jobs);
            }
        }
    }

    pub(super) async fn claim(&self, subscription: &str, limit: usize) -> Checked<Vec<Job>> {
        let claimed = self.inbox.claim(Claim::new(subscription, limit, LEASE)).await?;
        holds("no more jobs than were asked for", claimed.jobs.len() <= limit)?;
        Ok(claimed.jobs)
    }

    /// Claims what there is, and tells what it is about.
    pub(super) async fn claimed(&self, subscription: &str) -> Checked<Vec<String>> {
        Ok(self.claim(subscription, 100).await?.iter().map(task).collect())
    }

    /// The one job that can be claimed.
    pub(super) async fn claim_one(&self, subscription: &str) -> Checked<Job> {
        one("job to claim", self.claim(subscription, 100).await?)
    }

    pub(super) async fn done(&self, job: &Job) -> Checked {
        Ok(self.inbox.settle(job.lease, JobEnd::Done).await?)
    }

    pub(super) async fn retry(&self, job: &Job, after: Duration) -> Checked {
        let error = "it failed".into();
        Ok(self.inbox.settle(job.lease, JobEnd::Retry { after, error }).await?)
    }

    pub(super) async fn dead(&self, job: &Job) -> Checked {
        Ok(self.inbox.settle(job.lease, JobEnd::Dead { error: "it died".into() }).await?)
    }

    /// Claims and ends whatever there is until there is nothing; tells what it was about.
    pub(super) async fn work_off(&self, subscription: &str) -> Checked<Vec<String>> {
        let mut worked = Vec::new();
        loop {
            let jobs = self.claim(subscription, 100).await?;
            if jobs.is_empty() {
                return Ok(worked);
            }
            for job in jobs {
                worked.push(task(&job));
                self.done(&job).await?;
            }
        }
    }

    pub(super) async fn jobs(&self, subscription: &str) -> Checked<Vec<StoredJob>> {
        let subscription = Some(subscription.into());
        let query = JobQuery { subscription, limit: 1000, ..Default::default() };
        Ok(self.inbox.jobs(&query).await?)
    }

    /// The n-th job of a subscription, by id, from 0.
    pub(super) async fn job(&self, subscription: &str, n: usize) -> Checked<StoredJob> {
        nth("job", &self.jobs(subscription).await?, n).cloned()
    }

    /// All messages with their bodies, forgotten ones or not.
    pub(super) async fn messages(&self) -> Checked<Vec<StoredMessage>> {
        let mut query = MessageQuery::default();
        (query.limit, query.bodies) = (1000, true);
        Ok(self.inbox.messages(&query).await?)
    }

    /// The message with this id, with its body.
    pub(super) async fn stored(&self, id: &str) -> Checked<StoredMessage> {
        let mut query = MessageQuery::default();
        (query.id, query.bodies) = (Some(id.into()), true);
        one("message of this id", self.inbox.messages(&query).await?)
    }

    /// What is known of a subject in the scope of the usual endpoint.
    pub(super) async fn subject(&self, subject: &Subject) -> Checked<StoredSubject> {
        let stored = self.inbox.subject(ENDPOINT, subject).await?;
        stored.ok_or_else(|| Failure::new(format!("{subject} is known"), "nothing"))
    }

    pub(super) async fn is_whole(&self) -> Checked {
        let faults = self.inbox.check().await?;
        let seen: Vec<_> = faults.iter().map(|f| format!("{}: {}", f.check, f.found)).collect();
        same("faults that the store finds in itself", seen, Vec::<String>::new())
    }
}
