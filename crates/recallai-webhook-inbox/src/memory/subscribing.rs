//! Subscriptions: declared, parked, filled.

use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

use super::queue::Queue;
use super::store::{Store, SubscriptionRow};
use crate::plan::Standing;
use crate::{InboxError, Progress, Subscribed, Subscription, Topic, plan};

impl Store {
    pub(super) fn subscribe(&mut self, subscription: &Subscription) -> Subscribed {
        let (name, last) = (Arc::clone(&subscription.name), self.last_seq());
        self.topics.push(Topic::Jobs(Arc::clone(&name)));
        let Some(row) = self.subscriptions.get_mut(&name) else {
            let standing = Standing::new(subscription.clone(), last);
            self.subscriptions.insert(name, SubscriptionRow { standing, queue: Queue::default() });
            return Subscribed::Created;
        };
        row.standing.declare(subscription, last)
    }

    pub(super) fn park(&mut self, name: &str) -> Result<(), InboxError> {
        let last = self.last_seq();
        self.subscription(name)?.standing.park(last);
        Ok(())
    }

    pub(super) fn unsubscribe(&mut self, name: &str) -> Result<(), InboxError> {
        if !self.subscription(name)?.standing.parked {
            return Err(InboxError::SubscriptionInUse { name: name.into() });
        }
        self.subscriptions.remove(name);
        self.marks.retain(|(subscription, ..)| **subscription != *name);
        self.jobs.retain(|_, row| *row.job.subscription != *name);
        let jobs = &self.jobs;
        for row in self.messages.values_mut() {
            row.jobs.retain(|id| jobs.contains_key(id));
        }
        self.topics.push(Topic::Jobs(name.into()));
        Ok(())
    }

    pub(super) fn fill(&mut self, name: &str, limit: usize) -> Result<Progress, InboxError> {
        let limit = limit.max(1);
        let standing = &self.subscription(name)?.standing;
        let Some(position) = standing.fills_from() else {
            return Ok(Progress::default());
        };
        let (subscription, about_messages) =
            (standing.subscription.clone(), standing.is_about_messages());
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
        self.subscription(name)?.standing.position = next;
        let begins = next.map(|last| last + 1);
        Ok(Progress::of(places.len() as u64).with_jobs(made as u64).with_next(begins))
    }

    pub(super) fn subscription(&mut self, name: &str) -> Result<&mut SubscriptionRow, InboxError> {
        let unknown = || InboxError::UnknownSubscription { name: name.into() };
        self.subscriptions.get_mut(name).ok_or_else(unknown)
    }
}
