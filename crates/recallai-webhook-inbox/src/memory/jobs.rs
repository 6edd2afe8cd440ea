//! Jobs: claimed under a lease, renewed, ended, brought back.

use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_recording::Readiness;

use super::store::{JobRow, Store};
use crate::{
    Claim, Claimed, InboxError, Job, JobEnd, JobId, JobState, Lease, Order, Replay, Task, Topic,
    Turn, plan,
};

impl Store {
    pub(super) fn claim(&mut self, claim: &Claim) -> Result<Claimed, InboxError> {
        let now = self.now;
        let row = self.subscription(&claim.subscription)?;
        if row.standing.parked {
            return Ok(Claimed::default());
        }
        let due = row.queue.advance(now);
        self.give_up(due.into_iter().map(|(_, id)| id));
        let queue = &self.subscription(&claim.subscription)?.queue;
        let claimable: Vec<_> = queue.heads().take(claim.limit).map(|(_, id)| id).collect();
        let jobs = claimable.into_iter().filter_map(|id| self.take(id, claim.lease)).collect();
        let next_due = self.subscription(&claim.subscription)?.queue.next_due();
        Ok(Claimed::new(jobs, next_due.and_then(|due| due.duration_since(now).ok())))
    }

    /// What was put off comes back. Of needs whose time is up those that are pending still become jobs, and the
    /// others are done.
    fn give_up(&mut self, due: impl Iterator<Item = JobId>) {
        for id in due {
            let row = self.jobs.get(&id).filter(|row| row.job.state == JobState::Scheduled);
            let Some(turn) = row.map(|row| row.job.turn) else { continue };
            if turn != Some(Turn::TimedOut) || self.is_pending(id) {
                if let Some(row) = self.jobs.get_mut(&id) {
                    row.job.state = JobState::Waiting;
                    row.job.due_at = None;
                }
                self.enqueue(id);
            } else {
                self.end(id, JobState::Done);
            }
        }
    }

    fn is_pending(&self, id: JobId) -> bool {
        let pending = || {
            let job = &self.jobs.get(&id)?.job;
            let stored = self.subject(&job.scope, job.subject.as_ref()?)?;
            let subscription = &self.subscriptions.get(&job.subscription)?.standing.subscription;
            Some(plan::is_pending(&stored.state, subscription))
        };
        pending().unwrap_or_default()
    }

    fn take(&mut self, id: JobId, lease: Duration) -> Option<Job> {
        let until = plan::due_at(self.now, lease);
        let row = self.jobs.get_mut(&id)?;
        row.job.state = JobState::Running;
        row.job.attempts += 1;
        row.job.due_at = Some(until);
        row.token += 1;
        let (stored, token) = (row.job.clone(), row.token);
        self.enqueue(id);

        let task = match (stored.message, stored.turn) {
            (Some(seq), _) => Task::Message(self.messages.get(&seq)?.message.clone()),
            (None, Some(turn)) => {
                let subscription =
                    &self.subscriptions.get(&stored.subscription)?.standing.subscription;
                let subject = self.subject(&stored.scope, stored.subject.as_ref()?)?;
                // A subscription that is about no need any more has nothing to say of it.
                let readiness = plan::readiness(&subject.state, subscription);
                let readiness = readiness.unwrap_or(Readiness::Pending(Vec::new()));
                Task::Turn { turn, readiness }
            }
            (None, None) => return None,
        };
        let lease = Lease::new(id, token);
        let mut job = Job::new(lease, stored.subscription, stored.scope, task, stored.created_at);
        job.subject = stored.subject;
        job.attempt = stored.attempts;
        job.idempotency_key = stored.idempotency_key;
        Some(job)
    }

    pub(super) fn renew(&mut self, lease: Lease, time: Duration) -> Result<(), InboxError> {
        let until = plan::due_at(self.now, time);
        self.held(lease)?.job.due_at = Some(until);
        self.enqueue(lease.job);
        Ok(())
    }

    pub(super) fn settle(&mut self, lease: Lease, end: JobEnd) -> Result<(), InboxError> {
        let now = self.now;
        let strict = self.subscriptions.values().map(|row| &row.standing.subscription);
        let strict: Vec<_> =
            strict.filter(|s| s.order == Order::Strict).map(|s| Arc::clone(&s.name)).collect();
        let row = self.held(lease)?;
        match end {
            JobEnd::Done => {
                row.job.error = None;
                self.end(lease.job, JobState::Done);
            }
            JobEnd::Dead { error } => {
                row.fail(now, error);
                self.end(lease.job, JobState::Dead);
            }
            JobEnd::Retry { after, error } => {
                row.job.state = JobState::Retrying;
                row.holds_up = strict.contains(&row.job.subscription);
                row.fail(now, error);
                row.job.due_at = Some(plan::due_at(now, after));
                let topic = Topic::Jobs(Arc::clone(&row.job.subscription));
                self.topics.push(topic);
            }
            JobEnd::Released => {
                row.job.state = JobState::Waiting;
                row.holds_up = false;
                row.job.attempts -= 1;
                row.job.due_at = None;
                let topic = Topic::Jobs(Arc::clone(&row.job.subscription));
                self.topics.push(topic);
            }
            JobEnd::PutOff { after } => {
                row.job.state = JobState::Scheduled;
                row.job.attempts -= 1;
                row.holds_up = strict.contains(&row.job.subscription);
                row.job.due_at = Some(plan::due_at(now, after));
                let topic = Topic::Jobs(Arc::clone(&row.job.subscription));
                self.topics.push(topic);
            }
        }
        self.enqueue(lease.job);
        Ok(())
    }

    fn held(&mut self, lease: Lease) -> Result<&mut JobRow, InboxError> {
        let job = lease.job;
        let row = self.jobs.get_mut(&job).ok_or(InboxError::JobGone { job })?;
        let is_held = row.token == lease.token && row.job.state == JobState::Running;
        if is_held { Ok(row) } else { Err(InboxError::StaleLease { job }) }
    }

    pub(super) fn revive(&mut self, jobs: &[JobId]) -> u64 {
        let is_meant = |id: &JobId| self.is_dead(*id) && !self.is_parked(*id);
        let dead: Vec<_> = jobs.iter().copied().filter(is_meant).collect();
        dead.iter().for_each(|id| self.restart(*id));
        dead.len() as u64
    }

    pub(super) fn discard(&mut self, jobs: &[JobId]) -> u64 {
        let dead: Vec<_> = jobs.iter().copied().filter(|id| self.is_dead(*id)).collect();
        dead.iter().for_each(|id| self.end(*id, JobState::Done));
        dead.len() as u64
    }

    fn is_dead(&self, id: JobId) -> bool {
        self.jobs.get(&id).is_some_and(|row| row.job.state == JobState::Dead)
    }

    /// Whether nobody works for the subscription of a job.
    pub(super) fn is_parked(&self, id: JobId) -> bool {
        let name = self.jobs.get(&id).map(|row| &row.job.subscription);
        let row = name.and_then(|name| self.subscriptions.get(name));
        row.is_some_and(|row| row.standing.parked)
    }

    fn restart(&mut self, id: JobId) {
        let Some(row) = self.jobs.get_mut(&id) else { return };
        row.restart();
        self.topics.push(Topic::Jobs(Arc::clone(&row.job.subscription)));
        self.enqueue(id);
    }

    pub(super) fn replay(&mut self, replay: &Replay) -> Result<u64, InboxError> {
        for name in replay.subscriptions.iter().flatten() {
            self.subscription(name)?;
        }
        let mut waiting = 0;
        for seq in &replay.messages {
            let Some(row) = self.messages.get(seq).filter(|row| !row.is_forgotten) else {
                continue;
            };
            let reading = row.message.reading();
            let known = self.subscriptions.values().map(|row| &row.standing.subscription);
            let wanted = known.filter(|subscription| replay.is_for(&subscription.name));
            let jobs: Vec<_> =
                wanted.filter_map(|wanted| plan::for_message(&reading, wanted)).collect();
            let mut again = Vec::new();
            let mut drafts = Vec::new();
            for job in jobs {
                let is_its = |id: &&JobId| {
                    self.jobs
                        .get(id)
                        .is_some_and(|row| row.job.subscription == job.subscription.name)
                };
                match row.jobs.iter().find(is_its) {
                    Some(id) => again.push(*id),
                    None => drafts.push(self.draft(&job, &row.message.scope, Some(&row.message))),
                }
            }
            for id in again {
                let Some(row) = self.jobs.get_mut(&id).filter(|row| row.job.state.is_ended())
                else {
                    continue;
                };
                if replay.new_key {
                    row.replays += 1;
                    row.job.idempotency_key = plan::replayed_key(&row.key, row.replays).into();
                }
                self.restart(id);
                waiting += 1;
            }
            for draft in drafts {
                waiting += u64::from(self.make(draft));
            }
        }
        Ok(waiting)
    }
}
