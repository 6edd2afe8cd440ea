//! Looking for what should not be, page by page, so that it takes the same memory whatever the size.

use recallai_webhook_inbox::plan::{self, Touched};
use recallai_webhook_inbox::{Class, Fault, InboxError, JobState, Seq, StoredMessage};
use recallai_webhook_recording::SubjectKind;
use rusqlite::{Connection, OptionalExtension, params};

use crate::counters::{CONFLICTS, FORGOTTEN, REPEATS, STORE};
use crate::failure::Result;
use crate::filling;
use crate::inbox::SqliteInbox;
use crate::work::SubscriptionRow;
use crate::{connection, making, queries, subscriptions};

/// How many messages are looked at together.
const PAGE: usize = 500;

/// More faults than a person reads. The check ends here.
const MANY: usize = 1000;

impl SqliteInbox {
    /// [`Inbox::check`](recallai_webhook_inbox::Inbox::check), which calls `progress` with how many of how
    /// many messages were looked at; before the first call it has read the file. Blocks until it has ended.
    ///
    /// # Errors
    ///
    /// [`InboxError::Unavailable`]: it could not look.
    pub fn check_with(&self, mut progress: impl FnMut(u64, u64)) -> Result<Vec<Fault>, InboxError> {
        let connection = connection::reader(self.path())?;
        Ok(check(&connection, &mut progress)?)
    }
}

pub(crate) fn check(
    connection: &Connection,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    file(connection, &mut faults)?;
    rows(connection, &mut faults)?;
    let all = subscriptions::read(connection)?;
    let (mut after, last): (Seq, _) = (0, filling::last_seq(connection)?);
    loop {
        progress(after.unsigned_abs(), last.max(after).unsigned_abs());
        let page = filling::page(connection, after, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        after = last.seq;
        for (message, _) in page.iter().filter(|(_, is_forgotten)| !is_forgotten) {
            state(connection, message, &mut faults)?;
            jobs(connection, message, &all, &mut faults)?;
        }
        if faults.len() > MANY {
            break;
        }
    }
    counters(connection, &mut faults)?;
    Ok(faults)
}

/// What SQLite finds.
fn file(connection: &Connection, faults: &mut Vec<Fault>) -> Result<()> {
    let mut statement = connection.prepare("PRAGMA integrity_check(100)")?;
    let found = statement.query_map([], |row| row.get::<_, String>(0))?;
    for line in found.collect::<Result<Vec<_>, _>>()?.into_iter().filter(|line| line != "ok") {
        faults.push(Fault::new("file", line));
    }
    Ok(())
}

/// Rows that point to nothing, or contradict each other.
const ROWS: [(&str, &str); 6] = [
    (
        "jobs",
        "SELECT j.id, 'has no message with a body' FROM jobs j LEFT JOIN messages m ON m.seq = j.message
         WHERE j.message IS NOT NULL AND m.body IS NULL",
    ),
    (
        "jobs",
        "SELECT j.id, 'has no subject' FROM jobs j LEFT JOIN subjects s ON s.id = j.subject
         WHERE j.subject IS NOT NULL AND s.id IS NULL",
    ),
    (
        "jobs",
        "SELECT j.id, 'waits behind nothing' FROM jobs j WHERE queued = 2 AND NOT EXISTS
             (SELECT 1 FROM jobs h WHERE h.subscription = j.subscription AND h.subject = j.subject
                 AND h.lane = 1)",
    ),
    (
        "jobs",
        "SELECT j.id, 'is ' || j.state || ' and cannot come to be claimed' FROM jobs j
         WHERE state NOT IN ('done', 'dead') AND queued IS NULL AND due_at IS NULL",
    ),
    (
        "jobs",
        "SELECT j.id, 'is ' || j.state || ' and can be claimed' FROM jobs j
         WHERE state IN ('done', 'dead') AND (queued IS NOT NULL OR due_at IS NOT NULL
             OR lane IS NOT NULL)",
    ),
    (
        "jobs",
        "SELECT f.job, 'is gone, but not what it failed with' FROM failures f
         LEFT JOIN jobs j ON j.id = f.job WHERE j.id IS NULL",
    ),
];

fn rows(connection: &Connection, faults: &mut Vec<Fault>) -> Result<()> {
    for (check, sql) in ROWS {
        let mut statement = connection.prepare(&format!("{sql} LIMIT {MANY}"))?;
        let found = statement.query_map([], |row| {
            Ok(format!("job {} {}", row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })?;
        for found in found {
            faults.push(Fault::new(check, found?));
        }
    }
    Ok(())
}

/// Whether a message is in the state.
fn state(connection: &Connection, message: &StoredMessage, faults: &mut Vec<Fault>) -> Result<()> {
    let reading = message.reading();
    for subject in reading.facts().subjects() {
        let stored = queries::subject(connection, &message.scope, subject)?;
        if stored.as_ref().is_some_and(|stored| stored.erased_at.is_some()) {
            continue;
        }
        let mut touched = Touched::new(subject, stored.map(|stored| stored.state));
        if touched.is_new || touched.state.apply(reading.facts()) {
            let found = format!("message {} is not in the state of {subject}", message.seq);
            faults.push(Fault::new("state", found));
        }
    }
    Ok(())
}

/// Whether a message has its jobs.
fn jobs(
    connection: &Connection,
    message: &StoredMessage,
    all: &[SubscriptionRow],
    faults: &mut Vec<Fault>,
) -> Result<()> {
    let reading = message.reading();
    for subscribed in all.iter().filter(|s| s.standing.has_passed(message.seq)) {
        let Some(job) = plan::for_message(&reading, subscribed.subscription()) else { continue };
        if making::was_made(connection, subscribed.id, &job, message)? {
            continue;
        }
        // It may have been pruned or erased since the page was read.
        let sql = "SELECT 1 FROM messages WHERE seq = ?1 AND forgotten_at IS NULL";
        if connection.prepare_cached(sql)?.exists([message.seq])? {
            let name = &subscribed.subscription().name;
            let found = format!("message {} has no job for {name}", message.seq);
            faults.push(Fault::new("jobs", found));
        }
    }
    Ok(())
}

/// Whether the counters say what there is. One snapshot for both, so that what is committed in between
/// is in neither.
fn counters(connection: &Connection, faults: &mut Vec<Fault>) -> Result<()> {
    let transaction = connection.unchecked_transaction()?;
    let mut expect = |subscription: i64, of: Option<&str>, name: &str, sql: &str| -> Result<()> {
        let counted: i64 = transaction.query_row(sql, [], |row| row.get(0))?;
        let sql = "SELECT value FROM counters WHERE subscription = ?1 AND name = ?2";
        let kept = transaction.query_row(sql, params![subscription, name], |row| row.get(0));
        let kept: i64 = kept.optional()?.unwrap_or_default();
        if kept != counted {
            let of = of.map(|of| format!(" of subscription {of}")).unwrap_or_default();
            let found = format!("counter {name}{of} is {kept}, counted {counted}");
            faults.push(Fault::new("counters", found));
        }
        Ok(())
    };
    for class in Class::ALL.map(Class::as_str) {
        let sql = format!(
            "SELECT count(*) FROM messages WHERE class = '{class}' AND forgotten_at IS NULL"
        );
        expect(STORE, None, class, &sql)?;
    }
    for kind in SubjectKind::ALL.map(SubjectKind::as_str) {
        expect(STORE, None, kind, &format!("SELECT count(*) FROM subjects WHERE kind = '{kind}'"))?;
    }
    let forgotten = "SELECT count(*) FROM messages WHERE forgotten_at IS NOT NULL";
    expect(STORE, None, FORGOTTEN, forgotten)?;
    expect(STORE, None, REPEATS, "SELECT coalesce(sum(deliveries - 1), 0) FROM messages")?;
    expect(STORE, None, CONFLICTS, "SELECT coalesce(sum(conflicts), 0) FROM messages")?;
    for subscribed in subscriptions::read(connection)? {
        for state in JobState::ALL.map(JobState::as_str) {
            let id = subscribed.id;
            let sql = format!(
                "SELECT count(*) FROM jobs WHERE subscription = {id} AND state = '{state}'"
            );
            expect(id, Some(&subscribed.subscription().name), state, &sql)?;
        }
    }
    Ok(())
}
