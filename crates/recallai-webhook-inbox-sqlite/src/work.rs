//! What an operation works with: the connection of the writer, within a transaction, and what the
//! writer remembers from one to the next.

use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_inbox::plan::{self, Standing};
use recallai_webhook_inbox::{Subscription, Topic};
use recallai_webhook_recording::Subject;
use rusqlite::Connection;

use crate::counters::Deltas;
use crate::failure::Result;
use crate::states::States;
use crate::time::{Micros, micros, time};

/// A subscription as the writer has it.
#[derive(Debug, Clone)]
pub(crate) struct SubscriptionRow {
    pub(crate) id: i64,
    /// Its position counts messages, or for a need the ids of subjects.
    pub(crate) standing: Standing,
}

impl SubscriptionRow {
    pub(crate) fn subscription(&self) -> &Subscription {
        &self.standing.subscription
    }
}

/// What the writer remembers. All of it can be read again.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) states: States,
    pub(crate) deltas: Deltas,
    pub(crate) subscriptions: Option<Arc<[SubscriptionRow]>>,
    /// Who is to be told after the commit.
    pub(crate) woken: Woken,
    /// Whether something was erased that the log may still have.
    pub(crate) has_erased: bool,
}

impl Memory {
    pub(crate) fn new(states: usize) -> Self {
        let (deltas, woken) = Default::default();
        Self { states: States::new(states), deltas, subscriptions: None, woken, has_erased: false }
    }

    /// A transaction was undone, or somebody else has written.
    pub(crate) fn clear(&mut self) {
        self.forget();
        self.woken.clear();
    }

    /// A part of a transaction was undone. Who is told of the rest stays.
    pub(crate) fn forget(&mut self) {
        self.states.clear();
        self.deltas.clear();
        self.subscriptions = None;
    }
}

/// What a transaction has changed.
#[derive(Debug, Default)]
pub(crate) struct Woken {
    subjects: Vec<Topic>,
    jobs: Vec<Arc<str>>,
    messages: bool,
}

impl Woken {
    pub(crate) fn subject(&mut self, scope: &Arc<str>, subject: Subject) {
        self.subjects.push(Topic::Subject(Arc::clone(scope), subject));
    }

    pub(crate) fn jobs(&mut self, subscription: &Arc<str>) {
        if !self.jobs.contains(subscription) {
            self.jobs.push(Arc::clone(subscription));
        }
    }

    pub(crate) fn messages(&mut self) {
        self.messages = true;
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn take(&mut self) -> Vec<Topic> {
        let Self { mut subjects, jobs, messages } = std::mem::take(self);
        subjects.extend(jobs.into_iter().map(Topic::Jobs));
        subjects.extend(messages.then_some(Topic::Messages));
        subjects
    }
}

/// One transaction of the writer.
pub(crate) struct Work<'w> {
    pub(crate) connection: &'w Connection,
    pub(crate) memory: &'w mut Memory,
    pub(crate) now: Micros,
}

impl Work<'_> {
    /// When what waits from now for so long is due.
    pub(crate) fn after(&self, wait: Duration) -> Micros {
        micros(plan::due_at(time(self.now), wait))
    }

    /// Writes what was put off to the end of the transaction, or to before others read it from the
    /// file.
    pub(crate) fn save(&mut self) -> Result<()> {
        self.memory.states.save(self.connection)?;
        self.memory.deltas.save(self.connection)
    }

    pub(crate) fn last_seq(&self) -> Result<i64> {
        crate::filling::last_seq(self.connection)
    }
}
