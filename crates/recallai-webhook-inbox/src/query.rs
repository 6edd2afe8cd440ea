//! Questions to the store, and its answers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use recallai_webhook_recording::{State, Subject, SubjectKind};

use crate::{Class, JobId, JobState, Pattern, Seq, Subscription};

/// How many rows a page has if the query does not say: 100.
pub const PAGE: usize = 100;

/// Which messages to list. All conditions hold together; each is open by default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MessageQuery {
    /// Only messages committed after this one.
    pub after: Option<Seq>,
    /// Only messages committed before this one.
    pub before: Option<Seq>,
    /// The latest first. The default is the order of commits.
    pub newest_first: bool,
    /// At most so many; [`PAGE`] by default.
    pub limit: usize,
    /// Only of this endpoint.
    pub endpoint: Option<Arc<str>>,
    /// Only of this scope.
    pub scope: Option<Arc<str>>,
    /// Only with this id.
    pub id: Option<Box<str>>,
    /// Only with a name that fits.
    pub name: Option<Pattern>,
    /// Only of this class.
    pub class: Option<Class>,
    /// Only messages that are first of all about this subject: an event that names a recording is
    /// about the recording, then about an upload, then about a bot.
    pub subject: Option<Subject>,
    /// With bodies. The default is without.
    pub bodies: bool,
}

/// Which jobs to list. All conditions hold together; each is open by default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct JobQuery {
    /// Only jobs with a larger id.
    pub after: Option<JobId>,
    /// At most so many; [`PAGE`] by default.
    pub limit: usize,
    /// Only of this subscription.
    pub subscription: Option<Arc<str>>,
    /// Only in this state; [`JobState::Dead`] lists the dead letters.
    pub state: Option<JobState>,
    /// Only about this message.
    pub message: Option<Seq>,
    /// Only of this subject, in this scope.
    pub subject: Option<(Arc<str>, Subject)>,
}

/// Which subjects to list. All conditions hold together; each is open by default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SubjectQuery {
    /// Only subjects behind this one in the listing: [`StoredSubject::place`].
    pub after: Option<i64>,
    /// Those first heard of last come first. The default is the reverse.
    pub newest_first: bool,
    /// At most so many; [`PAGE`] by default.
    pub limit: usize,
    /// Only of this scope.
    pub scope: Option<Arc<str>>,
    /// Only of this kind.
    pub kind: Option<SubjectKind>,
    /// Only with this id; several scopes may know it.
    pub id: Option<Box<str>>,
}

impl Default for MessageQuery {
    fn default() -> Self {
        Self {
            after: None,
            before: None,
            newest_first: false,
            limit: PAGE,
            endpoint: None,
            scope: None,
            id: None,
            name: None,
            class: None,
            subject: None,
            bodies: false,
        }
    }
}

impl Default for JobQuery {
    fn default() -> Self {
        let (after, subscription, state, message, subject) = (None, None, None, None, None);
        Self { after, limit: PAGE, subscription, state, message, subject }
    }
}

impl Default for SubjectQuery {
    fn default() -> Self {
        Self { after: None, newest_first: false, limit: PAGE, scope: None, kind: None, id: None }
    }
}

/// A subject as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredSubject {
    /// Its place in listings: the order in which subjects were first heard of.
    pub place: i64,
    /// The scope.
    pub scope: Arc<str>,
    /// What is known; of an erased subject, that it was deleted.
    pub state: State,
    /// When it was first heard of, by the store's clock.
    pub created_at: SystemTime,
    /// When it was erased.
    pub erased_at: Option<SystemTime>,
}

impl StoredSubject {
    /// A subject that was just heard of.
    pub fn new(place: i64, scope: Arc<str>, state: State, created_at: SystemTime) -> Self {
        Self { place, scope, state, created_at, erased_at: None }
    }
}

/// A subscription as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredSubscription {
    /// The subscription.
    pub subscription: Subscription,
    /// Whether it is parked: nobody works for it, and its jobs wait.
    pub parked: bool,
    /// Jobs were made for every message up to this one; `None` where jobs are made as messages come.
    pub filled_to: Option<Seq>,
    /// How many jobs stand where. Those that are done are not counted.
    pub jobs: BTreeMap<JobState, u64>,
    /// When the oldest job that is not over was made.
    pub oldest: Option<SystemTime>,
}

impl StoredSubscription {
    /// A subscription without jobs.
    pub fn new(subscription: Subscription) -> Self {
        let (parked, filled_to, oldest) = (false, None, None);
        Self { subscription, parked, filled_to, jobs: BTreeMap::new(), oldest }
    }

    /// How many jobs stand there.
    pub fn count(&self, state: JobState) -> u64 {
        self.jobs.get(&state).copied().unwrap_or_default()
    }
}

/// What the store holds.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Stats {
    /// Messages by class.
    pub messages: BTreeMap<Class, u64>,
    /// Deliveries beyond the first of each message.
    pub repeats: u64,
    /// Repeats with another body.
    pub conflicts: u64,
    /// Messages of which only the id is kept.
    pub forgotten: u64,
    /// Subjects by kind.
    pub subjects: BTreeMap<SubjectKind, u64>,
    /// When the oldest message was received.
    pub oldest: Option<SystemTime>,
    /// When the newest message was received.
    pub newest: Option<SystemTime>,
    /// The size of the store in bytes, where it has one.
    pub size: Option<u64>,
    /// Subscriptions, by name.
    pub subscriptions: Vec<StoredSubscription>,
}

/// How far a piece of long work has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many things were looked at.
    pub examined: u64,
    /// How many things were changed, or would be.
    pub changed: u64,
    /// How many jobs were made, or would be.
    pub jobs: u64,
    /// Where the next piece begins; `None` at the end.
    pub next: Option<Seq>,
}

impl Progress {
    /// So many looked at and changed, so many jobs made, and where to go on.
    pub fn new(examined: u64, changed: u64, jobs: u64, next: Option<Seq>) -> Self {
        Self { examined, changed, jobs, next }
    }
}

/// Which messages are old enough to be pruned.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Prune {
    /// Only messages whose last delivery was received before. A message that still has a job which is
    /// not over is kept; so is one whose sender may try again, for [`KEY_KEPT`] after its last delivery.
    pub received_before: SystemTime,
    /// From this message on.
    pub from: Seq,
    /// At most so many messages are looked at.
    pub limit: usize,
    /// Only count.
    pub dry_run: bool,
}

/// How long a message is kept after its last delivery at least: 35 hours. The sender's schedule
/// takes 27 hours and 35 minutes, and each of its steps may be longer by a fifth.
pub const KEY_KEPT: Duration = Duration::from_secs(35 * 3600);

impl Prune {
    /// The first piece of pruning what was received before.
    pub fn before(received_before: SystemTime) -> Self {
        Self { received_before, from: 0, limit: 1000, dry_run: false }
    }
}

/// What was erased with a subject.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Erased {
    /// Messages of which only the id is left.
    pub messages: u64,
    /// Jobs that were not over.
    pub jobs: u64,
    /// Subjects whose state was reduced to deleted marks: with a bot, its recordings too.
    pub subjects: u64,
}

impl Erased {
    /// So many of each.
    pub fn new(messages: u64, jobs: u64, subjects: u64) -> Self {
        Self { messages, jobs, subjects }
    }
}

/// Something that does not hold and should.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// What was checked, in a word or two.
    pub check: &'static str,
    /// What was found.
    pub found: Box<str>,
}

impl Fault {
    /// What was checked, and what was found.
    pub fn new(check: &'static str, found: impl Into<Box<str>>) -> Self {
        Self { check, found: found.into() }
    }
}
