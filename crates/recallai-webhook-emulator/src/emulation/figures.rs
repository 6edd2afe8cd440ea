//! What a run comes to in numbers.

use std::collections::BTreeMap;

use super::Reception;
use crate::{AttemptResult, Expected};

/// What a run comes to in numbers. A message to two endpoints counts as two.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Figures {
    /// Messages: what was published, and what faults sent beside it.
    pub messages: u64,
    /// Messages that were accepted at least once.
    pub delivered: u64,
    /// Attempts that were answered or given up, those among them that faults have added.
    pub attempts: u64,
    /// Attempts that were accepted although the same message had been accepted before: what a receiver has to
    /// recognise.
    pub duplicates: u64,
    /// Attempts that were refused as they should be.
    pub rejected: u64,
    /// Attempts that were accepted and should not have been.
    pub wrongly_accepted: u64,
    /// Good attempts that were not accepted.
    pub not_accepted: u64,
    /// Attempts that should have been refused, and were neither that nor accepted: the receiver failed, or did
    /// not answer.
    pub not_refused: u64,
    /// Attempts that got lost on the way, and are not among the others.
    pub lost: u64,
    /// Answers by status code.
    pub statuses: BTreeMap<u16, u64>,
    /// Attempts that were given up at their deadline.
    pub timeouts: u64,
    /// Attempts whose connection failed.
    pub broken: u64,
}

impl Figures {
    /// Messages that were never accepted.
    pub fn undelivered(&self) -> u64 {
        self.messages.saturating_sub(self.delivered)
    }

    pub(super) fn count(
        &mut self,
        result: AttemptResult,
        reception: Reception,
        expected: Expected,
    ) {
        self.attempts += 1;
        match result {
            AttemptResult::Status { code, .. } => *self.statuses.entry(code).or_default() += 1,
            AttemptResult::Timeout => self.timeouts += 1,
            AttemptResult::Transport => self.broken += 1,
        }
        match (reception, expected) {
            (Reception::AsExpected, Expected::Refused(_)) => self.rejected += 1,
            (Reception::AsExpected, _) => {}
            (Reception::WronglyAccepted, _) => self.wrongly_accepted += 1,
            (Reception::NotAccepted, _) => self.not_accepted += 1,
            (Reception::NotRefused, _) => self.not_refused += 1,
        }
    }
}
