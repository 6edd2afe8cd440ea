//! Subscriptions: declared, parked, filled.

use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

use super::store::{Store, SubscriptionRow};
use crate::{InboxError, Progress, Start, Subscribed, Subscription, Topic, plan};

impl Store {
    pub(super) fn subscribe(&mut self, subscription: &Subscription) -> Subscribed {
        let (name, since) = (Arc::clone(&subscription.name), self.last_seq());
        self.topics.push(Topic::Jobs(Arc::clone(&name)));
        let Some(row) = self.subscriptions.get_mut(&name) else {
            let (position, since) = match subscription.start {
                Start::Now => (None, since),
                Start::Beginning => (Some(0), 0),
            };
            let (subscription, open) = (subscription.clone(), BTreeSet::new());
            let row = SubscriptionRow { subscription, parked: false, position, since, open };
            self.subscriptions.insert(name, row);
            return Subscribed::Created;
        };
        let was_parked = std::mem::take(&mut row.parked);
        let old = &row.subscription;
        let changed = old.interest != subscription.interest || old.order != subscription.order;
        if changed {
            row.since = since;
            row.subscription = subscription.clone();
        }
        match (changed, was_parked) {
            (true, _) => Subscribed::Changed,
            (false, true) => Subscribed::Resumed,
            (false, false) => Subscribed::Unchanged,
        }
    }

    pub(super) fn park(&mut self, name: &str) -> Result<(), InboxError> {
        let last = self.last_seq();
        let row = self.subscription(name)?;
        row.parked = true;
        if row.is_about_messages() {
            row.position.get_or_insert(last);
        }
        Ok(())
    }

    pub(super) fn unsubscribe(&mut self, name: &str) -> Result<(), InboxError> {
        self.subscription(name)?;
        self.subscriptions.remove(name);
        self.marks.retain(|(subscription, ..)| **subscription != *name);
        self.jobs.retain(|_, row| *row.job.subscription != *name);
        let jobs = &self.jobs;
        for row in self.messages.values_mut() {
            row.jobs.retain(|id| jobs.contains_key(id));
        }
        Ok(())
    }

    pub(super) fn fill(&mut self, name: &str, limit: usize) -> Result<Progress, InboxError> {
        let row = self.subscription(name)?;
        let Some(position) = row.position.filter(|_| !row.parked) else {
            return Ok(Progress::default());
        };
        let (subscription, about_messages) = (row.subscription.clone(), row.is_about_messages());
        let behind = (Excluded(position), Unbounded);
        let mut drafts = Vec::new();
        let places: Vec<_> = if about_messages {
            let rows: Vec<_> = self.messages.range(behind).take(limit).collect();
            // A replay may have made the job of a message that was not come to yet.
            let is_made = |row: &super::store::MessageRow| {
                let jobs = row.jobs.iter().filter_map(|id| self.jobs.get(id));
                jobs.map(|row| &row.job.subscription).any(|of| *of == subscription.name)
            };
            let behind = rows.iter().map(|(_, row)| row);
            for row in behind.filter(|row| !row.is_forgotten && !is_made(row)) {
                let job = plan::for_message(&row.message.reading(), &subscription);
                drafts.extend(job.map(|j| self.draft(&j, &row.message.scope, Some(&row.message))));
            }
            rows.into_iter().map(|(seq, _)| *seq).collect()
        } else {
            let rows: Vec<_> = self.places.range(behind).take(limit).collect();
            for stored in rows.iter().filter_map(|(_, key)| self.subjects.get(key)) {
                let jobs = plan::for_state(&stored.state, &subscription);
                let live = jobs.iter().filter(|_| stored.erased_at.is_none());
                drafts.extend(live.map(|job| self.draft(job, &stored.scope, None)));
            }
            rows.into_iter().map(|(place, _)| *place).collect()
        };
        let made = drafts.into_iter().filter_map(|draft| self.make(draft).then_some(())).count();
        let next = places.last().copied().filter(|_| places.len() == limit);
        self.subscription(name)?.position = next;
        Ok(Progress::of(places.len() as u64).with_jobs(made as u64).with_next(next))
    }

    pub(super) fn subscription(&mut self, name: &str) -> Result<&mut SubscriptionRow, InboxError> {
        let unknown = || InboxError::UnknownSubscription { name: name.into() };
        self.subscriptions.get_mut(name).ok_or_else(unknown)
    }
}
