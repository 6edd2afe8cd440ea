//! Queries.

use std::collections::BTreeMap;

use super::store::{MessageRow, Store};
use crate::{
    JobQuery, JobState, MessageQuery, Pattern, Stats, StoredJob, StoredMessage, StoredSubject,
    StoredSubscription, SubjectQuery,
};

impl Store {
    pub(super) fn list_messages(&self, query: &MessageQuery) -> Vec<StoredMessage> {
        let fits = |row: &&MessageRow| {
            let message = &row.message;
            let name = message.event_name.as_deref();
            !row.is_forgotten
                && query.after.is_none_or(|seq| message.seq > seq)
                && query.before.is_none_or(|seq| message.seq < seq)
                && query.endpoint.as_ref().is_none_or(|endpoint| *endpoint == message.endpoint)
                && query.scope.as_ref().is_none_or(|scope| *scope == message.scope)
                && query.id.as_ref().is_none_or(|id| *id == message.id)
                && query.class.is_none_or(|class| class == message.class)
                && query
                    .subject
                    .as_ref()
                    .is_none_or(|subject| row.subject.as_ref() == Some(subject))
                && query.name.as_ref().is_none_or(|p: &Pattern| name.is_some_and(|n| p.matches(n)))
        };
        let rows = ordered(self.messages.values(), query.newest_first).filter(fits);
        rows.take(query.limit)
            .map(|row| {
                let mut message = row.message.clone();
                message.body = message.body.filter(|_| query.bodies);
                message
            })
            .collect()
    }

    pub(super) fn list_jobs(&self, query: &JobQuery) -> Vec<StoredJob> {
        let fits = |job: &&StoredJob| {
            let of_subject = |(scope, subject): &(_, _)| {
                *scope == job.scope && job.subject.as_ref() == Some(subject)
            };
            query.after.is_none_or(|id| job.id > id)
                && query.before.is_none_or(|id| job.id < id)
                && query.subscription.as_ref().is_none_or(|name| *name == job.subscription)
                && query.state.is_none_or(|state| state == job.state)
                && query.message.is_none_or(|seq| job.message == Some(seq))
                && query.subject.as_ref().is_none_or(of_subject)
        };
        let jobs = ordered(self.jobs.values(), query.newest_first).map(|row| &row.job).filter(fits);
        jobs.take(query.limit).cloned().collect()
    }

    pub(super) fn list_subjects(&self, query: &SubjectQuery) -> Vec<StoredSubject> {
        let fits = |stored: &&StoredSubject| {
            query.after.is_none_or(|place| stored.place > place)
                && query.before.is_none_or(|place| stored.place < place)
                && query.scope.as_ref().is_none_or(|scope| *scope == stored.scope)
                && query.kind.is_none_or(|kind| kind == stored.state.subject().kind)
                && query.id.as_ref().is_none_or(|id| *id == stored.state.subject().id)
        };
        let subjects = ordered(self.places.values(), query.newest_first);
        let subjects = subjects.filter_map(|key| self.subjects.get(key)).filter(fits);
        subjects.take(query.limit).cloned().collect()
    }

    pub(super) fn list_subscriptions(&self) -> Vec<StoredSubscription> {
        let mut all: BTreeMap<_, _> = self
            .subscriptions
            .iter()
            .map(|(name, row)| {
                let mut stored = StoredSubscription::new(row.standing.subscription.clone());
                stored.parked = row.standing.parked;
                stored.filled_to = row.standing.position;
                (name.clone(), stored)
            })
            .collect();
        for job in self.jobs.values().map(|row| &row.job).filter(|j| j.state != JobState::Done) {
            let Some(stored) = all.get_mut(&job.subscription) else { continue };
            *stored.jobs.entry(job.state).or_default() += 1;
            if !matches!(job.state, JobState::Dead | JobState::Scheduled) {
                let oldest = stored.oldest.get_or_insert(job.created_at);
                *oldest = job.created_at.min(*oldest);
            }
        }
        all.into_values().collect()
    }

    pub(super) fn stats(&self) -> Stats {
        let mut stats = Stats { subscriptions: self.list_subscriptions(), ..Stats::default() };
        for row in self.messages.values() {
            let message = &row.message;
            stats.repeats += u64::from(message.deliveries - 1);
            stats.conflicts += u64::from(message.conflicts);
            if row.is_forgotten {
                stats.forgotten += 1;
                continue;
            }
            *stats.messages.entry(message.class).or_default() += 1;
            let oldest = stats.oldest.get_or_insert(message.received_at);
            *oldest = message.received_at.min(*oldest);
            let newest = stats.newest.get_or_insert(message.received_at);
            *newest = message.received_at.max(*newest);
        }
        for (_, subject) in self.subjects.keys() {
            *stats.subjects.entry(subject.kind).or_default() += 1;
        }
        stats
    }
}

/// In order, or the last first.
fn ordered<'r, R: 'r>(
    rows: impl DoubleEndedIterator<Item = &'r R> + 'r,
    reversed: bool,
) -> Box<dyn Iterator<Item = &'r R> + 'r> {
    if reversed { Box::new(rows.rev()) } else { Box::new(rows) }
}
