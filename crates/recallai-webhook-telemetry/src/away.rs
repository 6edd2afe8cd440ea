//! Receivers that are away: who is asked for it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use crate::meter::lock;

/// Since when the receiver of a subscription's output is away, and why. A type of its own, since telemetry knows no
/// outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Away {
    /// Since when.
    pub since: SystemTime,
    /// What was heard last, as the log has it.
    pub error: Box<str>,
}

impl Away {
    /// Away since then.
    pub fn new(since: SystemTime, error: impl Into<Box<str>>) -> Self {
        Self { since, error: error.into() }
    }
}

/// Tells how the receiver of a subscription stands now; it is asked for each page and each scrape.
pub type AskAway = Arc<dyn Fn() -> Option<Away> + Send + Sync>;

/// Whom to ask, by subscription.
#[derive(Default)]
pub(crate) struct Receivers(Mutex<BTreeMap<Box<str>, AskAway>>);

impl Receivers {
    pub(crate) fn replace(&self, receivers: BTreeMap<Box<str>, AskAway>) {
        *lock(&self.0) = receivers;
    }

    pub(crate) fn of(&self, subscription: &str) -> Option<Away> {
        let ask = lock(&self.0).get(subscription).cloned();
        ask.and_then(|ask| ask())
    }

    /// Every subscription with a ask, by name.
    pub(crate) fn all(&self) -> Vec<(Box<str>, Option<Away>)> {
        let receivers = lock(&self.0).clone();
        receivers.into_iter().map(|(name, ask)| (name, ask())).collect()
    }
}

impl fmt::Debug for Receivers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(lock(&self.0).keys()).finish()
    }
}
