//! Questions that readers answer, each from one page of rows.

use std::collections::BTreeMap;

use recallai_webhook_inbox::{
    Class, JobQuery, JobState, MessageQuery, Pattern, Stats, StoredJob, StoredMessage,
    StoredSubject, StoredSubscription, SubjectQuery,
};
use recallai_webhook_recording::{Subject, SubjectKind};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use crate::counters::{CONFLICTS, FORGOTTEN, REPEATS, STORE};
use crate::failure::{Failure, Result};
use crate::time::time;
use crate::work::SubscriptionRow;
use crate::{failures, rows, subscriptions};

/// A `WHERE` that grows.
#[derive(Default)]
struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    fn add(&mut self, condition: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.values.push(value.into());
            self.plain(condition);
        }
    }

    /// A condition that takes no value. A `?` in it is the value that was given last.
    fn plain(&mut self, condition: &str) {
        let word = if self.sql.is_empty() { " WHERE " } else { " AND " };
        self.sql.push_str(word);
        self.sql.push_str(&condition.replace('?', &format!("?{}", self.values.len())));
    }

    fn page(&mut self, order: &str, limit: usize) {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.values.push(limit.into());
        self.sql.push_str(&format!(" ORDER BY {order} LIMIT ?{}", self.values.len()));
    }
}

pub(crate) fn messages(
    connection: &Connection,
    query: &MessageQuery,
) -> Result<Vec<StoredMessage>> {
    let mut conditions = Conditions::default();
    conditions.add("m.seq > ?", query.after);
    conditions.add("m.seq < ?", query.before);
    conditions.add("m.endpoint = ?", query.endpoint.as_ref().map(text));
    conditions.add("m.message_id = ?", query.id.as_ref().map(text));
    conditions.add("m.scope = ?", query.scope.as_ref().map(text));
    conditions.add("m.class = ?", query.class.map(|class| class.as_str().to_owned()));
    conditions.add("m.event_name GLOB ?", query.name.as_ref().map(glob));
    if let Some(subject) = &query.subject {
        // Whatever the scope: there are as many such subjects as there are scopes at most.
        conditions.add("m.subject IN (SELECT id FROM subjects WHERE kind = ?", Some(kind(subject)));
        conditions.add("subject_id = ?)", Some(text(&subject.id)));
    }
    conditions.plain("m.forgotten_at IS NULL");
    conditions.page(if query.newest_first { "m.seq DESC" } else { "m.seq" }, query.limit);
    let body = if query.bodies { "m.body" } else { "NULL" };
    let sql = format!(
        concat!("SELECT ", rows::message_columns!(), ", {} FROM messages m{}"),
        body, conditions.sql
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement
        .query_and_then(params_from_iter(conditions.values), |row| rows::message(row, 0))?;
    found.filter_map(Result::transpose).collect()
}

/// A pattern as SQLite has them, where more characters than the star stand for others.
fn glob(pattern: &Pattern) -> String {
    pattern.as_str().replace('[', "[[]").replace('?', "[?]")
}

/// Jobs without a mark are about messages, in the order of what those are about.
const OF_SUBJECT: &str = "j.id IN (SELECT id FROM jobs WHERE subject = ? AND mark IS NOT NULL
    UNION ALL SELECT id FROM jobs WHERE subject = ? AND mark IS NULL
        AND message IN (SELECT seq FROM messages WHERE subject = ?))";

fn subject_id(connection: &Connection, scope: &str, subject: &Subject) -> Result<Option<i64>> {
    let sql = "SELECT id FROM subjects WHERE scope = ?1 AND kind = ?2 AND subject_id = ?3";
    let params = params![scope, subject.kind.as_str(), subject.id];
    Ok(connection.prepare_cached(sql)?.query_row(params, |row| row.get(0)).optional()?)
}

pub(crate) fn jobs(connection: &Connection, query: &JobQuery) -> Result<Vec<StoredJob>> {
    let mut conditions = Conditions::default();
    conditions.add("j.id > ?", query.after);
    conditions.add("j.id < ?", query.before);
    conditions.add("n.name = ?", query.subscription.as_ref().map(text));
    conditions.add("j.message = ?", query.message);
    if let Some((scope, subject)) = &query.subject {
        let Some(id) = subject_id(connection, scope, subject)? else { return Ok(Vec::new()) };
        conditions.add(OF_SUBJECT, Some(id));
    }
    if let Some(state) = query.state {
        // A word in the statement itself: with it the index of dead letters can be of use.
        conditions.plain(&format!("j.state = '{}'", state.as_str()));
    }
    conditions.page(if query.newest_first { "j.id DESC" } else { "j.id" }, query.limit);
    let mut statement = connection.prepare_cached(&format!("{}{}", rows::JOB, conditions.sql))?;
    let found = statement.query_and_then(params_from_iter(conditions.values), rows::stored_job)?;
    let with_failures = found.map(|job| {
        let mut job = job?;
        job.failures = failures::of_job(connection, job.id)?;
        Ok(job)
    });
    with_failures.collect()
}

pub(crate) fn subject(
    connection: &Connection,
    scope: &str,
    subject: &Subject,
) -> Result<Option<StoredSubject>> {
    let sql = format!("{} WHERE scope = ?1 AND kind = ?2 AND subject_id = ?3", rows::SUBJECT);
    let mut statement = connection.prepare_cached(&sql)?;
    let params = params![scope, subject.kind.as_str(), subject.id];
    statement.query_and_then(params, rows::stored_subject)?.next().transpose()
}

pub(crate) fn subjects(
    connection: &Connection,
    query: &SubjectQuery,
) -> Result<Vec<StoredSubject>> {
    let mut conditions = Conditions::default();
    conditions.add("id > ?", query.after);
    conditions.add("id < ?", query.before);
    conditions.add("scope = ?", query.scope.as_ref().map(text));
    conditions.add("kind = ?", query.kind.map(|kind| kind.as_str().to_owned()));
    conditions.add("subject_id = ?", query.id.as_ref().map(text));
    conditions.page(if query.newest_first { "id DESC" } else { "id" }, query.limit);
    let sql = format!("{}{}", rows::SUBJECT, conditions.sql);
    let mut statement = connection.prepare_cached(&sql)?;
    let found =
        statement.query_and_then(params_from_iter(conditions.values), rows::stored_subject)?;
    found.collect()
}

pub(crate) fn subscriptions(connection: &Connection) -> Result<Vec<StoredSubscription>> {
    let all = subscriptions::read(connection)?;
    all.into_iter().map(|subscribed| stored(connection, subscribed)).collect()
}

fn stored(connection: &Connection, subscribed: SubscriptionRow) -> Result<StoredSubscription> {
    let SubscriptionRow { id, standing } = subscribed;
    let mut stored = StoredSubscription::new(standing.subscription);
    stored.parked = standing.parked;
    stored.filled_to = standing.position;
    for (name, value) in counters(connection, id)? {
        let state: JobState = name.parse().map_err(Failure::damaged)?;
        stored.jobs.extend(Some((state, value)).filter(|_| state != JobState::Done && value > 0));
    }
    // Of those that wait, the first in order is the oldest; those that have a time are looked through.
    // One that is blocked has an older one before it, unless that was replayed: near enough to see a
    // queue that stands still.
    let sql = "SELECT min(created_at) FROM
                   (SELECT * FROM (SELECT created_at FROM jobs
                        WHERE subscription = ?1 AND queued = 1 ORDER BY place LIMIT 100)
                    UNION ALL
                    SELECT created_at FROM jobs WHERE subscription = ?1 AND due_at IS NOT NULL
                        AND state <> 'scheduled')";
    let mut statement = connection.prepare_cached(sql)?;
    stored.oldest = statement.query_row([id], |row| row.get::<_, Option<_>>(0))?.map(time);
    Ok(stored)
}

fn counters(connection: &Connection, subscription: i64) -> Result<BTreeMap<String, u64>> {
    let sql = "SELECT name, max(value, 0) FROM counters WHERE subscription = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map([subscription], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(crate) fn stats(connection: &Connection) -> Result<Stats> {
    let counted = counters(connection, STORE)?;
    let count = |name: &str| counted.get(name).copied().unwrap_or_default();
    let mut stats = Stats::default();
    let messages = Class::ALL.into_iter().map(|class| (class, count(class.as_str())));
    stats.messages = messages.filter(|(_, count)| *count > 0).collect();
    let subjects = SubjectKind::ALL.into_iter().map(|kind| (kind, count(kind.as_str())));
    stats.subjects = subjects.filter(|(_, count)| *count > 0).collect();
    (stats.repeats, stats.conflicts) = (count(REPEATS), count(CONFLICTS));
    stats.forgotten = count(FORGOTTEN);

    let end = |order: &str| -> Result<_> {
        let sql = format!(
            "SELECT received_at FROM messages WHERE forgotten_at IS NULL ORDER BY seq {order} LIMIT 1"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        Ok(statement.query_row([], |row| row.get(0)).optional()?.map(time))
    };
    (stats.oldest, stats.newest) = (end("ASC")?, end("DESC")?);
    let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    stats.size = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    stats.subscriptions = subscriptions(connection)?;
    Ok(stats)
}

fn text(text: impl AsRef<str>) -> String {
    text.as_ref().to_owned()
}

fn kind(subject: &Subject) -> String {
    subject.kind.as_str().to_owned()
}
