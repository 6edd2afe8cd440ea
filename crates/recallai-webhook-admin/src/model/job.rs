//! Jobs, dead letters among them.

use recallai_webhook_dispatch::inbox::{JobFailure, StoredJob};
use serde::Serialize;
use utoipa::ToSchema;

use super::word::{JobStateWord, TurnWord};
use super::{SubjectRef, Time};

/// A job: one message, or one turn of a need, for one subscription.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobDetail {
    /// Its number.
    id: i64,
    /// The name of the subscription.
    subscription: String,
    /// The workspace.
    scope: String,
    /// What the job is about, within whose order it runs.
    subject: Option<SubjectRef>,
    /// The number of the message, for a job about one.
    message: Option<i64>,
    /// What happened to the need, for a job about one.
    turn: Option<TurnWord>,
    state: JobStateWord,
    /// How many attempts there were; a running one counts.
    attempts: u32,
    /// The same over all attempts: what the handler passes on, so that a repetition can be told.
    idempotency_key: String,
    /// What the last attempt failed with.
    error: Option<String>,
    /// The attempts that failed, the earliest first; of many, the last 16.
    failures: Vec<Failure>,
    /// When the job was made.
    created_at: Time,
    /// When it is tried next, or when the lease of the attempt that runs ends.
    due_at: Option<Time>,
    /// When it succeeded or died.
    ended_at: Option<Time>,
}

/// An attempt that failed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Failure {
    /// Which attempt it was, from 1. A job that is retried or replayed begins to count anew.
    attempt: u32,
    /// When it failed.
    at: Time,
    /// What it failed with.
    error: String,
}

impl JobDetail {
    pub(crate) fn of(job: &StoredJob) -> Self {
        Self {
            id: job.id,
            subscription: job.subscription.to_string(),
            scope: job.scope.to_string(),
            subject: job.subject.as_ref().map(SubjectRef::of),
            message: job.message,
            turn: job.turn.map(TurnWord),
            state: JobStateWord(job.state),
            attempts: job.attempts,
            idempotency_key: job.idempotency_key.to_string(),
            error: job.error.as_deref().map(str::to_owned),
            failures: job.failures.iter().map(Failure::of).collect(),
            created_at: Time(job.created_at),
            due_at: job.due_at.map(Time),
            ended_at: job.ended_at.map(Time),
        }
    }
}

impl Failure {
    fn of(failure: &JobFailure) -> Self {
        let (attempt, at) = (failure.attempt, Time(failure.at));
        Self { attempt, at, error: failure.error.to_string() }
    }
}
