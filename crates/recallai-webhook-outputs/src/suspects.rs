//! Suspects: what has failed while others were answered, which is then its own failure.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// So many failures are remembered. One that is forgotten is put off once more than it needs to be.
const MOST: usize = 1024;

/// How many answers the receiver had given when something failed last, by the idempotency key.
///
/// Kept here and not with a send, since what is put off comes back in another one.
#[derive(Debug, Default)]
pub(crate) struct Suspects(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    answers: u64,
    failed: HashMap<Box<str>, u64>,
}

impl Suspects {
    /// The receiver has answered to what has this key.
    pub(crate) fn answered(&self, key: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.answers += 1;
        known.failed.remove(key);
    }

    /// How many have failed since the receiver last answered, of those that are remembered.
    pub(crate) fn count(&self) -> u32 {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = known.failed.values().filter(|then| **then == known.answers);
        u32::try_from(since.count()).unwrap_or(u32::MAX)
    }

    /// The receiver did not answer to what has this key. Whether it has answered another one since the same failed
    /// before.
    pub(crate) fn failed(&self, key: &str) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = known.answers;
        if let Some(then) = known.failed.get_mut(key) {
            return std::mem::replace(then, answers) < answers;
        }
        if known.failed.len() >= MOST {
            let oldest = known.failed.iter().min_by_key(|(_, then)| **then);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                known.failed.remove(&oldest);
            }
        }
        known.failed.insert(key.into(), answers);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_ones_own_once_another_was_answered() {
        let suspects = Suspects::default();
        suspects.answered("earlier");
        assert!(!suspects.failed("a"));
        assert!(!suspects.failed("a"));
        assert_eq!(suspects.count(), 1);
        suspects.answered("b");
        assert_eq!(suspects.count(), 0);
        assert!(suspects.failed("a"));
        // Nobody was answered since.
        assert!(!suspects.failed("a"));
        suspects.answered("a");
        assert!(!suspects.failed("a"));
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let suspects = Suspects::default();
        for number in 0..2 * MOST {
            suspects.failed(&number.to_string());
        }
        assert_eq!(suspects.0.lock().unwrap().failed.len(), MOST);
    }
}
