//! Erasing: a subject, what was said of it, and what there was to do about it.

use std::sync::Arc;

use recallai_webhook_inbox::{Class, Erase, Erased, JobState, Seq, plan};
use recallai_webhook_recording::{State, Subject};
use rusqlite::{OptionalExtension, params};

use crate::counters::{FORGOTTEN, LOG_HAS_ERASED, STORE};
use crate::failure::{Failure, Result};
use crate::rows;
use crate::states::{Key, Known};
use crate::work::Work;

/// Jobs within the order of a subject. Those without a mark are about messages that are about it.
pub(crate) const JOBS_OF_SUBJECT: &str =
    "SELECT id, state FROM jobs WHERE subject = ?1 AND mark IS NOT NULL
     UNION ALL SELECT id, state FROM jobs WHERE subject = ?1 AND mark IS NULL
        AND message IN (SELECT seq FROM messages WHERE subject = ?1)";

impl Work<'_> {
    pub(crate) fn erase(&mut self, erase: &Erase) -> Result<Erased> {
        let Erase { scope, subject, dry_run, .. } = erase;
        let dry_run = *dry_run;
        let mut subjects = plan::erased_with(subject, None);
        self.look(scope, subject, |state| subjects = plan::erased_with(subject, Some(state)))?;
        // States that are counted and overwritten have to be in the file.
        self.save()?;
        let mut erased = Erased::default();
        for subject in subjects {
            self.erase_one(scope, subject, dry_run, &mut erased)?;
        }
        if !dry_run {
            self.memory.has_erased = true;
            let sql = "INSERT INTO counters (subscription, name, value) VALUES (?1, ?2, 1)
                       ON CONFLICT DO UPDATE SET value = 1";
            self.run(sql, params![STORE, LOG_HAS_ERASED])?;
        }
        Ok(erased)
    }

    fn erase_one(
        &mut self,
        scope: &Arc<str>,
        subject: Subject,
        dry_run: bool,
        erased: &mut Erased,
    ) -> Result<()> {
        let key = (Arc::clone(scope), subject);
        let mut known = match self.memory.states.take(self.connection, &key)? {
            Some(known) => known,
            None if dry_run => {
                erased.subjects += 1;
                return Ok(());
            }
            // What was never heard of may be heard of later.
            None => self.make_subject(&key)?,
        };
        if known.is_erased {
            self.memory.states.put(key, known, false);
            return Ok(());
        }
        let mut statement =
            self.connection.prepare_cached("SELECT seq FROM messages WHERE subject = ?1")?;
        let messages: Vec<Seq> =
            statement.query_map([known.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        drop(statement);
        let mut statement = self.connection.prepare_cached(JOBS_OF_SUBJECT)?;
        let jobs = statement.query_and_then([known.id], |row| {
            Ok((row.get(0)?, rows::word::<JobState>(row.get_ref(1)?)?))
        })?;
        let jobs: Vec<(i64, JobState)> = jobs.collect::<Result<_>>()?;
        drop(statement);
        erased.messages += messages.len() as u64;
        erased.jobs += jobs.iter().filter(|(_, state)| !state.is_ended()).count() as u64;
        erased.subjects += 1;
        if dry_run {
            self.memory.states.put(key, known, false);
            return Ok(());
        }

        for seq in messages {
            self.forget(seq)?;
        }
        for (id, _) in jobs {
            self.remove(id)?;
        }
        let sql = "UPDATE subjects SET erased_at = ?2 WHERE id = ?1";
        self.run(sql, params![known.id, self.now])?;
        known.state = known.state.tombstone();
        known.is_erased = true;
        self.memory.woken.subject(scope, key.1.clone());
        self.memory.states.put(key, known, true);
        Ok(())
    }

    /// A row for a subject that nothing was heard of.
    fn make_subject(&mut self, key: &Key) -> Result<Known> {
        self.memory.deltas.add(STORE, key.1.kind.as_str(), 1);
        let state = State::new(key.1.clone());
        let known = self.memory.states.make(self.connection, state, self.now)?;
        self.memory.states.put(key.clone(), known, true);
        self.memory.states.save(self.connection)?;
        let made = self.memory.states.take(self.connection, key)?;
        made.ok_or_else(|| Failure::Damaged("a subject that was just made is gone".to_owned()))
    }

    /// Reduces a message to its id.
    pub(crate) fn forget(&mut self, seq: Seq) -> Result<()> {
        let mut statement =
            self.connection.prepare_cached("SELECT id FROM jobs WHERE message = ?1")?;
        let jobs: Vec<i64> =
            statement.query_map([seq], |row| row.get(0))?.collect::<Result<_, _>>()?;
        drop(statement);
        for id in jobs {
            self.remove(id)?;
        }
        let sql = "UPDATE messages SET forgotten_at = ?2, subject = NULL, event_name = NULL,
                       header_family = NULL, sent_at = NULL, signature = NULL, key_label = NULL,
                       error = NULL, body = NULL
                   WHERE seq = ?1 AND forgotten_at IS NULL RETURNING class";
        let mut statement = self.connection.prepare_cached(sql)?;
        let class = statement
            .query_and_then(params![seq, self.now], |row| rows::word::<Class>(row.get_ref(0)?))?;
        let class = class.collect::<Result<Vec<_>>>()?;
        drop(statement);
        for class in class {
            self.memory.deltas.add(STORE, class.as_str(), -1);
            self.memory.deltas.add(STORE, FORGOTTEN, 1);
        }
        Ok(())
    }

    /// Removes a job. Its mark stays, and the next of its lane comes forward.
    fn remove(&mut self, id: i64) -> Result<()> {
        let sql = "DELETE FROM jobs WHERE id = ?1 RETURNING subscription, subject, lane, state";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row([id], |row| {
            let state = rows::word::<JobState>(row.get_ref(3)?);
            Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<i64>>(2)?, state))
        });
        let Some((subscription, subject, lane, state)) = found.optional()? else { return Ok(()) };
        drop(statement);
        self.drop_failures(id)?;
        self.memory.deltas.add(subscription, state?.as_str(), -1);
        if lane.is_some() {
            self.promote(subscription, subject)?;
        }
        self.wake_jobs(subscription)
    }
}
