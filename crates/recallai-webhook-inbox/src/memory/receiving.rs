//! Receiving: a message with the state and the jobs that it makes.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use recallai_webhook_recording::Subject;

use super::store::{Draft, MessageRow, Store};
use crate::plan::{self, NewJob, Standing, Touched};
use crate::{Appended, JobState, NewMessage, Reading, Seq, StoredMessage, StoredSubject, Topic};

impl Store {
    pub(super) fn append(&mut self, message: &NewMessage) -> Appended {
        let key = (Arc::clone(&message.endpoint), message.id.clone());
        if let Some(&seq) = self.keys.get(&key) {
            return self.repeat(seq, message);
        }
        let seq = self.last_seq() + 1;
        let subject = message.reading.facts().primary().cloned();
        let mut named = message.reading.facts().subjects();
        let is_forgotten = named.any(|subject| self.is_erased(&message.scope, subject));
        self.keys.insert(key, seq);
        let row = MessageRow {
            message: StoredMessage::of(seq, message),
            subject,
            is_forgotten,
            jobs: Vec::new(),
        };
        self.messages.insert(seq, row);
        if is_forgotten {
            self.forget(seq);
            return Appended::Forgotten;
        }
        let mut touched = self.touched(&message.scope, &message.reading);
        let jobs = plan::append(&message.reading, &mut touched, self.standings());
        let stored = StoredMessage::of(seq, message);
        let drafts = self.drafts(&jobs, &stored);
        self.bring_in(&message.scope, touched, drafts);
        self.topics.push(Topic::Messages);
        Appended::New { seq }
    }

    pub(super) fn standings(&self) -> impl Iterator<Item = &Standing> {
        self.subscriptions.values().map(|row| &row.standing)
    }

    pub(super) fn drafts(&self, jobs: &[NewJob<'_>], message: &StoredMessage) -> Vec<Draft> {
        jobs.iter().map(|job| self.draft(job, &message.scope, Some(message))).collect()
    }

    /// Keeps the states that a message has changed, and makes its jobs. Returns how many.
    pub(super) fn bring_in(
        &mut self,
        scope: &Arc<str>,
        touched: Vec<Touched>,
        drafts: Vec<Draft>,
    ) -> u64 {
        for touched in touched {
            self.keep(scope, touched);
        }
        drafts.into_iter().map(|draft| u64::from(self.make(draft))).sum()
    }

    pub(super) fn touched(&self, scope: &Arc<str>, reading: &Reading) -> Vec<Touched> {
        let subjects = reading.facts().subjects().filter(|s| !self.is_erased(scope, s));
        subjects
            .map(|s| Touched::new(s, self.subject(scope, s).map(|stored| stored.state.clone())))
            .collect()
    }

    pub(super) fn keep(&mut self, scope: &Arc<str>, touched: Touched) {
        let Touched { state, is_new, .. } = touched;
        let key = (Arc::clone(scope), state.subject().clone());
        self.topics.push(Topic::Subject(key.0.clone(), key.1.clone()));
        let linked = state.links().map(|s: &Subject| Topic::Subject(Arc::clone(scope), s.clone()));
        self.topics.extend(linked);
        if is_new {
            let place = self.places.last_key_value().map_or(1, |(place, _)| place + 1);
            self.places.insert(place, key.clone());
            let stored = StoredSubject::new(place, Arc::clone(scope), state, self.now);
            self.subjects.insert(key, stored);
        } else if let Some(stored) = self.subjects.get_mut(&key) {
            stored.state = state;
        }
    }

    /// Another delivery of a message.
    fn repeat(&mut self, seq: Seq, delivery: &NewMessage) -> Appended {
        let Some(row) = self.messages.get_mut(&seq) else { return Appended::Forgotten };
        let message = &mut row.message;
        message.deliveries = message.deliveries.saturating_add(1);
        message.last_received_at = message.last_received_at.max(delivery.received_at);
        if row.is_forgotten {
            return Appended::Forgotten;
        }
        let conflict = message.body.as_ref() != Some(&delivery.body);
        message.conflicts += u32::from(conflict);
        let signed = delivery.signed.as_ref();
        let sent_at = signed.and_then(|s| UNIX_EPOCH.checked_add(Duration::from_secs(s.timestamp)));
        let died_before = |id: &&i64| {
            self.jobs
                .get(id)
                .is_some_and(|row| row.job.state == JobState::Dead && row.job.ended_at < sent_at)
        };
        let dead: Vec<_> = row.jobs.iter().filter(died_before).copied().collect();
        let revived = self.revive(&dead) as u32;
        Appended::Duplicate { seq, conflict, revived }
    }

    /// Reduces a message to its id.
    pub(super) fn forget(&mut self, seq: Seq) {
        let Some(row) = self.messages.get_mut(&seq) else { return };
        row.is_forgotten = true;
        row.subject = None;
        row.message.body = None;
        row.message.signed = None;
        row.message.event_name = None;
        row.message.error = None;
        for id in std::mem::take(&mut row.jobs) {
            self.remove(id);
        }
    }
}
