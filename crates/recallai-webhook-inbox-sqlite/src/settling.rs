//! Settling: leases are renewed, work ends, dead letters come back or are given up.

use std::time::Duration;

use recallai_webhook_inbox::{InboxError, JobEnd, JobId, JobState, Lease, Order, Seq};
use rusqlite::{OptionalExtension, params};

use crate::failure::Result;
use crate::making::{BLOCKED, READY};
use crate::time::Micros;
use crate::work::Work;

/// Whoever holds the token of a running job holds its lease, even if that is up, until another token was
/// given out.
pub(crate) const RENEW: &str = "UPDATE jobs SET due_at = ?3, queued = NULL
    WHERE id = ?1 AND token = ?2 AND state = 'running'";

pub(crate) const HELD: &str = "SELECT subscription, subject, lane FROM jobs
    WHERE id = ?1 AND token = ?2 AND state = 'running'";

pub(crate) const END: &str = "UPDATE jobs SET state = ?2, ended_at = ?3, error = ?4, due_at = NULL,
    queued = NULL, lane = NULL WHERE id = ?1";

/// A job whose lease somebody holds.
struct Held {
    id: JobId,
    subscription: i64,
    subject: Option<i64>,
    lane: Option<i64>,
}

impl Work<'_> {
    pub(crate) fn renew(&mut self, lease: Lease, time: Duration) -> Result<()> {
        let until = self.after(time);
        if self.run(RENEW, params![lease.job, lease.token, until])? == 0 {
            return Err(self.not_held(lease.job)?.into());
        }
        Ok(())
    }

    pub(crate) fn settle(&mut self, lease: Lease, end: &JobEnd) -> Result<()> {
        let mut statement = self.connection.prepare_cached(HELD)?;
        let held = statement.query_row(params![lease.job, lease.token], |row| {
            let (subscription, subject, lane) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Held { id: lease.job, subscription, subject, lane })
        });
        let held = held.optional()?;
        drop(statement);
        let Some(held) = held else { return Err(self.not_held(lease.job)?.into()) };
        match end {
            JobEnd::Done => self.end(&held, JobState::Done, None),
            JobEnd::Dead { error } => {
                self.keep_failure(lease, error)?;
                self.end(&held, JobState::Dead, Some(error))
            }
            JobEnd::Retry { after, error } => {
                self.keep_failure(lease, error)?;
                let sql = "UPDATE jobs SET state = 'retrying', due_at = ?2, lane = ?3, error = ?4,
                               queued = NULL WHERE id = ?1";
                let (due_at, lane) = (self.after(*after), self.lane_of_strict(&held)?);
                self.run(sql, params![held.id, due_at, lane, error])?;
                self.wait(&held, JobState::Retrying, lane)
            }
            JobEnd::PutOff { after } => {
                let sql = "UPDATE jobs SET state = 'scheduled', due_at = ?2, lane = ?3,
                               attempts = attempts - 1, queued = NULL WHERE id = ?1";
                let (due_at, lane) = (self.after(*after), self.lane_of_strict(&held)?);
                self.run(sql, params![held.id, due_at, lane])?;
                self.wait(&held, JobState::Scheduled, lane)
            }
            JobEnd::Released => {
                // Back among those that wait: one that comes before it may have been made meanwhile.
                let queued = if held.lane.is_some() { BLOCKED } else { READY };
                let sql =
                    "UPDATE jobs SET state = 'waiting', attempts = attempts - 1, due_at = NULL,
                               queued = ?2, lane = NULL WHERE id = ?1";
                self.run(sql, params![held.id, queued])?;
                self.count(held.subscription, JobState::Running, JobState::Waiting);
                self.leave(&held)
            }
            _ => Err(crate::failure::unsupported("this end of a job is not known").into()),
        }
    }

    /// Why a lease is not held: its job is gone, or somebody else's.
    fn not_held(&self, job: JobId) -> Result<InboxError> {
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM jobs WHERE id = ?1")?;
        let is_there = statement.exists([job])?;
        Ok(if is_there { InboxError::StaleLease { job } } else { InboxError::JobGone { job } })
    }

    fn end(&mut self, held: &Held, state: JobState, error: Option<&str>) -> Result<()> {
        self.run(END, params![held.id, state.as_str(), self.now, error])?;
        self.count(held.subscription, JobState::Running, state);
        self.leave(held)
    }

    /// In strict order a job keeps its lane while it waits.
    fn lane_of_strict(&mut self, held: &Held) -> Result<Option<i64>> {
        let subscriptions = self.subscriptions()?;
        let order = subscriptions.iter().find(|s| s.id == held.subscription);
        let is_strict = order.is_some_and(|s| s.subscription().order == Order::Strict);
        Ok(held.lane.filter(|_| is_strict))
    }

    /// A job waits for a time, with the lane or without it.
    fn wait(&mut self, held: &Held, state: JobState, lane: Option<i64>) -> Result<()> {
        self.count(held.subscription, JobState::Running, state);
        if lane.is_some() { self.wake_jobs(held.subscription) } else { self.leave(held) }
    }

    /// Lets the next one have the lane.
    fn leave(&mut self, held: &Held) -> Result<()> {
        if held.lane.is_some() {
            self.promote(held.subscription, held.subject)?;
        }
        self.wake_jobs(held.subscription)
    }

    pub(crate) fn revive(&mut self, jobs: &[JobId]) -> Result<u64> {
        let mut revived = 0;
        for id in jobs {
            if self.is_parked(*id)? {
                continue;
            }
            revived += u64::from(self.restart(*id, JobState::Dead)?);
        }
        Ok(revived)
    }

    /// Whether nobody works for the subscription of a job.
    fn is_parked(&self, id: JobId) -> Result<bool> {
        let sql = "SELECT 1 FROM subscriptions WHERE parked = 1
                       AND id = (SELECT subscription FROM jobs WHERE id = ?1)";
        Ok(self.connection.prepare_cached(sql)?.exists([id])?)
    }

    /// Lets those dead letters of a message run again that died before it was signed anew.
    pub(crate) fn revive_of(&mut self, seq: Seq, signed_at: Micros) -> Result<u32> {
        let sql = "SELECT id FROM jobs WHERE message = ?1 AND state = 'dead' AND ended_at < ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let dead = statement.query_map([seq, signed_at], |row| row.get(0))?;
        let dead: Vec<_> = dead.collect::<Result<_, _>>()?;
        drop(statement);
        Ok(u32::try_from(self.revive(&dead)?).unwrap_or(u32::MAX))
    }

    pub(crate) fn discard(&mut self, jobs: &[JobId]) -> Result<u64> {
        let mut discarded = 0;
        for id in jobs {
            let sql =
                "UPDATE jobs SET state = 'done', ended_at = ?2 WHERE id = ?1 AND state = 'dead'
                       RETURNING subscription";
            let mut statement = self.connection.prepare_cached(sql)?;
            let found = statement.query_row(params![id, self.now], |row| row.get(0)).optional()?;
            drop(statement);
            if let Some(subscription) = found {
                self.count(subscription, JobState::Dead, JobState::Done);
                self.wake_jobs(subscription)?;
                discarded += 1;
            }
        }
        Ok(discarded)
    }

    /// Lets a job that has ended run again, from the first attempt, if it is in this state. Returns
    /// whether it was.
    pub(crate) fn restart(&mut self, id: JobId, from: JobState) -> Result<bool> {
        let sql = "SELECT subscription, subject, place FROM jobs WHERE id = ?1 AND state = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row(params![id, from.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        });
        let Some((subscription, subject, place)) = found.optional()? else { return Ok(false) };
        drop(statement);
        let (queued, lane) = self.enter(subscription, subject, (place, id))?;
        let sql = "UPDATE jobs SET state = 'waiting', attempts = 0, due_at = NULL, ended_at = NULL,
                       queued = ?2, lane = ?3 WHERE id = ?1";
        self.run(sql, params![id, queued, lane])?;
        self.count(subscription, from, JobState::Waiting);
        self.wake_jobs(subscription)?;
        Ok(true)
    }
}
