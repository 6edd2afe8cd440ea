//! What is due when.

use std::collections::BTreeMap;
use std::time::Duration;

use super::attempt::Trigger;
use super::request::Request;

/// The place of an entry: its time, then the order in which entries were made.
pub(crate) type Place = (Duration, u64);

/// One attempt to come.
#[derive(Debug)]
pub(crate) struct Due {
    /// The index of the delivery.
    pub(crate) delivery: usize,
    pub(crate) trigger: Trigger,
    /// The request to send once more, byte for byte, and the time it is signed for.
    pub(crate) resend: Option<(Request, u64)>,
}

/// The attempts to come, earliest first.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    entries: BTreeMap<Place, Due>,
    made: u64,
}

impl Queue {
    pub(crate) fn push(&mut self, at: Duration, due: Due) -> Place {
        let place = (at, self.made);
        self.made += 1;
        self.entries.insert(place, due);
        place
    }

    /// When the first is due.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.entries.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the first out if it is due.
    pub(crate) fn pop(&mut self, now: Duration) -> Option<Due> {
        self.next().filter(|at| *at <= now)?;
        self.entries.pop_first().map(|(_, due)| due)
    }

    pub(crate) fn remove(&mut self, place: Place) {
        self.entries.remove(&place);
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&Due) -> bool) {
        self.entries.retain(|_, due| keep(due));
    }
}
