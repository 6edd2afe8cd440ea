//! What happened lately, for a person who looks: the last hour by minute, refusals, names that are not known.
//! All of it is bounded.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::snapshot::{Minute, RefusalSeen, UnknownName};

/// How many minutes are kept.
const MINUTES: usize = 60;

/// How many refusals are kept.
const REFUSALS: usize = 50;

/// How many names are kept; of more, the one that was seen the longest ago goes.
const NAMES: usize = 100;

/// The longest name that is kept whole, in bytes. The sender chooses it.
const MAX_NAME: usize = 120;

/// What a delivery counts as, in the minute in which it was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tally {
    Accepted,
    Duplicate,
    Refused,
    NotStored,
}

#[derive(Debug, Default)]
pub(crate) struct Recent {
    /// By the number of the minute since the Unix epoch, rising. Minutes in which nothing happened are
    /// left out.
    minutes: VecDeque<(u64, Minute)>,
    refusals: VecDeque<RefusalSeen>,
    names: HashMap<Box<str>, (u64, SystemTime)>,
}

impl Recent {
    pub(crate) fn tally(&mut self, now: SystemTime, tally: Tally) {
        let number = number(now);
        // A clock that was put back goes on in the minute that there is.
        if self.minutes.back().is_none_or(|(last, _)| *last < number) {
            self.minutes.push_back((number, Minute::at(start(number))));
        }
        while self.minutes.len() > MINUTES {
            self.minutes.pop_front();
        }
        if let Some((_, minute)) = self.minutes.back_mut() {
            let count = match tally {
                Tally::Accepted => &mut minute.accepted,
                Tally::Duplicate => &mut minute.duplicates,
                Tally::Refused => &mut minute.refused,
                Tally::NotStored => &mut minute.not_stored,
            };
            *count += 1;
        }
    }

    pub(crate) fn refuse(&mut self, refusal: RefusalSeen) {
        self.refusals.push_front(refusal);
        self.refusals.truncate(REFUSALS);
    }

    pub(crate) fn unknown(&mut self, now: SystemTime, name: &str) {
        let name = short(name);
        if let Some((count, last)) = self.names.get_mut(name) {
            *count += 1;
            *last = now;
            return;
        }
        if self.names.len() >= NAMES {
            let oldest = self.names.iter().min_by_key(|(_, (_, last))| *last);
            if let Some(oldest) = oldest.map(|(name, _)| name.clone()) {
                self.names.remove(&oldest);
            }
        }
        self.names.insert(name.into(), (1, now));
    }

    /// The last sixty minutes, the present one last, also those in which nothing happened.
    pub(crate) fn minutes(&self, now: SystemTime) -> Vec<Minute> {
        let last = self.minutes.back().map_or(0, |(last, _)| *last).max(number(now));
        let first = last.saturating_sub(MINUTES as u64 - 1);
        let mut kept = self.minutes.iter().skip_while(|(number, _)| *number < first).peekable();
        let minutes = (first..=last).map(|number| {
            let found = kept.next_if(|(kept, _)| *kept == number);
            found.map_or_else(|| Minute::at(start(number)), |(_, minute)| minute.clone())
        });
        minutes.collect()
    }

    /// The last refusals, the newest first.
    pub(crate) fn refusals(&self) -> Vec<RefusalSeen> {
        self.refusals.iter().cloned().collect()
    }

    /// The names that were seen, the one seen last first.
    pub(crate) fn names(&self) -> Vec<UnknownName> {
        let names = self.names.iter();
        let mut names: Vec<_> =
            names.map(|(name, (count, last))| UnknownName::new(name, *count, *last)).collect();
        names.sort_by(|a, b| b.last_at.cmp(&a.last_at).then_with(|| a.name.cmp(&b.name)));
        names
    }
}

fn number(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() / 60
}

fn start(number: u64) -> SystemTime {
    UNIX_EPOCH.checked_add(Duration::from_secs(number.saturating_mul(60))).unwrap_or(UNIX_EPOCH)
}

/// A name, cut off where it is too long.
fn short(name: &str) -> &str {
    let end = (0..=MAX_NAME.min(name.len())).rev().find(|at| name.is_char_boundary(*at));
    end.and_then(|end| name.get(..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: u64, seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(60 * (1_000_000 + minutes) + seconds)
    }

    #[test]
    fn an_hour_is_kept_by_minute() {
        let mut recent = Recent::default();
        recent.tally(at(0, 59), Tally::Accepted);
        recent.tally(at(1, 0), Tally::Accepted);
        recent.tally(at(1, 1), Tally::Duplicate);
        // Put back by an hour.
        recent.tally(at(0, 0), Tally::Refused);
        recent.tally(at(60, 0), Tally::NotStored);
        let minutes = recent.minutes(at(60, 30));
        assert_eq!(minutes.len(), 60);
        let counts = |minute: &Minute| {
            (minute.accepted, minute.duplicates, minute.refused, minute.not_stored)
        };
        assert_eq!((minutes[0].at, counts(&minutes[0])), (at(1, 0), (1, 1, 1, 0)));
        assert_eq!((minutes[59].at, counts(&minutes[59])), (at(60, 0), (0, 0, 0, 1)));
        assert!(minutes[1..59].iter().all(|minute| counts(minute) == (0, 0, 0, 0)));
        let later = recent.minutes(at(1000, 0));
        assert!(later.iter().all(|minute| counts(minute) == (0, 0, 0, 0)));
        for minute in 61..1000 {
            recent.tally(at(minute, 0), Tally::Accepted);
        }
        assert_eq!(recent.minutes.len(), MINUTES);
    }

    #[test]
    fn names_are_bounded() {
        let mut recent = Recent::default();
        for n in 0..NAMES as u64 + 10 {
            recent.unknown(at(n, 0), &format!("name.{n}"));
            recent.unknown(at(n, 1), "always.there");
        }
        let names = recent.names();
        assert_eq!(names.len(), NAMES);
        assert_eq!((&*names[0].name, names[0].count), ("always.there", NAMES as u64 + 10));
        assert_eq!(&*names[1].name, "name.109");
        recent.unknown(at(2000, 0), &"ä".repeat(1000));
        assert_eq!(recent.names()[0].name.len(), MAX_NAME);
    }

    #[test]
    fn refusals_are_bounded_and_the_newest_is_first() {
        let mut recent = Recent::default();
        for n in 0..60 {
            recent.refuse(RefusalSeen::new(at(n, 0), "recall", "too_old", None));
        }
        let refusals = recent.refusals();
        assert_eq!((refusals.len(), refusals[0].at), (REFUSALS, at(59, 0)));
    }
}
