//! Filling and replaying: jobs for messages that were stored before.

use std::sync::Arc;

use recallai_webhook_inbox::{JobState, Progress, Reading, Replay, Seq, StoredMessage, plan};
use rusqlite::{Connection, params};

use crate::failure::{Failure, Result};
use crate::making::Cause;
use crate::rows;
use crate::work::{SubscriptionRow, Work};

/// Stored messages with their bodies, from here on. A forgotten one has none.
pub(crate) const PAGE: &str = concat!(
    "SELECT ",
    rows::message_columns!(),
    ", m.body, m.forgotten_at IS NOT NULL FROM messages m WHERE m.seq > ?1 ORDER BY m.seq LIMIT ?2"
);

/// One stored message with its body.
const ONE: &str = concat!(
    "SELECT ",
    rows::message_columns!(),
    ", m.body FROM messages m WHERE m.seq = ?1 AND m.forgotten_at IS NULL"
);

/// The last message; 0 if there is none.
pub(crate) fn last_seq(connection: &Connection) -> Result<Seq> {
    let sql = "SELECT coalesce(max(seq), 0) FROM messages";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Stored messages behind this one, and whether they are forgotten.
pub(crate) fn page(
    connection: &Connection,
    after: Seq,
    limit: usize,
) -> Result<Vec<(StoredMessage, bool)>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(PAGE)?;
    let found = statement.query_and_then([after, limit], |row| {
        Ok::<_, Failure>((rows::message(row, 0)?, row.get(16)?))
    })?;
    let found: Vec<_> = found.collect::<Result<_>>()?;
    Ok(found.into_iter().filter_map(|(message, is)| Some((message?, is))).collect())
}

impl Work<'_> {
    /// Makes jobs for what a subscription is behind.
    pub(crate) fn fill(&mut self, name: &str, limit: usize) -> Result<Progress> {
        let subscribed = self.subscription(name)?;
        let Some(position) = subscribed.standing.fills_from() else {
            return Ok(Progress::default());
        };
        // States that are read from the file have to be there.
        self.save()?;
        let (places, made) = if subscribed.standing.is_about_messages() {
            self.fill_messages(&subscribed, position, limit)?
        } else {
            self.fill_need(&subscribed, position, limit)?
        };
        let next = places.last().copied().filter(|_| places.len() == limit);
        self.move_to(subscribed.id, next)?;
        let begins = next.map(|last| last + 1);
        Ok(Progress::of(places.len() as u64).with_jobs(made).with_next(begins))
    }

    fn fill_messages(
        &mut self,
        subscribed: &SubscriptionRow,
        position: Seq,
        limit: usize,
    ) -> Result<(Vec<Seq>, u64)> {
        let (mut places, mut made) = (Vec::new(), 0);
        for (message, is_forgotten) in page(self.connection, position, limit)? {
            places.push(message.seq);
            if !is_forgotten {
                made += u64::from(self.make_again(&message, &message.reading(), subscribed)?);
            }
        }
        Ok((places, made))
    }

    fn fill_need(
        &mut self,
        subscribed: &SubscriptionRow,
        position: i64,
        limit: usize,
    ) -> Result<(Vec<i64>, u64)> {
        let sql = "SELECT id, scope, kind, subject_id, erased_at IS NULL FROM subjects
                   WHERE id > ?1 ORDER BY id LIMIT ?2";
        let bound = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_and_then([position, bound], |row| {
            let scope: Arc<str> = row.get(1)?;
            Ok::<_, Failure>((row.get(0)?, scope, rows::subject(row, 2)?, row.get(4)?))
        })?;
        let found: Vec<(i64, _, _, bool)> = found.collect::<Result<_>>()?;
        drop(statement);
        let (mut places, mut made, seq) = (Vec::new(), 0, self.last_seq()?);
        for (id, scope, subject, is_live) in found {
            places.push(id);
            let Some(subject) = subject.filter(|_| is_live) else { continue };
            let mut jobs = Vec::new();
            self.look(&scope, &subject, |state| {
                jobs = plan::for_state(state, subscribed.subscription());
            })?;
            let cause = Cause { scope: &scope, endpoint: "", id: "", seq, place: seq };
            for job in &jobs {
                let draft = self.draft(job, subscribed, Some(id), cause);
                made += u64::from(self.make(draft, seq)?);
            }
        }
        Ok((places, made))
    }

    /// Makes the job of a stored message for a subscription, unless it was made before.
    pub(crate) fn make_again(
        &mut self,
        message: &StoredMessage,
        reading: &Reading,
        subscribed: &SubscriptionRow,
    ) -> Result<bool> {
        let Some(job) = plan::for_message(reading, subscribed.subscription()) else {
            return Ok(false);
        };
        if self.job_of(message.seq, subscribed.id)?.is_some() {
            return Ok(false);
        }
        let subject = match &job.subject {
            Some(subject) => self.heard_of(&message.scope, subject)?.map(|(id, _)| id),
            None => None,
        };
        let (scope, endpoint, id) = (&message.scope, &message.endpoint, &message.id);
        let cause = Cause { scope, endpoint, id, seq: message.seq, place: message.seq };
        let draft = self.draft(&job, subscribed, subject, cause);
        self.make(draft, message.seq)
    }

    /// The job of a message for a subscription, and its state.
    fn job_of(&self, seq: Seq, subscription: i64) -> Result<Option<(i64, JobState)>> {
        let sql = "SELECT id, state FROM jobs WHERE message = ?1 AND subscription = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut found = statement.query_and_then([seq, subscription], |row| {
            Ok::<_, Failure>((row.get(0)?, rows::word(row.get_ref(1)?)?))
        })?;
        found.next().transpose()
    }

    pub(crate) fn replay(&mut self, replay: &Replay) -> Result<u64> {
        for name in replay.subscriptions.iter().flatten() {
            self.subscription(name)?;
        }
        let all = self.subscriptions()?;
        let is_wanted = |s: &&SubscriptionRow| replay.is_for(&s.subscription().name);
        let mut waiting = 0;
        for seq in &replay.messages {
            let mut statement = self.connection.prepare_cached(ONE)?;
            let found = statement.query_and_then([seq], |row| rows::message(row, 0))?.next();
            let Some(message) = found.transpose()?.flatten() else { continue };
            drop(statement);
            let reading = message.reading();
            for subscribed in all.iter().filter(is_wanted) {
                if plan::for_message(&reading, subscribed.subscription()).is_none() {
                    continue;
                }
                let Some((id, state)) = self.job_of(*seq, subscribed.id)? else {
                    waiting += u64::from(self.make_again(&message, &reading, subscribed)?);
                    continue;
                };
                let runs_again = state.is_ended() && self.restart(id, state)?;
                if runs_again && replay.new_key {
                    let sql = "UPDATE jobs SET replays = replays + 1 WHERE id = ?1";
                    self.run(sql, params![id])?;
                }
                waiting += u64::from(runs_again);
            }
        }
        Ok(waiting)
    }
}
