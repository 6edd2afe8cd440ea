//! A job: as a row of a table, and as JSON.

use anstyle::Style;
use recallai_webhook_inbox::{JobState, StoredJob, Turn};
use serde_json::{Value, json};

use crate::table::Cell;
use crate::terminal::{BAD, GOOD, WARNING};
use crate::time;

/// The titles of [`cells`].
pub(crate) const TITLES: [&str; 6] = ["JOB", "SUBSCRIPTION", "ABOUT", "STATE", "ATTEMPTS", "ERROR"];

pub(crate) fn cells(job: &StoredJob) -> [Cell; 6] {
    let about = match (job.message, job.turn, &job.subject) {
        (_, Some(turn), Some(subject)) => format!("{subject} {}", turn.as_str().replace('_', " ")),
        (Some(seq), _, Some(subject)) => format!("message {seq}, {subject}"),
        (Some(seq), ..) => format!("message {seq}"),
        _ => String::new(),
    };
    let style = match job.state {
        JobState::Done => GOOD,
        JobState::Dead => BAD,
        JobState::Retrying => WARNING,
        _ => Style::new(),
    };
    [
        Cell::number(job.id),
        Cell::new(&job.subscription),
        Cell::new(about),
        Cell::new(job.state.as_str()).with(style),
        Cell::number(job.attempts),
        Cell::new(job.error.as_deref().unwrap_or_default()),
    ]
}

pub(crate) fn json(job: &StoredJob) -> Value {
    json!({
        "job": job.id,
        "subscription": &*job.subscription,
        "scope": &*job.scope,
        "subject": job.subject,
        "seq": job.message,
        "turn": job.turn.map(Turn::as_str),
        "state": job.state.as_str(),
        "attempts": job.attempts,
        "idempotency_key": job.idempotency_key,
        "error": job.error,
        "created_at": time::rfc3339_at(job.created_at),
        "due_at": job.due_at.map(time::rfc3339_at),
        "ended_at": job.ended_at.map(time::rfc3339_at),
    })
}
