//! What an operation works with: the connection of the writer, within a transaction, and what the
//! writer remembers from one to the next.

use std::sync::Arc;

use recallai_webhook_inbox::{Interest, Subscription, Topic};
use recallai_webhook_recording::Subject;
use rusqlite::Connection;

use crate::counters::Deltas;
use crate::failure::Outcome;
use crate::states::States;
use crate::time::Micros;

/// A subscription as the writer has it.
#[derive(Debug, Clone)]
pub(crate) struct Subscribed {
    pub(crate) id: i64,
    pub(crate) subscription: Subscription,
    pub(crate) parked: bool,
    /// How far jobs were made; `None` where they are made as messages come. Counts messages, or for a
    /// need the ids of subjects.
    pub(crate) position: Option<i64>,
    /// The last message that was there before this interest was.
    pub(crate) since: i64,
}

impl Subscribed {
    pub(crate) fn is_about_messages(&self) -> bool {
        matches!(self.subscription.interest, Interest::Messages(_))
    }

    /// Whether a message that comes now makes jobs. A need that is parked or behind still takes note of
    /// turns: they would be missed.
    pub(crate) fn takes_note(&self) -> bool {
        !self.is_about_messages() || (!self.parked && self.position.is_none())
    }

    /// Whether a message was to make jobs when it came, or when it was filled.
    pub(crate) fn has_passed(&self, seq: i64) -> bool {
        self.since < seq && self.position.is_none_or(|position| position >= seq)
    }
}

/// What the writer remembers. All of it can be read again.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) states: States,
    pub(crate) deltas: Deltas,
    pub(crate) subscriptions: Option<Arc<[Subscribed]>>,
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
    /// Writes what was put off to the end of the transaction, or to before others read it from the
    /// file.
    pub(crate) fn save(&mut self) -> Outcome<()> {
        self.memory.states.save(self.connection)?;
        self.memory.deltas.save(self.connection)
    }

    pub(crate) fn last_seq(&self) -> Outcome<i64> {
        let sql = "SELECT coalesce(max(seq), 0) FROM messages";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }
}
