//! A message and its jobs: as a row of a table, and as JSON.

use anstyle::Style;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recallai_webhook_inbox::{Class, JobState, StoredJob, StoredMessage};
use serde_json::{Value, json};

use crate::table::{Cell, Table};
use crate::terminal::{BAD, GOOD, WARNING};
use crate::time;

/// The titles of [`row`].
pub(super) const TITLES: [&str; 6] =
    ["SEQ", "RECEIVED", "EVENT", "DELIVERIES", "ENDPOINT", "MESSAGE"];

pub(super) fn row(message: &StoredMessage) -> [Cell; 6] {
    let deliveries = match message.conflicts {
        0 => Cell::number(message.deliveries),
        conflicts => Cell::number(format!("{} ({conflicts} differ)", message.deliveries)),
    };
    [
        Cell::number(message.seq),
        Cell::new(time::short(message.received_at)),
        Cell::new(name(message)).with(style(message)),
        deliveries,
        Cell::new(&message.endpoint),
        Cell::new(&message.id),
    ]
}

/// Rows for a line at a time, when no later one is known: as wide as such texts usually are.
pub(super) fn line(message: &StoredMessage) -> String {
    let mut table = Table::without_titles();
    let [seq, received, event, _, endpoint, id] = row(message);
    table.row([seq.at_least(6), received, event.at_least(28), endpoint, id]);
    table.render("")
}

fn name(message: &StoredMessage) -> &str {
    message.event_name.as_deref().unwrap_or(message.class.as_str())
}

fn style(message: &StoredMessage) -> Style {
    match (message.class, name(message).rsplit('.').next()) {
        (Class::Unknown | Class::Unreadable, _) => WARNING,
        (_, Some("done" | "complete" | "completed")) => GOOD,
        (_, Some("failed" | "fatal")) => BAD,
        _ => Style::new(),
    }
}

pub(super) fn json(message: &StoredMessage) -> Value {
    let mut value = json!({
        "seq": message.seq,
        "endpoint": &*message.endpoint,
        "scope": &*message.scope,
        "message_id": message.id,
        "received_at": time::rfc3339_at(message.received_at),
        "last_received_at": time::rfc3339_at(message.last_received_at),
        "deliveries": message.deliveries,
        "conflicts": message.conflicts,
        "type": message.class.as_str(),
        "event": message.event_name,
        "error": message.error,
        "header_family": message.signed.as_ref().map(|signed| &*signed.family),
        "timestamp": message.signed.as_ref().map(|signed| signed.timestamp),
        "signature": message.signed.as_ref().map(|signed| &signed.signature),
        "key_label": message.signed.as_ref().map(|signed| &*signed.key_label),
    });
    if let Some(body) = &message.body {
        match std::str::from_utf8(body) {
            Ok(body) => value["body"] = json!(body),
            Err(_) => value["body_base64"] = json!(STANDARD.encode(body)),
        }
    }
    value
}

/// The titles of [`job_cells`].
pub(super) const JOB_TITLES: [&str; 6] =
    ["JOB", "SUBSCRIPTION", "ABOUT", "STATE", "ATTEMPTS", "ERROR"];

pub(crate) fn job_cells(job: &StoredJob) -> [Cell; 6] {
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

pub(crate) fn job_json(job: &StoredJob) -> Value {
    json!({
        "job": job.id,
        "subscription": &*job.subscription,
        "scope": &*job.scope,
        "subject": job.subject,
        "message": job.message,
        "turn": job.turn.map(recallai_webhook_inbox::Turn::as_str),
        "state": job.state.as_str(),
        "attempts": job.attempts,
        "idempotency_key": job.idempotency_key,
        "error": job.error,
        "created_at": time::rfc3339_at(job.created_at),
        "due_at": job.due_at.map(time::rfc3339_at),
        "ended_at": job.ended_at.map(time::rfc3339_at),
    })
}
