//! What a store answers to questions.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use recallai_webhook_recording::{State, SubjectKind};

use crate::{Class, Interest, JobState, Seq, Subscription};

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
    /// When the oldest job was made that is to be worked on: it waits, is to be tried again, or runs. A need
    /// that may be given up later is nothing to work on.
    pub oldest: Option<SystemTime>,
}

impl StoredSubscription {
    /// A subscription without jobs.
    pub fn new(subscription: Subscription) -> Self {
        let (parked, filled_to, oldest) = (false, None, None);
        Self { subscription, parked, filled_to, jobs: BTreeMap::new(), oldest }
    }

    /// Whether messages are kept for it although nobody works on them: it is parked, and not about a need,
    /// which takes its jobs from the state.
    pub fn keeps_messages(&self) -> bool {
        self.parked && matches!(self.subscription.interest, Interest::Messages(_))
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
