//! Jobs: one message, or one turn of a need, for one subscription.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use recallai_webhook_recording::{Readiness, Subject};

use crate::word::words;
use crate::{Seq, StoredMessage, Turn};

/// The id of a job within its store.
pub type JobId = i64;

/// The right to work on a job, for a time. The token rises with each claim, so a worker that was
/// too slow cannot end the job of the one that came after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Lease {
    /// The job.
    pub job: JobId,
    /// The fencing token.
    pub token: u64,
}

impl Lease {
    /// A lease that a store gives out.
    pub fn new(job: JobId, token: u64) -> Self {
        Self { job, token }
    }
}

/// No job waits, and no lease lasts, for longer than a hundred years: what is asked for beyond that is cut to it. It
/// is a time that every store and every system can keep.
pub const LONGEST_WAIT: Duration = Duration::from_secs(36_525 * 86_400);

/// Asks for work.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Claim {
    /// The subscription to work for.
    pub subscription: Arc<str>,
    /// How many jobs at most.
    pub limit: usize,
    /// How long the lease is, by the store's clock; [`Inbox::renew`](crate::Inbox::renew) makes it
    /// longer. At most [`LONGEST_WAIT`].
    pub lease: Duration,
}

impl Claim {
    /// Up to so many jobs of a subscription, each for so long.
    pub fn new(subscription: impl Into<Arc<str>>, limit: usize, lease: Duration) -> Self {
        Self { subscription: subscription.into(), limit, lease }
    }
}

/// What there was to claim.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Claimed {
    /// The jobs, in order.
    pub jobs: Vec<Job>,
    /// In how long the next job of the subscription comes due of itself: a retry, a lease that runs
    /// out, a need that is given up, a job that was put off. `None` if none does.
    pub next_due: Option<Duration>,
}

impl Claimed {
    /// Jobs, and the time until more may come due.
    pub fn new(jobs: Vec<Job>, next_due: Option<Duration>) -> Self {
        Self { jobs, next_due }
    }
}

/// A job that somebody holds a lease on.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Job {
    /// The lease.
    pub lease: Lease,
    /// The subscription.
    pub subscription: Arc<str>,
    /// The scope.
    pub scope: Arc<str>,
    /// The subject within whose order the job runs.
    pub subject: Option<Subject>,
    /// What there is to do.
    pub task: Task,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// The same over all attempts: for whatever the handler calls, so that it can tell a repetition.
    pub idempotency_key: Box<str>,
    /// When the job was made.
    pub created_at: SystemTime,
}

/// What a job is about.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Task {
    /// A message, with its body.
    Message(StoredMessage),
    /// A turn of a need.
    Turn {
        /// What happened.
        turn: Turn,
        /// How the need stands now, which may be further on.
        readiness: Readiness,
    },
}

impl Job {
    /// The first attempt at a task.
    pub fn new(
        lease: Lease,
        subscription: Arc<str>,
        scope: Arc<str>,
        task: Task,
        created_at: SystemTime,
    ) -> Self {
        let idempotency_key = "".into();
        Self {
            lease,
            subscription,
            scope,
            subject: None,
            task,
            attempt: 1,
            idempotency_key,
            created_at,
        }
    }
}

/// How work on a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobEnd {
    /// It succeeded.
    Done,
    /// It failed, and is to be tried again after some time.
    Retry {
        /// After how long, at most [`LONGEST_WAIT`].
        after: Duration,
        /// What it failed with.
        error: Box<str>,
    },
    /// It failed for good: a dead letter, which waits for a person.
    Dead {
        /// What it failed with.
        error: Box<str>,
    },
    /// It was not worked on to an end, as at a shutdown. The attempt does not count.
    Released,
    /// It is too early for it, and it is to be looked at again after some time. Nothing has failed, and the
    /// attempt does not count. A [`Turn::TimedOut`] that has turned meanwhile is dropped then.
    PutOff {
        /// After how long, at most [`LONGEST_WAIT`].
        after: Duration,
    },
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum JobState {
    /// It can be claimed at a later time: a need that is given up then, unless it turns before, or a job that
    /// was put off.
    Scheduled,
    /// It can be claimed, or waits for its turn behind another job of its subject.
    Waiting,
    /// It failed and waits for its next attempt.
    Retrying,
    /// Somebody holds a lease.
    Running,
    /// It is a dead letter.
    Dead,
    /// It succeeded.
    Done,
}

// In the order of a job's life.
words!(
    JobState,
    "state of a job",
    [
        Scheduled = "scheduled",
        Waiting = "waiting",
        Retrying = "retrying",
        Running = "running",
        Dead = "dead",
        Done = "done",
    ]
);

impl JobState {
    /// Those of a job that is not done, a dead letter among them.
    pub const NOT_DONE: [Self; 5] =
        [Self::Scheduled, Self::Waiting, Self::Retrying, Self::Running, Self::Dead];

    /// Those of a job that its subscription is behind with: what comes due later is not among them.
    pub const BEHIND: [Self; 3] = [Self::Waiting, Self::Retrying, Self::Running];

    /// Whether nothing more happens to the job of itself: it is done, or a dead letter.
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Done | Self::Dead)
    }
}

/// How many failed attempts are kept with a job: the last 16.
pub const FAILURES_KEPT: usize = 16;

/// An attempt at a job that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobFailure {
    /// Which attempt it was, from 1. After a revival or a replay attempts are counted anew, so a number may
    /// stand in a history more than once; `at` tells them apart.
    pub attempt: u32,
    /// When it failed, by the store's clock.
    pub at: SystemTime,
    /// What it failed with.
    pub error: Box<str>,
}

impl JobFailure {
    /// An attempt that failed at this time, with this.
    pub fn new(attempt: u32, at: SystemTime, error: impl Into<Box<str>>) -> Self {
        Self { attempt, at, error: error.into() }
    }
}

/// A job as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredJob {
    /// The id.
    pub id: JobId,
    /// The subscription.
    pub subscription: Arc<str>,
    /// The scope.
    pub scope: Arc<str>,
    /// The subject within whose order the job runs.
    pub subject: Option<Subject>,
    /// The message, for jobs about one.
    pub message: Option<Seq>,
    /// The turn, for jobs about one.
    pub turn: Option<Turn>,
    /// Where it stands.
    pub state: JobState,
    /// How many attempts there were; a running one counts.
    pub attempts: u32,
    /// The idempotency key.
    pub idempotency_key: Box<str>,
    /// What the last attempt failed with.
    pub error: Option<Box<str>>,
    /// The attempts that failed, the earliest first; of more than [`FAILURES_KEPT`] the last. They stay when
    /// the job succeeds, is revived or replayed: whoever looks at it later sees what it went through. An
    /// attempt whose process died, or that was given back, has not failed and is not among them.
    pub failures: Vec<JobFailure>,
    /// When it was made.
    pub created_at: SystemTime,
    /// When it can be claimed, or when its lease runs out.
    pub due_at: Option<SystemTime>,
    /// When it succeeded or died.
    pub ended_at: Option<SystemTime>,
}

impl StoredJob {
    /// A job that was just made and waits.
    pub fn new(id: JobId, subscription: Arc<str>, scope: Arc<str>, created_at: SystemTime) -> Self {
        Self {
            id,
            subscription,
            scope,
            subject: None,
            message: None,
            turn: None,
            state: JobState::Waiting,
            attempts: 0,
            idempotency_key: "".into(),
            error: None,
            failures: Vec::new(),
            created_at,
            due_at: None,
            ended_at: None,
        }
    }
}
