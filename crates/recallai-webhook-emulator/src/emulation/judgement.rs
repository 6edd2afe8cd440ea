//! Whether a receiver has answered as it should.

use crate::{AttemptResult, Expected, Verdict};

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judgement {
    /// Whether the receiver has answered as it should.
    pub reception: Reception,
    /// What the sender makes of it; `None` for a request of which it does not know: another one of the
    /// message, or a message of its own.
    pub verdict: Option<Verdict>,
}

/// What a receiver made of a request, against what it should have made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reception {
    /// It has accepted what is good, or not accepted what is not.
    AsExpected,
    /// It has accepted what it should have refused.
    WronglyAccepted,
    /// It has not accepted what is good. Under load, or while it is down, that is no mistake: the sender
    /// tries again.
    NotAccepted,
}

impl Reception {
    /// A stable word: `as_expected`, `wrongly_accepted`, `not_accepted`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsExpected => "as_expected",
            Self::WronglyAccepted => "wrongly_accepted",
            Self::NotAccepted => "not_accepted",
        }
    }

    /// Holds an answer against what was expected.
    pub(super) fn of(expected: Expected, result: AttemptResult) -> Self {
        match (expected, result.is_success()) {
            (Expected::Refused(_), true) => Self::WronglyAccepted,
            (Expected::Stored | Expected::StoredOnce, false) => Self::NotAccepted,
            (Expected::Refused(_), false) | (Expected::Stored | Expected::StoredOnce, true) => {
                Self::AsExpected
            }
        }
    }
}
