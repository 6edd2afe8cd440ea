//! The order of the real-time channel: one message of a feed after the other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use recallai_webhook_event::EventRef;

use crate::Message;

/// The recording that a message is about; `None` for a message that names none.
pub(crate) type Recording = Option<Arc<str>>;

/// Messages that wait for each other: those of one recording and of one feed, such as `transcript`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Lane {
    pub(crate) recording: Recording,
    feed: Box<str>,
}

impl Lane {
    pub(crate) fn of(message: &Message) -> Self {
        let event = EventRef::parse(&message.body).ok();
        let recording = event.as_ref().and_then(EventRef::recording_id).map(Arc::from);
        let feed = message.event.split_once('.').map_or(message.event.as_ref(), |(feed, _)| feed);
        Self { recording, feed: feed.into() }
    }
}

/// The lanes of one endpoint, and the recordings for which it has failed.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    /// The deliveries of each lane by index, the one under way first.
    waiting: BTreeMap<Lane, VecDeque<usize>>,
    failed: BTreeSet<Recording>,
}

impl Lanes {
    pub(crate) fn has_failed(&self, recording: &Recording) -> bool {
        self.failed.contains(recording)
    }

    /// Puts a delivery at the end of its lane, and says whether it is the first there.
    pub(crate) fn join(&mut self, lane: &Lane, delivery: usize) -> bool {
        let waiting = self.waiting.entry(lane.clone()).or_default();
        waiting.push_back(delivery);
        waiting.len() == 1
    }

    /// Takes the first delivery out of a lane, and gives the next.
    pub(crate) fn advance(&mut self, lane: &Lane) -> Option<usize> {
        let waiting = self.waiting.get_mut(lane)?;
        waiting.pop_front();
        let next = waiting.front().copied();
        if next.is_none() {
            self.waiting.remove(lane);
        }
        next
    }

    /// Fails the recording: gives all that waited for it.
    pub(crate) fn fail(&mut self, recording: &Recording) -> Vec<usize> {
        self.failed.insert(recording.clone());
        let mut dropped = Vec::new();
        self.waiting.retain(|lane, waiting| {
            let stays = lane.recording != *recording;
            if !stays {
                dropped.extend(waiting.iter().copied());
            }
            stays
        });
        dropped
    }

    /// Whether a delivery is the first of its lane.
    pub(crate) fn is_first(&self, lane: &Lane, delivery: usize) -> bool {
        self.waiting.get(lane).and_then(VecDeque::front) == Some(&delivery)
    }
}
