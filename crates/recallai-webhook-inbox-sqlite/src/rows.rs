//! Rows of the file as the types of the contract.

use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use recallai_webhook_inbox::{
    Signed, StoredJob, StoredMessage, StoredSubject, Turn, WordError, plan,
};
use recallai_webhook_recording::{State, Subject};
use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::failure::{Failure, Result};
use crate::time::time;

/// The columns of a message, for [`message`]: behind them comes the body, or `NULL`.
macro_rules! message_columns {
    () => {
        "m.seq, m.endpoint, m.message_id, m.scope, m.class, m.event_name, m.received_at,
        m.last_received_at, m.deliveries, m.conflicts, m.header_family, m.sent_at, m.signature,
        m.key_label, m.error"
    };
}
pub(crate) use message_columns;

/// A message whose columns begin here; `None` if there is none in an outer join.
pub(crate) fn message(row: &Row<'_>, at: usize) -> Result<Option<StoredMessage>> {
    let Some(seq) = row.get(at)? else { return Ok(None) };
    let endpoint: Arc<str> = row.get(at + 1)?;
    let id: Box<str> = row.get(at + 2)?;
    let mut message = StoredMessage::new(seq, endpoint, id, time(row.get(at + 6)?));
    let scope = row.get_ref(at + 3)?;
    if scope.as_str().ok() != Some(&*message.endpoint) {
        message.scope = row.get(at + 3)?;
    }
    message.class = word(row.get_ref(at + 4)?)?;
    message.event_name = row.get(at + 5)?;
    message.last_received_at = time(row.get(at + 7)?);
    message.deliveries = row.get(at + 8)?;
    message.conflicts = row.get(at + 9)?;
    message.signed = signed(row, at + 10)?;
    message.error = row.get(at + 14)?;
    let body = row.get_ref(at + 15)?.as_blob_or_null().map_err(Failure::damaged)?;
    message.body = body.map(Bytes::copy_from_slice);
    Ok(Some(message))
}

fn signed(row: &Row<'_>, at: usize) -> Result<Option<Signed>> {
    let family = match row.get_ref(at)? {
        ValueRef::Null => return Ok(None),
        family => word(family)?,
    };
    let (timestamp, signature, label) = (row.get(at + 1)?, row.get(at + 2)?, row.get(at + 3)?);
    let (signature, label): (Box<str>, Arc<str>) = (signature, label);
    Ok(Some(Signed::new(family, timestamp, signature, label)))
}

/// Kind and id of a subject, whose columns begin here.
pub(crate) fn subject(row: &Row<'_>, at: usize) -> Result<Option<Subject>> {
    let Some(kind) = row.get_ref(at)?.as_str_or_null().map_err(Failure::damaged)? else {
        return Ok(None);
    };
    let kind = kind.parse().map_err(Failure::damaged)?;
    let id: Box<str> = row.get(at + 1)?;
    Ok(Some(Subject::new(kind, id)))
}

/// The columns of a subject, for [`stored_subject`].
pub(crate) const SUBJECT: &str = "SELECT id, scope, state, created_at, erased_at FROM subjects";

pub(crate) fn stored_subject(row: &Row<'_>) -> Result<StoredSubject> {
    let state = row.get_ref(2)?.as_str().map_err(Failure::damaged)?;
    let state = State::from_json(state).map_err(Failure::damaged)?;
    let scope: Arc<str> = row.get(1)?;
    let mut stored = StoredSubject::new(row.get(0)?, scope, state, time(row.get(3)?));
    stored.erased_at = row.get::<_, Option<_>>(4)?.map(time);
    Ok(stored)
}

/// The columns of a job, for [`stored_job`].
pub(crate) const JOB: &str = "SELECT j.id, n.name, coalesce(s.scope, m.scope, ''), s.kind,
        s.subject_id, j.message, j.turn, j.state, j.attempts, j.key, j.replays, j.error,
        j.created_at, j.due_at, j.ended_at
    FROM jobs j JOIN subscriptions n ON n.id = j.subscription
        LEFT JOIN subjects s ON s.id = j.subject LEFT JOIN messages m ON m.seq = j.message";

pub(crate) fn stored_job(row: &Row<'_>) -> Result<StoredJob> {
    let (name, scope): (Arc<str>, Arc<str>) = (row.get(1)?, row.get(2)?);
    let mut job = StoredJob::new(row.get(0)?, name, scope, time(row.get(12)?));
    job.subject = subject(row, 3)?;
    job.message = row.get(5)?;
    job.turn = turn(row.get_ref(6)?)?;
    job.state = word(row.get_ref(7)?)?;
    job.attempts = row.get(8)?;
    let key = row.get_ref(9)?.as_str().map_err(Failure::damaged)?;
    job.idempotency_key = plan::replayed_key(key, row.get(10)?).into();
    job.error = row.get(11)?;
    job.due_at = row.get::<_, Option<_>>(13)?.map(time);
    job.ended_at = row.get::<_, Option<_>>(14)?.map(time);
    Ok(job)
}

pub(crate) fn turn(value: ValueRef<'_>) -> Result<Option<Turn>> {
    match value {
        ValueRef::Null => Ok(None),
        value => word(value).map(Some),
    }
}

/// A word of the contract. Any other means that the file is damaged.
pub(crate) fn word<T: FromStr<Err = WordError>>(value: ValueRef<'_>) -> Result<T> {
    value.as_str().map_err(Failure::damaged)?.parse().map_err(Failure::damaged)
}
