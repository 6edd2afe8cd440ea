//! Making jobs, and giving each its place in the lane of its subject.
//!
//! A lane is the jobs of one subject for one subscription. One of them holds it: the one that runs, or
//! runs next. Those behind it are blocked, and of no interest to a claim, however many there are. When
//! the holder has ended, the next is promoted.

use std::sync::Arc;

use recallai_webhook_inbox::plan::NewJob;
use recallai_webhook_inbox::{JobState, Seq, StoredMessage, Turn};
use rusqlite::{Connection, OptionalExtension, params};

use crate::failure::Result;
use crate::work::{SubscriptionRow, Work};

/// It can be claimed.
pub(crate) const READY: Option<i64> = Some(1);
/// It waits behind another of its subject.
pub(crate) const BLOCKED: Option<i64> = Some(2);

/// Who holds a lane, and whether it was not given out yet. One whose lease is up keeps its place.
pub(crate) const HOLDER: &str = "SELECT id, place, queued = 1 AND state <> 'running' FROM jobs
    WHERE subscription = ?1 AND subject = ?2 AND lane = 1";

/// The next of a lane. Two statements, since one that changes what it looks for makes SQLite keep a
/// table for a while, which takes longer than the rest of settling a job.
pub(crate) const NEXT: &str = "SELECT id FROM jobs
    WHERE subscription = ?1 AND subject = ?2 AND queued = 2 ORDER BY place, id LIMIT 1";

/// A job to be made.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) subscription: i64,
    pub(crate) name: Arc<str>,
    pub(crate) subject: Option<i64>,
    pub(crate) message: Option<Seq>,
    pub(crate) turn: Option<Turn>,
    pub(crate) mark: Option<&'static str>,
    pub(crate) due_at: Option<i64>,
    pub(crate) key: String,
}

/// The message that jobs are made for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cause<'c> {
    pub(crate) scope: &'c str,
    pub(crate) endpoint: &'c str,
    pub(crate) id: &'c str,
    pub(crate) seq: Seq,
    /// Where its jobs stand in the order of their subjects.
    pub(crate) place: Seq,
}

/// Whether the job of a message was made before: there is one, or its mark was used.
pub(crate) fn was_made(
    connection: &Connection,
    subscription: i64,
    job: &NewJob<'_>,
    message: &StoredMessage,
) -> Result<bool> {
    let sql = "SELECT 1 FROM jobs WHERE message = ?1 AND subscription = ?2";
    if connection.prepare_cached(sql)?.exists([message.seq, subscription])? {
        return Ok(true);
    }
    let (Some(mark), Some(subject)) = (job.mark, &job.subject) else { return Ok(false) };
    let sql = "SELECT 1 FROM marks m JOIN subjects s ON s.id = m.subject
               WHERE m.subscription = ?1 AND m.mark = ?2
                   AND s.scope = ?3 AND s.kind = ?4 AND s.subject_id = ?5";
    let (kind, id) = (subject.kind.as_str(), &subject.id);
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.exists(params![subscription, mark, message.scope, kind, id])?)
}

impl Work<'_> {
    pub(crate) fn draft(
        &self,
        job: &NewJob<'_>,
        subscribed: &SubscriptionRow,
        subject: Option<i64>,
        cause: Cause<'_>,
    ) -> Draft {
        Draft {
            subscription: subscribed.id,
            name: Arc::clone(&subscribed.subscription().name),
            subject,
            message: Some(cause.seq).filter(|_| job.turn.is_none()),
            turn: job.turn,
            mark: job.mark,
            due_at: job.scheduled_in.map(|wait| self.after(wait)),
            key: job.idempotency_key(cause.scope, cause.endpoint, cause.id),
        }
    }

    /// Makes a job, unless its mark says that it was made before.
    pub(crate) fn make(&mut self, draft: Draft, place: Seq) -> Result<bool> {
        let Draft { subscription, name, subject, message, turn, mark, due_at, key } = draft;
        if let (Some(mark), Some(subject)) = (mark, subject) {
            let sql = "INSERT INTO marks (subscription, subject, mark) VALUES (?1, ?2, ?3)
                       ON CONFLICT DO NOTHING";
            if self.run(sql, params![subscription, subject, mark])? == 0 {
                return Ok(false);
            }
        }
        let state = if due_at.is_some() { JobState::Scheduled } else { JobState::Waiting };
        let (queued, lane) = match state {
            JobState::Waiting => self.enter(subscription, subject, (place, i64::MAX))?,
            _ => (None, None),
        };
        let sql = "INSERT INTO jobs (subscription, message, subject, turn, mark, state, place, queued, lane,
                       attempts, token, replays, key, created_at, due_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, 0, ?10, ?11, ?12)";
        self.run(
            sql,
            params![
                subscription,
                message,
                subject,
                turn.map(Turn::as_str),
                mark,
                state.as_str(),
                place,
                queued,
                lane,
                key,
                self.now,
                due_at
            ],
        )?;
        self.memory.deltas.add(subscription, state.as_str(), 1);
        self.memory.woken.jobs(&name);
        Ok(true)
    }

    /// Finds a place in a lane for a job: the values of its columns `queued` and `lane`.
    pub(crate) fn enter(
        &mut self,
        subscription: i64,
        subject: Option<i64>,
        order: (Seq, i64),
    ) -> Result<(Option<i64>, Option<i64>)> {
        let Some(subject) = subject else { return Ok((READY, None)) };
        let mut statement = self.connection.prepare_cached(HOLDER)?;
        let holder = statement.query_row([subscription, subject], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, Seq>(1)?,
                row.get::<_, Option<bool>>(2)?.unwrap_or_default(),
            ))
        });
        let Some((id, place, may_yield)) = holder.optional()? else { return Ok((READY, Some(1))) };
        if may_yield && order < (place, id) {
            self.run("UPDATE jobs SET queued = 2, lane = NULL WHERE id = ?1", [id])?;
            return Ok((READY, Some(1)));
        }
        Ok((BLOCKED, None))
    }

    /// Lets the next of a lane that is free come forward.
    pub(crate) fn promote(&mut self, subscription: i64, subject: Option<i64>) -> Result<()> {
        let Some(subject) = subject else { return Ok(()) };
        let mut statement = self.connection.prepare_cached(NEXT)?;
        let next = statement.query_row([subscription, subject], |row| row.get::<_, i64>(0));
        if let Some(id) = next.optional()? {
            self.run("UPDATE jobs SET queued = 1, lane = 1 WHERE id = ?1", [id])?;
        }
        Ok(())
    }

    /// Wakes those who work for a subscription.
    pub(crate) fn wake_jobs(&mut self, subscription: i64) -> Result<()> {
        let known = self.subscriptions()?;
        if let Some(known) = known.iter().find(|known| known.id == subscription) {
            self.memory.woken.jobs(&known.subscription().name);
        }
        Ok(())
    }
}
