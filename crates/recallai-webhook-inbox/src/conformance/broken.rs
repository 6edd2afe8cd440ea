//! Inboxes that break one promise each. The suite has to fail every one of them: a suite that passes one
//! does not hold anybody to that promise.

mod flaw;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use recallai_webhook_recording::{Facts, State, Subject};

pub use self::flaw::Flaw;
use super::layer::{Layer, Layered};
use crate::{
    Appended, Claim, Claimed, Endpoints, Inbox, InboxError, Job, JobEnd, JobId, JobQuery, JobState,
    LONGEST_WAIT, Lease, MessageQuery, NewMessage, Progress, Prune, Reader, Reparse, Replay, Seq,
    StoredJob, StoredMessage, StoredSubject, Task, Topic, Turn, Watch, Watchers,
};

type Answer<T> = Result<T, InboxError>;

/// An inbox that keeps all promises of the one below but one.
pub struct Broken {
    below: Arc<dyn Inbox>,
    flaw: Flaw,
    memory: Mutex<Memory>,
    watchers: Watchers,
}

/// What some flaws have to remember.
#[derive(Default)]
struct Memory {
    /// Jobs that were given out and have not ended.
    held: Vec<Job>,
    /// The newest lease of each job.
    newest: HashMap<JobId, Lease>,
    /// The endpoint that an id came to first.
    endpoints: HashMap<Box<str>, Arc<str>>,
    /// Messages that were acknowledged and not stored.
    unstored: Vec<NewMessage>,
    /// The last body under an id.
    bodies: HashMap<(Arc<str>, Box<str>), Bytes>,
    /// Ids that were forgotten.
    forgotten: HashSet<(Arc<str>, Box<str>)>,
    /// What was told of a subject last.
    facts: HashMap<(Arc<str>, Subject), Facts>,
    /// Turns that were given out.
    turns: Vec<Job>,
    /// Needs that were given up and then put off.
    put_off: Vec<Job>,
    /// Turns that come again.
    again: Vec<Job>,
    /// Whether a watch has not taken effect.
    is_watch_new: bool,
}

impl Broken {
    /// An inbox over another that has this flaw.
    pub fn over(below: Arc<dyn Inbox>, flaw: Flaw) -> Arc<dyn Inbox> {
        let (memory, watchers) = (Mutex::default(), Watchers::default());
        Arc::new(Layered(Self { below, flaw, memory, watchers }))
    }

    fn is(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // Nothing panics while it is held.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of a change, unless the watch is too new.
    fn changed(&self) {
        if !std::mem::take(&mut self.memory().is_watch_new) {
            self.watchers.wake_all();
        }
    }

    /// Which messages there are with their bodies.
    async fn bodies(&self) -> Answer<HashSet<(Arc<str>, Box<str>)>> {
        let query = MessageQuery { bodies: true, limit: i32::MAX as usize, ..Default::default() };
        let mut messages = self.below.messages(&query).await?;
        messages.retain(|message| message.body.is_some());
        Ok(messages.into_iter().map(|message| (message.endpoint, message.id)).collect())
    }

    /// Jobs that wait behind another of their subject.
    async fn queued(&self, claim: &Claim, but: &[Job]) -> Answer<Vec<Job>> {
        let query = JobQuery {
            subscription: Some(Arc::clone(&claim.subscription)),
            state: Some(JobState::Waiting),
            ..Default::default()
        };
        let mut jobs = Vec::new();
        for stored in self.below.jobs(&query).await? {
            let Some(seq) = stored.message.filter(|_| but.len() + jobs.len() < claim.limit) else {
                continue;
            };
            let mut message = MessageQuery::default();
            (message.after, message.limit, message.bodies) = (Some(seq - 1), 1, true);
            for message in self.below.messages(&message).await? {
                let task = Task::Message(message);
                let (lease, scope) = (Lease::new(stored.id, 0), Arc::clone(&stored.scope));
                let subscription = Arc::clone(&stored.subscription);
                jobs.push(Job::new(lease, subscription, scope, task, stored.created_at));
            }
        }
        Ok(jobs)
    }
}

#[async_trait]
impl Layer for Broken {
    fn below(&self) -> &Arc<dyn Inbox> {
        &self.below
    }

    async fn append(&self, mut message: NewMessage) -> Answer<Appended> {
        let key = (Arc::clone(&message.endpoint), message.id.clone());
        let facts = message.reading.facts().clone();
        match self.flaw {
            Flaw::NoEndpointInTheKey => {
                let mut memory = self.memory();
                let first = memory.endpoints.entry(key.1).or_insert(key.0);
                message.endpoint = Arc::clone(first);
            }
            Flaw::AckBeforeCommit => {
                let before = std::mem::replace(&mut self.memory().unstored, vec![message]);
                for message in before {
                    self.below.append(message).await?;
                }
                return Ok(Appended::New { seq: Seq::MAX });
            }
            Flaw::LastBodyWins => {
                self.memory().bodies.insert(key, message.body.clone());
            }
            Flaw::PruneForgetsTheKey if self.memory().forgotten.contains(&key) => {
                message.id = format!("{} again", message.id).into();
            }
            Flaw::ErasedComesBack => {
                let appended = self.below.append(message.clone()).await?;
                if appended != Appended::Forgotten {
                    return Ok(appended);
                }
                message.id = format!("{} again", message.id).into();
                message.scope = format!("{} again", message.scope).into();
            }
            Flaw::LastWriteWins => {
                let mut memory = self.memory();
                for subject in facts.subjects() {
                    let key = (Arc::clone(&message.scope), subject.clone());
                    memory.facts.insert(key, facts.clone());
                }
            }
            Flaw::ForgetsMarks => {
                let mut memory = self.memory();
                let turns = memory.turns.iter();
                let again: Vec<_> =
                    turns.filter(|job| job.subject.as_ref() == facts.primary()).cloned().collect();
                memory.again = again;
            }
            _ => {}
        }
        let appended = self.below.append(message).await;
        self.changed();
        appended
    }

    async fn claim(&self, claim: Claim) -> Answer<Claimed> {
        let mut claimed = self.below.claim(claim.clone()).await?;
        if self.is(Flaw::NoExclusion) {
            let queued = self.queued(&claim, &claimed.jobs).await?;
            claimed.jobs.extend(queued);
        }
        if self.is(Flaw::RecordedBeforeTheWork) {
            for job in &claimed.jobs {
                self.below.settle(job.lease, JobEnd::Done).await?;
            }
        }
        let mut memory = self.memory();
        for job in &mut claimed.jobs {
            memory.newest.insert(job.lease.job, job.lease);
            if self.is(Flaw::AttemptNotCounted) {
                job.attempt = 1;
            }
            if self.is(Flaw::KeyOfTheAttempt) {
                job.idempotency_key = format!("{}:{}", job.idempotency_key, job.attempt).into();
            }
            if matches!(job.task, Task::Turn { .. }) {
                memory.turns.push(job.clone());
            }
        }
        match self.flaw {
            Flaw::NoLease => {
                let held = std::mem::take(&mut memory.held);
                memory.held = held.iter().chain(&claimed.jobs).cloned().collect();
                let is_its = |job: &Job| job.subscription == claim.subscription;
                claimed.jobs.extend(held.into_iter().filter(is_its));
                claimed.jobs.truncate(claim.limit);
            }
            Flaw::ForgetsMarks => claimed.jobs.append(&mut memory.again),
            Flaw::DroppedHoldsUp => {
                let is_behind = |job: &Job, first: &Job| {
                    job.subject == first.subject && job.lease.job != first.lease.job
                };
                let put_off = &memory.put_off;
                claimed.jobs.retain(|job| !put_off.iter().any(|first| is_behind(job, first)));
            }
            _ => {}
        }
        Ok(claimed)
    }

    async fn renew(&self, mut lease: Lease, time: Duration) -> Answer<()> {
        if self.is(Flaw::NoFencing) {
            lease = self.memory().newest.get(&lease.job).copied().unwrap_or(lease);
        }
        self.below.renew(lease, time).await
    }

    async fn settle(&self, mut lease: Lease, mut end: JobEnd) -> Answer<()> {
        self.memory().held.retain(|job| job.lease != lease);
        match (self.flaw, &mut end) {
            (Flaw::NoFencing, _) => {
                lease = self.memory().newest.get(&lease.job).copied().unwrap_or(lease);
            }
            (Flaw::RecordedBeforeTheWork, _) => return Ok(()),
            (Flaw::ForgetsMarks, _) => {
                let settled = self.below.settle(lease, end).await;
                let is_again = self.memory().turns.iter().any(|job| job.lease == lease);
                return if is_again { Ok(()) } else { settled };
            }
            (Flaw::DeadLettersVanish, JobEnd::Dead { .. }) => end = JobEnd::Done,
            (Flaw::RetriesAtOnce, JobEnd::Retry { after, .. }) => *after = Duration::ZERO,
            (Flaw::PutOffFails, JobEnd::PutOff { after }) => {
                end = JobEnd::Retry { after: *after, error: "it was put off".into() };
            }
            (Flaw::DroppedHoldsUp, JobEnd::PutOff { .. }) => {
                let mut memory = self.memory();
                let is_given_up =
                    |task: &Task| matches!(task, Task::Turn { turn: Turn::TimedOut, .. });
                let mut turns = memory.turns.iter();
                let job = turns.find(|job| job.lease == lease && is_given_up(&job.task)).cloned();
                memory.put_off.extend(job);
            }
            (Flaw::ForEverIsAtOnce, JobEnd::Retry { after, .. } | JobEnd::PutOff { after })
                if *after > LONGEST_WAIT =>
            {
                *after = Duration::ZERO;
            }
            _ => {}
        }
        let settled = self.below.settle(lease, end).await;
        match settled {
            Err(InboxError::JobGone { job }) if self.is(Flaw::GoneIsTaken) => {
                Err(InboxError::StaleLease { job })
            }
            settled => settled,
        }
    }

    async fn subject(&self, scope: &str, subject: &Subject) -> Answer<Option<StoredSubject>> {
        let mut stored = self.below.subject(scope, subject).await?;
        let memory = self.memory();
        let last = memory.facts.get(&(scope.into(), subject.clone()));
        if let (Some(stored), Some(facts)) = (&mut stored, last) {
            stored.state = State::new(subject.clone());
            stored.state.apply(facts);
        }
        Ok(stored)
    }

    async fn messages(&self, query: &MessageQuery) -> Answer<Vec<StoredMessage>> {
        let mut messages = self.below.messages(query).await?;
        let memory = self.memory();
        for message in messages.iter_mut().filter(|message| message.body.is_some()) {
            let key = (Arc::clone(&message.endpoint), message.id.clone());
            message.body = memory.bodies.get(&key).or(message.body.as_ref()).cloned();
        }
        Ok(messages)
    }

    async fn jobs(&self, query: &JobQuery) -> Answer<Vec<StoredJob>> {
        let mut jobs = self.below.jobs(query).await?;
        if self.is(Flaw::AttemptNotCounted) {
            jobs.iter_mut().for_each(|job| job.attempts = job.attempts.min(1));
        }
        for job in &mut jobs {
            let kept = match self.flaw {
                Flaw::ForgetsFailures => 1,
                Flaw::SuccessForgetsFailures if job.state == JobState::Done => 0,
                _ => continue,
            };
            job.failures.drain(..job.failures.len().saturating_sub(kept));
        }
        if self.is(Flaw::OldestJobsFirst) {
            jobs.sort_by_key(|job| job.id);
        }
        Ok(jobs)
    }

    async fn reparse(&self, reparse: &Reparse, reader: &Reader) -> Answer<Progress> {
        let mut progress = self.below.reparse(reparse, reader).await?;
        if self.is(Flaw::ReparseDoublesJobs) && !reparse.dry_run {
            let query = MessageQuery::new().with_after(reparse.from - 1).with_limit(reparse.limit);
            let messages = self.below.messages(&query).await?;
            let seqs: Vec<_> = messages.iter().map(|message| message.seq).collect();
            progress.jobs += self.below.replay(&Replay::of(seqs).with_new_key(true)).await?;
        }
        Ok(progress)
    }

    async fn prune(&self, prune: &Prune) -> Answer<Progress> {
        let before = self.bodies().await?;
        let mut prune = prune.clone();
        match self.flaw {
            Flaw::PrunesAllEndpoints => prune.endpoints = Endpoints::default(),
            Flaw::PrunesForParked => prune.parked = true,
            Flaw::KeepsForParked => prune.parked = false,
            _ => {}
        }
        let pruned = self.below.prune(&prune).await?;
        let after = self.bodies().await?;
        self.memory().forgotten.extend(before.difference(&after).cloned());
        Ok(pruned)
    }

    async fn unsubscribe(&self, name: &str) -> Answer<()> {
        if self.is(Flaw::RemovesWhatIsInUse) {
            self.below.park(name).await?;
        }
        self.below.unsubscribe(name).await
    }

    async fn revive(&self, jobs: &[JobId]) -> Answer<u64> {
        let mut parked = self.below.subscriptions().await?;
        parked.retain(|stored| stored.parked && self.is(Flaw::RevivesForNobody));
        for stored in &parked {
            self.below.subscribe(&stored.subscription).await?;
        }
        let revived = self.below.revive(jobs).await?;
        for stored in &parked {
            self.below.park(&stored.subscription.name).await?;
        }
        Ok(revived)
    }

    async fn probe(&self) -> Answer<()> {
        match (self.flaw, self.below.probe().await) {
            (Flaw::ProbeIsBlind, _) => Ok(()),
            (Flaw::ProbeIsSeen, Ok(())) => {
                let message = NewMessage::parse("probe", "probe", "{}", UNIX_EPOCH);
                self.below.append(message).await.map(drop)
            }
            (_, probed) => probed,
        }
    }

    fn watch(&self, topic: Topic) -> Watch {
        if !self.is(Flaw::GapInWait) {
            return self.below.watch(topic);
        }
        self.memory().is_watch_new = true;
        self.watchers.watch(topic)
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broken").field("flaw", &self.flaw).finish_non_exhaustive()
    }
}
