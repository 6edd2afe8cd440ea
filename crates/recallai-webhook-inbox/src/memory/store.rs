//! What the inbox holds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::SystemTime;

use recallai_webhook_recording::Subject;

use super::queue::{Entry, Queue};
use crate::plan::{self, NewJob, Standing};
use crate::{
    FAILURES_KEPT, JobFailure, JobId, JobState, Seq, StoredJob, StoredMessage, StoredSubject, Topic,
};

/// A subject in its scope.
pub(super) type SubjectKey = (Arc<str>, Subject);

/// The whole store, in plain collections. Each method is one step of a transaction.
pub(super) struct Store {
    /// The time of the transaction.
    pub(super) now: SystemTime,
    pub(super) closed: bool,
    /// What the transaction has changed.
    pub(super) topics: Vec<Topic>,
    pub(super) messages: BTreeMap<Seq, MessageRow>,
    pub(super) keys: HashMap<(Arc<str>, Box<str>), Seq>,
    pub(super) subjects: HashMap<SubjectKey, StoredSubject>,
    pub(super) places: BTreeMap<i64, SubjectKey>,
    pub(super) subscriptions: BTreeMap<Arc<str>, SubscriptionRow>,
    pub(super) jobs: BTreeMap<JobId, JobRow>,
    pub(super) marks: HashSet<(Arc<str>, SubjectKey, &'static str)>,
    last_job: JobId,
}

pub(super) struct MessageRow {
    pub(super) message: StoredMessage,
    /// Its primary subject.
    pub(super) subject: Option<Subject>,
    /// Only the id is kept.
    pub(super) is_forgotten: bool,
    pub(super) jobs: Vec<JobId>,
}

pub(super) struct SubscriptionRow {
    pub(super) standing: Standing,
    pub(super) queue: Queue,
}

pub(super) struct JobRow {
    pub(super) job: StoredJob,
    pub(super) token: u64,
    pub(super) replays: u32,
    /// The idempotency key without replays.
    pub(super) key: Box<str>,
    /// Where it stands in the order of commits.
    pub(super) order: Seq,
    /// It waits for another attempt, or was put off, and holds up those behind it.
    pub(super) holds_up: bool,
}

/// A job to be made, detached from the subscriptions.
pub(super) struct Draft {
    subscription: Arc<str>,
    scope: Arc<str>,
    message: Option<Seq>,
    subject: Option<Subject>,
    turn: Option<crate::Turn>,
    mark: Option<&'static str>,
    due_at: Option<SystemTime>,
    key: Box<str>,
}

impl Store {
    pub(super) fn new(now: SystemTime) -> Self {
        Self {
            now,
            closed: false,
            topics: Vec::new(),
            messages: BTreeMap::new(),
            keys: HashMap::new(),
            subjects: HashMap::new(),
            places: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            jobs: BTreeMap::new(),
            marks: HashSet::new(),
            last_job: 0,
        }
    }

    pub(super) fn last_seq(&self) -> Seq {
        self.messages.last_key_value().map_or(0, |(seq, _)| *seq)
    }

    pub(super) fn subject(&self, scope: &str, subject: &Subject) -> Option<&StoredSubject> {
        self.subjects.get(&(scope.into(), subject.clone()))
    }

    pub(super) fn is_erased(&self, scope: &Arc<str>, subject: &Subject) -> bool {
        let stored = self.subjects.get(&(Arc::clone(scope), subject.clone()));
        stored.is_some_and(|stored| stored.erased_at.is_some())
    }

    pub(super) fn draft(
        &self,
        job: &NewJob<'_>,
        scope: &Arc<str>,
        message: Option<&StoredMessage>,
    ) -> Draft {
        let (endpoint, id) = message.map_or(("", ""), |m| (&*m.endpoint, &*m.id));
        Draft {
            subscription: Arc::clone(&job.subscription.name),
            scope: Arc::clone(scope),
            message: message.filter(|_| job.turn.is_none()).map(|message| message.seq),
            subject: job.subject.clone(),
            turn: job.turn,
            mark: job.mark,
            due_at: job.scheduled_in.map(|time| plan::due_at(self.now, time)),
            key: job.idempotency_key(scope, endpoint, id).into(),
        }
    }

    /// Makes a job, unless its mark says that it was made before.
    pub(super) fn make(&mut self, draft: Draft) -> bool {
        if let (Some(mark), Some(subject)) = (draft.mark, &draft.subject) {
            let subject = (Arc::clone(&draft.scope), subject.clone());
            if !self.marks.insert((Arc::clone(&draft.subscription), subject, mark)) {
                return false;
            }
        }
        self.last_job += 1;
        let (id, order) = (self.last_job, draft.message.unwrap_or_else(|| self.last_seq()));
        let mut job = StoredJob::new(id, draft.subscription, draft.scope, self.now);
        job.subject = draft.subject;
        job.message = draft.message;
        job.turn = draft.turn;
        job.idempotency_key = draft.key.clone();
        job.due_at = draft.due_at;
        if job.due_at.is_some() {
            job.state = JobState::Scheduled;
        }
        if let Some(row) = draft.message.and_then(|seq| self.messages.get_mut(&seq)) {
            row.jobs.push(id);
        }
        self.topics.push(Topic::Jobs(Arc::clone(&job.subscription)));
        self.jobs.insert(
            id,
            JobRow { job, token: 0, replays: 0, key: draft.key, order, holds_up: false },
        );
        self.enqueue(id);
        true
    }

    /// Whether the job of a message was made before.
    pub(super) fn was_made(&self, job: &NewJob<'_>, message: &StoredMessage) -> bool {
        let name = &job.subscription.name;
        let jobs = self.messages.get(&message.seq).map_or(&[][..], |row| &row.jobs);
        let is_its =
            |id: &JobId| self.jobs.get(id).is_some_and(|row| row.job.subscription == *name);
        jobs.iter().any(is_its)
            || job.mark.zip(job.subject.clone()).is_some_and(|(mark, subject)| {
                let subject = (Arc::clone(&message.scope), subject);
                self.marks.contains(&(Arc::clone(name), subject, mark))
            })
    }

    /// Puts a job where it belongs among those that can come to be claimed, after each change of its state.
    pub(super) fn enqueue(&mut self, id: JobId) {
        let Some(row) = self.jobs.get(&id) else { return };
        let Some(subscription) = self.subscriptions.get_mut(&row.job.subscription) else { return };
        let (place, state) = ((row.order, id), row.job.state);
        if state.is_ended() {
            subscription.queue.remove(place);
            return;
        }
        let subject = row.job.subject.clone();
        let entry = Entry {
            subject: subject.map(|subject| (Arc::clone(&row.job.scope), subject)),
            due_at: row.job.due_at,
            keeps: state == JobState::Running || row.holds_up,
        };
        subscription.queue.put(place, entry);
    }

    /// Ends a job. Others may have waited for it.
    pub(super) fn end(&mut self, id: JobId, state: JobState) {
        let Some(row) = self.jobs.get_mut(&id) else { return };
        row.job.state = state;
        row.job.due_at = None;
        row.job.ended_at = Some(self.now);
        self.topics.push(Topic::Jobs(Arc::clone(&row.job.subscription)));
        self.enqueue(id);
    }

    /// Removes a job and every trace of it but its mark.
    pub(super) fn remove(&mut self, id: JobId) {
        self.end(id, JobState::Done);
        self.jobs.remove(&id);
    }
}

impl JobRow {
    /// Keeps what an attempt failed with.
    pub(super) fn fail(&mut self, now: SystemTime, error: Box<str>) {
        let failures = &mut self.job.failures;
        failures.push(JobFailure::new(self.job.attempts, now, error.clone()));
        failures.drain(..failures.len().saturating_sub(FAILURES_KEPT));
        self.job.error = Some(error);
    }

    /// Lets it run again, from the first attempt.
    pub(super) fn restart(&mut self) {
        self.job.state = JobState::Waiting;
        self.holds_up = false;
        self.job.attempts = 0;
        self.job.due_at = None;
        self.job.ended_at = None;
    }
}
