//! Reading again: what a newer catalogue understands is brought into rows, state and jobs.

use recallai_webhook_inbox::plan::{self, NewJob, Reread};
use recallai_webhook_inbox::{Progress, Reading, StoredMessage};
use rusqlite::params;

use crate::counters::STORE;
use crate::failure::Result;
use crate::making::{self, Cause};
use crate::rows;
use crate::work::{SubscriptionRow, Work};

impl Work<'_> {
    /// Brings readings of stored messages in, where they say anything new.
    pub(crate) fn read_again(
        &mut self,
        messages: &[(StoredMessage, Reading)],
        dry_run: bool,
    ) -> Result<Progress> {
        let mut progress = Progress::default();
        for (message, reading) in messages {
            if let Some(jobs) = self.read_one_again(message, reading, dry_run)? {
                progress.changed += 1;
                progress.jobs += jobs;
            }
        }
        Ok(progress)
    }

    /// Returns how many jobs were made, or `None` if nothing was new.
    fn read_one_again(
        &mut self,
        message: &StoredMessage,
        reading: &Reading,
        dry_run: bool,
    ) -> Result<Option<u64>> {
        let Some(message) = &self.as_it_is(message)? else { return Ok(None) };
        let (subscriptions, scope) = (self.subscriptions()?, &message.scope);
        let mut taken = self.take(scope, reading.facts())?;
        let before = taken.touched.clone();
        let standings = subscriptions.iter().map(|row| &row.standing);
        let jobs = match plan::reparse(message, reading, &mut taken.touched, standings) {
            Reread::New(jobs) => self.not_made(jobs, message, &subscriptions)?,
            other => {
                self.put_back(taken.with(before));
                let is_erased = other == Reread::Erased;
                if is_erased && !dry_run {
                    self.forget(message.seq)?;
                }
                return Ok(is_erased.then_some(0));
            }
        };
        if dry_run {
            self.put_back(taken.with(before));
            return Ok(Some(jobs.len() as u64));
        }

        let (endpoint, id, place) = (&message.endpoint, &message.id, self.last_seq()?);
        let cause = Cause { scope, endpoint, id, seq: message.seq, place };
        let made = self.bring_in(scope, taken, &jobs, cause)?;
        self.set_reading(message, reading)?;
        self.memory.woken.messages();
        Ok(Some(made))
    }

    /// The message, which somebody else may have read again or forgotten since.
    fn as_it_is(&self, message: &StoredMessage) -> Result<Option<StoredMessage>> {
        let sql = "SELECT class, event_name, error FROM messages
                   WHERE seq = ?1 AND forgotten_at IS NULL";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([message.seq])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let mut message = message.clone();
        message.class = rows::word(row.get_ref(0)?)?;
        message.event_name = row.get(1)?;
        message.error = row.get(2)?;
        Ok(Some(message))
    }

    fn not_made<'s>(
        &self,
        jobs: Vec<NewJob<'s>>,
        message: &StoredMessage,
        subscriptions: &[SubscriptionRow],
    ) -> Result<Vec<NewJob<'s>>> {
        let mut left = Vec::with_capacity(jobs.len());
        for job in jobs {
            let name = &job.subscription.name;
            let row = subscriptions.iter().find(|row| row.subscription().name == *name);
            let Some(row) = row else { continue };
            if !making::was_made(self.connection, row.id, &job, message)? {
                left.push(job);
            }
        }
        Ok(left)
    }

    fn set_reading(&mut self, message: &StoredMessage, reading: &Reading) -> Result<()> {
        let primary = reading.facts().primary();
        let primary = primary.map(|subject| self.known(&message.scope, subject)).transpose()?;
        let (class, subject) = (reading.class().as_str(), primary.map(|(id, _)| id));
        let sql = "UPDATE messages SET class = ?2, event_name = ?3, error = ?4, subject = ?5
                   WHERE seq = ?1";
        let name = reading.event_name();
        self.run(sql, params![message.seq, class, name, reading.error(), subject])?;
        self.memory.deltas.add(STORE, message.class.as_str(), -1);
        self.memory.deltas.add(STORE, class, 1);
        Ok(())
    }
}
