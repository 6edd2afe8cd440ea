//! The jobs of a subscription that can come to be claimed, in their order.

use std::collections::{BTreeSet, HashMap};
use std::time::SystemTime;

use super::store::SubjectKey;
use crate::{JobId, Seq};

/// Where a job stands in the order of commits.
pub(super) type Place = (Seq, JobId);

/// What decides when it is a job's turn.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) subject: Option<SubjectKey>,
    /// From when on it can be claimed; at once if there is no such time.
    pub(super) due_at: Option<SystemTime>,
    /// It runs, or holds up others until its next attempt or until it was put off to: it keeps its subject to
    /// itself, also when one that comes before it is made meanwhile.
    pub(super) keeps: bool,
}

/// Knows whose turn it is without going through all who wait: of ten thousand jobs about one subject, a claim
/// looks at one.
#[derive(Debug, Default)]
pub(super) struct Queue {
    entries: HashMap<Place, Entry>,
    timers: BTreeSet<(SystemTime, Place)>,
    lanes: HashMap<SubjectKey, Lane>,
    /// Those whose turn it is: one of each lane at most, and all without a subject that are due.
    heads: BTreeSet<Place>,
}

/// The jobs of one subject.
#[derive(Debug, Default)]
struct Lane {
    due: BTreeSet<Place>,
    keepers: BTreeSet<Place>,
}

impl Queue {
    /// Puts a job in its place, or says anew what there is to know of it.
    pub(super) fn put(&mut self, place: Place, entry: Entry) {
        self.remove(place);
        match entry.due_at {
            Some(due_at) => {
                self.timers.insert((due_at, place));
            }
            None => self.set_due(place, &entry.subject),
        }
        if entry.keeps {
            self.in_lane(&entry.subject, |lane| {
                lane.keepers.insert(place);
            });
        }
        self.entries.insert(place, entry);
    }

    pub(super) fn remove(&mut self, place: Place) {
        let Some(entry) = self.entries.remove(&place) else { return };
        if let Some(due_at) = entry.due_at {
            self.timers.remove(&(due_at, place));
        }
        self.heads.remove(&place);
        self.in_lane(&entry.subject, |lane| {
            lane.due.remove(&place);
            lane.keepers.remove(&place);
        });
    }

    /// Lets those be claimed whose time has come, and says which they are.
    pub(super) fn advance(&mut self, now: SystemTime) -> Vec<Place> {
        let mut due = Vec::new();
        while let Some((due_at, place)) = self.timers.first().copied()
            && due_at <= now
        {
            self.timers.pop_first();
            if let Some(entry) = self.entries.get_mut(&place) {
                entry.due_at = None;
                let subject = entry.subject.clone();
                self.set_due(place, &subject);
            }
            due.push(place);
        }
        due
    }

    /// Those whose turn it is.
    pub(super) fn heads(&self) -> impl Iterator<Item = Place> {
        self.heads.iter().copied()
    }

    /// When the next time comes that a job waits for.
    pub(super) fn next_due(&self) -> Option<SystemTime> {
        self.timers.first().map(|(due_at, _)| *due_at)
    }

    fn set_due(&mut self, place: Place, subject: &Option<SubjectKey>) {
        match subject {
            Some(_) => self.in_lane(subject, |lane| {
                lane.due.insert(place);
            }),
            None => {
                self.heads.insert(place);
            }
        }
    }

    /// Changes a lane, and whose turn it is in there.
    fn in_lane(&mut self, subject: &Option<SubjectKey>, change: impl FnOnce(&mut Lane)) {
        let Some(subject) = subject else { return };
        let lane = self.lanes.entry(subject.clone()).or_default();
        if let Some(head) = lane.head() {
            self.heads.remove(&head);
        }
        change(lane);
        self.heads.extend(lane.head());
        if lane.due.is_empty() && lane.keepers.is_empty() {
            self.lanes.remove(subject);
        }
    }
}

impl Lane {
    fn head(&self) -> Option<Place> {
        match self.keepers.last() {
            Some(keeper) => self.due.get(keeper).copied(),
            None => self.due.first().copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};
    use std::time::{Duration, UNIX_EPOCH};

    use proptest::prelude::*;
    use recallai_webhook_recording::Subject;

    use super::*;

    fn subject(name: &str) -> Option<SubjectKey> {
        Some(("s".into(), Subject::recording(name)))
    }

    fn at(second: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(second)
    }

    #[test]
    fn a_claim_looks_at_one_job_of_each_subject() {
        let mut queue = Queue::default();
        for id in 1..=10_000 {
            let subject = subject(["a", "b", "c"][id as usize % 3]);
            queue.put((id, id), Entry { subject, due_at: None, keeps: false });
        }
        assert_eq!(queue.heads().collect::<Vec<_>>(), [(1, 1), (2, 2), (3, 3)]);
        // One runs: nothing of its subject is looked at.
        queue.put((1, 1), Entry { subject: subject("b"), due_at: Some(at(1)), keeps: true });
        assert_eq!(queue.heads().collect::<Vec<_>>(), [(2, 2), (3, 3)]);
        assert_eq!(queue.advance(at(0)), []);
        queue.remove((1, 1));
        assert_eq!(queue.heads().collect::<Vec<_>>(), [(2, 2), (3, 3), (4, 4)]);
        // Nothing stays behind of what has gone.
        (1..=10_000).for_each(|id| queue.remove((id, id)));
        assert!(queue.lanes.is_empty() && queue.heads.is_empty() && queue.entries.is_empty());
    }

    /// Whose turn it is, found by going through all.
    fn plain(jobs: &BTreeMap<Place, Entry>, now: SystemTime) -> Vec<Place> {
        let keepers = jobs.iter().filter(|(_, entry)| entry.keeps);
        let keepers: HashMap<_, _> =
            keepers.filter_map(|(place, entry)| Some((entry.subject.clone()?, *place))).collect();
        let mut taken = HashSet::new();
        let mut heads = Vec::new();
        for (place, entry) in jobs.iter().filter(|(_, entry)| entry.due_at <= Some(now)) {
            let is_free = entry.subject.as_ref().is_none_or(|subject| {
                let keeper = keepers.get(subject);
                !taken.contains(subject) && keeper.is_none_or(|keeper| keeper == place)
            });
            if is_free {
                heads.push(*place);
                taken.extend(entry.subject.clone());
            }
        }
        heads
    }

    proptest! {
        #[test]
        fn the_turns_are_those_that_going_through_all_finds(
            steps in prop::collection::vec(
                (1_i64..12, 0_usize..4, prop::option::of(0_u64..40), any::<bool>(), 0_u8..4),
                1..60,
            ),
        ) {
            let (mut queue, mut jobs) = (Queue::default(), BTreeMap::new());
            for (second, (id, name, due, keeps, kind)) in (0..).zip(steps) {
                let place = (id, id);
                if kind == 0 {
                    queue.remove(place);
                    jobs.remove(&place);
                } else {
                    let subject = ["a", "b", "c"].get(name).and_then(|name| subject(name));
                    let entry = Entry { subject, due_at: due.map(at), keeps };
                    queue.put(place, entry.clone());
                    jobs.insert(place, entry);
                }
                queue.advance(at(second));
                prop_assert_eq!(queue.heads().collect::<Vec<_>>(), plain(&jobs, at(second)));
                let next = jobs.values().filter_map(|entry| entry.due_at);
                prop_assert_eq!(queue.next_due(), next.filter(|due| *due > at(second)).min());
            }
        }
    }
}
