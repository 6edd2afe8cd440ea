//! Observers of jobs: a call for each stage, for metrics and tests.

use std::time::{Duration, SystemTime};

use recallai_webhook_inbox::{InboxError, Job, JobId, Lease, Task, Turn};
use recallai_webhook_recording::Subject;

use crate::Failure;
use crate::trace::{SpanId, TraceId};

/// Is told of every job that a [`Worker`](crate::Worker) takes: when its handler starts, and what came
/// of it after that was stored. How long it took is for the observer's own clock.
///
/// It runs on the path of the job: count here, do not work.
pub trait JobObserver: Send + Sync + 'static {
    /// A job came to a stage.
    fn observe(&self, report: &JobReport<'_>);
}

impl<F: Fn(&JobReport<'_>) + Send + Sync + 'static> JobObserver for F {
    fn observe(&self, report: &JobReport<'_>) {
        self(report);
    }
}

/// Where a job is.
#[derive(Debug)]
#[non_exhaustive]
pub struct JobReport<'a> {
    /// The id of the job: the stages of an attempt belong together by it.
    pub job: JobId,
    /// The subscription.
    pub subscription: &'a str,
    /// The scope.
    pub scope: &'a str,
    /// The subject within whose order the job runs.
    pub subject: Option<&'a Subject>,
    /// The endpoint that the message came to, for jobs about one.
    pub endpoint: Option<&'a str>,
    /// The id of the message, for jobs about one.
    pub message_id: Option<&'a str>,
    /// The turn, for jobs about one.
    pub turn: Option<Turn>,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// The same over all attempts.
    pub idempotency_key: &'a str,
    /// The lease that the attempt is made under.
    pub lease: Lease,
    /// When the job was made.
    pub created_at: SystemTime,
    /// What happened.
    pub stage: Stage<'a>,
}

impl<'a> JobReport<'a> {
    pub(crate) fn new(job: &'a Job, stage: Stage<'a>) -> Self {
        let (endpoint, turn) = match &job.task {
            Task::Message(message) => (Some(&*message.endpoint), None),
            Task::Turn { turn, .. } => (None, Some(*turn)),
            _ => (None, None),
        };
        Self {
            job: job.lease.job,
            subscription: &job.subscription,
            scope: &job.scope,
            subject: job.subject.as_ref(),
            endpoint,
            message_id: message_id(job),
            turn,
            attempt: job.attempt,
            idempotency_key: &job.idempotency_key,
            lease: job.lease,
            created_at: job.created_at,
            stage,
        }
    }

    /// The trace that the attempt belongs to: that of the message, or of the turn. See
    /// [`trace`](crate::trace).
    pub fn trace_id(&self) -> TraceId {
        match self.endpoint.zip(self.message_id) {
            Some((endpoint, id)) => TraceId::of_message(endpoint, id),
            None => TraceId::of_job(self.idempotency_key),
        }
    }

    /// The attempt itself, within the trace.
    pub fn span_id(&self) -> SpanId {
        SpanId::of_attempt(self.idempotency_key, self.lease)
    }
}

/// The id of the message that a job is about.
pub(crate) fn message_id(job: &Job) -> Option<&str> {
    match &job.task {
        Task::Message(message) => Some(&message.id),
        _ => None,
    }
}

/// What happened to a job.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Stage<'a> {
    /// Its handler starts.
    Started,
    /// It succeeded. Its job may have gone meanwhile, as with what it has erased.
    Done,
    /// It failed, and is tried again.
    Retrying {
        /// What it failed with.
        failure: &'a Failure,
        /// After how long.
        after: Duration,
    },
    /// It failed for good: a dead letter.
    Dead {
        /// What it failed with.
        failure: &'a Failure,
    },
    /// It was given back at a shutdown. The attempt does not count.
    Released,
    /// It was too early for it. Nothing has failed, and the attempt does not count.
    PutOff {
        /// After how long it comes back.
        after: Duration,
    },
    /// Its lease has passed to somebody else, or it is gone before it succeeded; what its handler did here
    /// does not count.
    Lost,
    /// What came of it could not be stored. It runs again when its lease is over.
    NotSettled {
        /// The store's error.
        error: &'a InboxError,
    },
}

impl Stage<'_> {
    /// A stable word for the label of a metric.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Done => "done",
            Self::Retrying { .. } => "retrying",
            Self::Dead { .. } => "dead",
            Self::Released => "released",
            Self::PutOff { .. } => "put_off",
            Self::Lost => "lost",
            Self::NotSettled { .. } => "not_settled",
        }
    }
}
