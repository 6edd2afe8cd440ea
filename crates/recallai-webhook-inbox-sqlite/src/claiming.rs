//! Claiming: what is due comes forward, then the first of what is ready is given out.

use std::sync::Arc;

use recallai_webhook_inbox::{
    Claim, Claimed, Interest, Job, JobState, Lease, StoredMessage, Task, Turn, plan,
};
use recallai_webhook_recording::{Readiness, Subject};
use rusqlite::{Row, params};

use crate::failure::{Failure, Result};
use crate::rows;
use crate::time::{Micros, time};
use crate::work::{SubscriptionRow, Work};

/// How many jobs that are due one claim brings forward at most. If more are due, the claim says so by
/// what it says is due next.
const DUE: usize = 1000;

/// The first that are ready, with all that a worker is told.
pub(crate) const READY_JOBS: &str = concat!(
    "SELECT j.id, j.attempts, j.token, j.turn, j.key, j.replays, j.created_at, j.state,
        s.scope, s.kind, s.subject_id, ",
    rows::message_columns!(),
    ", m.body
     FROM jobs j LEFT JOIN subjects s ON s.id = j.subject LEFT JOIN messages m ON m.seq = j.message
     WHERE j.subscription = ?1 AND j.queued = 1 ORDER BY j.place, j.id LIMIT ?2"
);

pub(crate) const DUE_JOBS: &str = "SELECT id, state, subject, place, lane, turn FROM jobs
    WHERE subscription = ?1 AND due_at <= ?2 AND due_at IS NOT NULL ORDER BY due_at LIMIT ?3";

pub(crate) const NEXT_DUE: &str = "SELECT min(due_at) FROM jobs
    WHERE subscription = ?1 AND due_at IS NOT NULL";

pub(crate) const TAKE: &str = "UPDATE jobs SET state = 'running', attempts = attempts + 1,
    token = token + 1, queued = NULL, due_at = ?2 WHERE id = ?1";

/// A need that has turned meanwhile. In strict order it may have kept its lane since it was put off.
const DROP: &str = "UPDATE jobs SET state = 'done', ended_at = ?2, due_at = NULL,
    queued = NULL, lane = NULL WHERE id = ?1";

/// A job whose time has come.
struct Due {
    id: i64,
    state: JobState,
    subject: Option<i64>,
    place: i64,
    lane: Option<i64>,
    turn: Option<Turn>,
}

/// A job that is ready.
struct Found {
    id: i64,
    attempts: u32,
    token: u64,
    state: JobState,
    key: Box<str>,
    created_at: Micros,
    scope: Option<Arc<str>>,
    subject: Option<Subject>,
    turn: Option<Turn>,
    message: Option<StoredMessage>,
}

impl Work<'_> {
    pub(crate) fn claim(&mut self, claim: &Claim) -> Result<Claimed> {
        let subscribed = self.subscription(&claim.subscription)?;
        if subscribed.standing.parked {
            return Ok(Claimed::default());
        }
        self.bring_forward(&subscribed)?;

        let limit = i64::try_from(claim.limit).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(READY_JOBS)?;
        let found = statement.query_and_then(params![subscribed.id, limit], found)?;
        let found: Vec<_> = found.collect::<Result<_>>()?;
        drop(statement);

        let until = self.after(claim.lease);
        let mut jobs = Vec::with_capacity(found.len());
        for found in found {
            self.run(TAKE, params![found.id, until])?;
            if found.state != JobState::Running {
                self.count(subscribed.id, found.state, JobState::Running);
            }
            jobs.extend(self.job(found, &subscribed)?);
        }
        let mut statement = self.connection.prepare_cached(NEXT_DUE)?;
        let due: Option<Micros> = statement.query_row([subscribed.id], |row| row.get(0))?;
        let next_due = due.map(|due| time(due).duration_since(time(self.now)).unwrap_or_default());
        Ok(Claimed::new(jobs, next_due))
    }

    /// Retries, needs and what was put off whose time has come, and leases whose time is up.
    fn bring_forward(&mut self, subscribed: &SubscriptionRow) -> Result<()> {
        let mut statement = self.connection.prepare_cached(DUE_JOBS)?;
        let due =
            statement.query_and_then(params![subscribed.id, self.now, DUE as i64], |row| {
                let state = rows::word(row.get_ref(1)?)?;
                let (id, subject, place, lane) =
                    (row.get(0)?, row.get(2)?, row.get(3)?, row.get(4)?);
                let turn = rows::turn(row.get_ref(5)?)?;
                Ok::<_, Failure>(Due { id, state, subject, place, lane, turn })
            })?;
        let due: Vec<_> = due.collect::<Result<_>>()?;
        drop(statement);
        for due in due {
            match due.state {
                JobState::Scheduled if self.has_turned(&due, subscribed)? => {
                    self.run(DROP, params![due.id, self.now])?;
                    self.count(subscribed.id, JobState::Scheduled, JobState::Done);
                    if due.lane.is_some() {
                        self.promote(subscribed.id, due.subject)?;
                    }
                    continue;
                }
                JobState::Scheduled => {
                    self.run("UPDATE jobs SET state = 'waiting' WHERE id = ?1", [due.id])?;
                    self.count(subscribed.id, JobState::Scheduled, JobState::Waiting);
                }
                _ => {}
            }
            // Whoever holds the lane already keeps it: an attempt whose lease is up, a strict retry.
            let (queued, lane) = match due.lane {
                Some(lane) => (crate::making::READY, Some(lane)),
                None => self.enter(subscribed.id, due.subject, (due.place, due.id))?,
            };
            let sql = "UPDATE jobs SET queued = ?2, lane = ?3, due_at = NULL WHERE id = ?1";
            self.run(sql, params![due.id, queued, lane])?;
        }
        Ok(())
    }

    pub(crate) fn count(&mut self, subscription: i64, from: JobState, to: JobState) {
        self.memory.deltas.add(subscription, from.as_str(), -1);
        self.memory.deltas.add(subscription, to.as_str(), 1);
    }

    /// Whether a need that is to be given up is not pending any more. What was put off comes back as it is.
    fn has_turned(&mut self, due: &Due, subscribed: &SubscriptionRow) -> Result<bool> {
        Ok(due.turn == Some(Turn::TimedOut) && !self.is_pending(due, subscribed)?)
    }

    fn is_pending(&mut self, due: &Due, subscribed: &SubscriptionRow) -> Result<bool> {
        let sql = "SELECT scope, kind, subject_id FROM subjects WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let (scope, subject) = statement
            .query_and_then([due.subject], |row| {
                let scope: Arc<str> = row.get(0)?;
                Ok::<_, Failure>((scope, rows::subject(row, 1)?))
            })?
            .next()
            .transpose()?
            .unwrap_or_default();
        drop(statement);
        let Some(subject) = subject else { return Ok(false) };
        let mut is_pending = false;
        self.look(&scope, &subject, |state| {
            is_pending = plan::is_pending(state, subscribed.subscription());
        })?;
        Ok(is_pending)
    }

    /// Looks at the state of a subject.
    pub(crate) fn look(
        &mut self,
        scope: &Arc<str>,
        subject: &Subject,
        mut look: impl FnMut(&recallai_webhook_recording::State),
    ) -> Result<()> {
        let key = (Arc::clone(scope), subject.clone());
        if let Some(known) = self.memory.states.take(self.connection, &key)? {
            look(&known.state);
            self.memory.states.put(key, known, false);
        }
        Ok(())
    }

    fn job(&mut self, found: Found, subscribed: &SubscriptionRow) -> Result<Option<Job>> {
        let scope = match (&found.scope, &found.message) {
            (Some(scope), _) => Arc::clone(scope),
            (None, Some(message)) => Arc::clone(&message.scope),
            (None, None) => "".into(),
        };
        let task = match (found.message, found.turn, &found.subject) {
            (Some(message), ..) => Task::Message(message),
            (None, Some(turn), Some(subject)) => {
                let mut readiness = Readiness::Pending(Vec::new());
                if let Interest::Need { need, .. } = &subscribed.subscription().interest {
                    self.look(&scope, subject, |state| readiness = state.readiness(need))?;
                }
                Task::Turn { turn, readiness }
            }
            _ => return Ok(None),
        };
        let lease = Lease::new(found.id, found.token + 1);
        let name = Arc::clone(&subscribed.subscription().name);
        let mut job = Job::new(lease, name, scope, task, time(found.created_at));
        job.subject = found.subject;
        job.attempt = found.attempts + 1;
        job.idempotency_key = found.key;
        Ok(Some(job))
    }
}

fn found(row: &Row<'_>) -> Result<Found> {
    let key = row.get_ref(4)?.as_str().map_err(Failure::damaged)?;
    Ok(Found {
        id: row.get(0)?,
        attempts: row.get(1)?,
        token: row.get(2)?,
        turn: rows::turn(row.get_ref(3)?)?,
        key: plan::replayed_key(key, row.get(5)?).into(),
        created_at: row.get(6)?,
        state: rows::word(row.get_ref(7)?)?,
        scope: row.get(8)?,
        subject: rows::subject(row, 9)?,
        message: rows::message(row, 11)?,
    })
}
