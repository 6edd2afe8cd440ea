//! Receiving: a message with the state and the jobs that it makes.

use std::sync::Arc;

use recallai_webhook_inbox::plan::{self, NewJob, Touched};
use recallai_webhook_inbox::{Appended, NewMessage, Seq, Signed};
use recallai_webhook_recording::{Facts, State, Subject};
use rusqlite::{OptionalExtension, params};

use crate::counters::{CONFLICTS, FORGOTTEN, REPEATS, STORE};
use crate::failure::Result;
use crate::making::Cause;
use crate::states::{Key, Known};
use crate::time::micros;
use crate::work::Work;

/// States that were taken out, in the order of the facts.
pub(crate) struct Taken {
    /// `None` for what was never heard of.
    known: Vec<(Key, Option<Known>)>,
    pub(crate) touched: Vec<Touched>,
    /// Whether some were left where they are because they were erased.
    has_erased: bool,
}

impl Taken {
    /// Undoes what was done to the states.
    pub(crate) fn with(self, touched: Vec<Touched>) -> Self {
        Self { touched, ..self }
    }
}

impl Work<'_> {
    pub(crate) fn append(&mut self, message: &NewMessage) -> Result<Appended> {
        let sql = "SELECT seq, forgotten_at IS NOT NULL FROM messages
                   WHERE endpoint = ?1 AND message_id = ?2";
        let known = self
            .connection
            .prepare_cached(sql)?
            .query_row(params![message.endpoint, message.id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((seq, is_forgotten)) = known {
            return self.repeat(seq, is_forgotten, message);
        }

        let (scope, facts) = (&message.scope, message.reading.facts());
        let (subscriptions, mut taken) = (self.subscriptions()?, self.take(scope, facts)?);
        if taken.has_erased {
            self.put_back(taken);
            self.insert_forgotten(message)?;
            return Ok(Appended::Forgotten);
        }
        // The first is the primary one.
        let primary = match taken.known.first() {
            Some((_, Some(known))) => Some(known.id),
            Some((_, None)) => Some(self.memory.states.next_id(self.connection)?),
            None => None,
        };
        let seq = self.insert(message, primary)?;
        let standings = subscriptions.iter().map(|row| &row.standing);
        let jobs = plan::append(&message.reading, &mut taken.touched, standings);
        let cause = Cause { scope, endpoint: &message.endpoint, id: &message.id, seq, place: seq };
        self.bring_in(scope, taken, &jobs, cause)?;
        self.memory.woken.messages();
        Ok(Appended::New { seq })
    }

    /// The id that a subject has or is going to have, and whether it was erased.
    pub(crate) fn known(&mut self, scope: &Arc<str>, subject: &Subject) -> Result<(i64, bool)> {
        match self.heard_of(scope, subject)? {
            Some(known) => Ok(known),
            None => Ok((self.memory.states.next_id(self.connection)?, false)),
        }
    }

    /// The id of a subject, and whether it was erased; `None` if it was never heard of.
    pub(crate) fn heard_of(
        &mut self,
        scope: &Arc<str>,
        subject: &Subject,
    ) -> Result<Option<(i64, bool)>> {
        let key = (Arc::clone(scope), subject.clone());
        let Some(known) = self.memory.states.take(self.connection, &key)? else { return Ok(None) };
        let found = (known.id, known.is_erased);
        self.memory.states.put(key, known, false);
        Ok(Some(found))
    }

    fn insert(&mut self, message: &NewMessage, subject: Option<i64>) -> Result<Seq> {
        let received_at = micros(message.received_at);
        // A time past the end of all times was not signed by anybody.
        let signed = message.signed.as_ref().filter(|signed| sent_at(signed).is_some());
        let class = message.reading.class().as_str();
        let sql = "INSERT INTO messages (endpoint, message_id, scope, class, event_name, subject,
                       received_at, last_received_at, deliveries, conflicts, header_family, sent_at,
                       signature, key_label, error, body)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, 0, ?8, ?9, ?10, ?11, ?12, ?13)";
        let seq = self.connection.prepare_cached(sql)?.insert(params![
            message.endpoint,
            message.id,
            message.scope,
            class,
            message.reading.event_name(),
            subject,
            received_at,
            signed.map(|signed| signed.family.as_str()),
            signed.and_then(sent_at),
            signed.map(|signed| &signed.signature),
            signed.map(|signed| &signed.key_label),
            message.reading.error(),
            &message.body[..]
        ])?;
        self.memory.deltas.add(STORE, class, 1);
        Ok(seq)
    }

    /// Only the id.
    fn insert_forgotten(&mut self, message: &NewMessage) -> Result<()> {
        let received_at = micros(message.received_at);
        let class = message.reading.class().as_str();
        let sql = "INSERT INTO messages (endpoint, message_id, scope, class, received_at,
                       last_received_at, deliveries, conflicts, forgotten_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?5, 1, 0, ?6)";
        let (endpoint, id, scope) = (&message.endpoint, &message.id, &message.scope);
        self.run(sql, params![endpoint, id, scope, class, received_at, self.now])?;
        self.memory.deltas.add(STORE, FORGOTTEN, 1);
        Ok(())
    }

    /// Takes the states of subjects out, to be changed, but for those that were erased. Each has to go
    /// back: [`bring_in`](Self::bring_in), [`put_back`](Self::put_back).
    pub(crate) fn take(&mut self, scope: &Arc<str>, facts: &Facts) -> Result<Taken> {
        let (mut known, mut touched, mut has_erased) = (Vec::new(), Vec::new(), false);
        for subject in facts.subjects() {
            let key = (Arc::clone(scope), subject.clone());
            match self.memory.states.take(self.connection, &key)? {
                Some(erased) if erased.is_erased => {
                    has_erased = true;
                    self.memory.states.put(key, erased, false);
                }
                Some(mut found) => {
                    let state = std::mem::replace(&mut found.state, State::new(subject.clone()));
                    touched.push(Touched::new(subject, Some(state)));
                    known.push((key, Some(found)));
                }
                None => {
                    touched.push(Touched::new(subject, None));
                    known.push((key, None));
                }
            }
        }
        Ok(Taken { known, touched, has_erased })
    }

    /// Puts states back as they were.
    pub(crate) fn put_back(&mut self, taken: Taken) {
        for ((key, known), touched) in taken.known.into_iter().zip(taken.touched) {
            if let Some(mut known) = known {
                known.state = touched.state;
                self.memory.states.put(key, known, false);
            }
        }
    }

    /// Keeps the states that a message has changed, and makes its jobs. Returns how many.
    pub(crate) fn bring_in(
        &mut self,
        scope: &Arc<str>,
        taken: Taken,
        jobs: &[NewJob<'_>],
        cause: Cause<'_>,
    ) -> Result<u64> {
        let subscriptions = self.subscriptions()?;
        let ids = self.keep(taken)?;
        let mut made = 0;
        for job in jobs {
            let subscribed =
                subscriptions.iter().find(|s| s.subscription().name == job.subscription.name);
            let Some(subscribed) = subscribed else { continue };
            let id_of = |subject: &Subject| Some(ids.iter().find(|(s, _)| s == subject)?.1);
            let subject = match &job.subject {
                Some(subject) => match id_of(subject) {
                    Some(id) => Some(id),
                    None => Some(self.known(scope, subject)?.0),
                },
                None => None,
            };
            let draft = self.draft(job, subscribed, subject, cause);
            // A job about a message stands where the message does, however late it is made.
            let place = draft.message.unwrap_or(cause.place);
            made += u64::from(self.make(draft, place)?);
        }
        Ok(made)
    }

    /// Puts the states back. Returns the ids of the subjects.
    fn keep(&mut self, taken: Taken) -> Result<Vec<(Subject, i64)>> {
        let Taken { known, touched, .. } = taken;
        let mut ids = Vec::with_capacity(known.len());
        for ((key, known), touched) in known.into_iter().zip(touched) {
            let Touched { state, changed, .. } = touched;
            self.memory.woken.subject(&key.0, key.1.clone());
            for linked in state.links() {
                self.memory.woken.subject(&key.0, linked.clone());
            }
            let known = match known {
                Some(mut known) => {
                    known.state = state;
                    known
                }
                None => {
                    self.memory.deltas.add(STORE, key.1.kind.as_str(), 1);
                    self.memory.states.make(self.connection, state, self.now)?
                }
            };
            ids.push((key.1.clone(), known.id));
            self.memory.states.put(key, known, changed);
        }
        Ok(ids)
    }

    /// Another delivery of a message.
    fn repeat(&mut self, seq: Seq, is_forgotten: bool, delivery: &NewMessage) -> Result<Appended> {
        // A forgotten message has no body: nothing can be said of a conflict.
        let sql = "UPDATE messages SET deliveries = deliveries + 1,
                       last_received_at = max(last_received_at, ?2),
                       conflicts = conflicts + (body IS NOT NULL AND body <> ?3)
                   WHERE seq = ?1 RETURNING body IS NOT NULL AND body <> ?3";
        let received_at = micros(delivery.received_at);
        let conflict = self
            .connection
            .prepare_cached(sql)?
            .query_row(params![seq, received_at, &delivery.body[..]], |row| row.get(0))?;
        self.memory.deltas.add(STORE, REPEATS, 1);
        self.memory.deltas.add(STORE, CONFLICTS, i64::from(conflict));
        if is_forgotten {
            return Ok(Appended::Forgotten);
        }
        let revived = match delivery.signed.as_ref().and_then(sent_at) {
            Some(sent_at) => self.revive_of(seq, sent_at.saturating_mul(1_000_000))?,
            None => 0,
        };
        Ok(Appended::Duplicate { seq, conflict, revived })
    }
}

/// In seconds. What is past the end of all times was not signed by anybody.
fn sent_at(signed: &Signed) -> Option<i64> {
    i64::try_from(signed.timestamp).ok()
}
