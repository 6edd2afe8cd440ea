//! Receivers that are away: who is asked for it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use crate::meter::lock;

/// Since when the receiver of a subscription's output is away, and why.
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
pub type Standing = Arc<dyn Fn() -> Option<Away> + Send + Sync>;

/// Whom to ask, by subscription.
#[derive(Default)]
pub(crate) struct Standings(Mutex<BTreeMap<Box<str>, Standing>>);

impl Standings {
    pub(crate) fn replace(&self, standings: BTreeMap<Box<str>, Standing>) {
        *lock(&self.0) = standings;
    }

    pub(crate) fn of(&self, subscription: &str) -> Option<Away> {
        let standing = lock(&self.0).get(subscription).cloned();
        standing.and_then(|standing| standing())
    }

    /// Every subscription with a standing, by name.
    pub(crate) fn all(&self) -> Vec<(Box<str>, Option<Away>)> {
        let standings = lock(&self.0).clone();
        standings.into_iter().map(|(name, standing)| (name, standing())).collect()
    }
}

impl fmt::Debug for Standings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(lock(&self.0).keys()).finish()
    }
}
