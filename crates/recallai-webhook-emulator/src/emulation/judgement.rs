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

/// What a receiver made of an attempt, against what it should have made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reception {
    /// It has accepted what is good, or refused what is not.
    AsExpected,
    /// It has accepted what it should have refused.
    WronglyAccepted,
    /// It has not accepted what is good. Under load, or while it is down, that is no mistake: the sender
    /// tries again.
    NotAccepted,
    /// It has not refused what is not good: it has failed, or not answered. The sender tries again as well, but
    /// nobody knows why it was not taken.
    NotRefused,
}

impl Reception {
    /// A stable word: `as_expected`, `wrongly_accepted`, `not_accepted`, `not_refused`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsExpected => "as_expected",
            Self::WronglyAccepted => "wrongly_accepted",
            Self::NotAccepted => "not_accepted",
            Self::NotRefused => "not_refused",
        }
    }

    /// Holds an answer against what was expected.
    pub(super) fn of(expected: Expected, result: AttemptResult) -> Self {
        match (expected, result) {
            (Expected::Stored | Expected::StoredOnce, _) => match result.is_success() {
                true => Self::AsExpected,
                false => Self::NotAccepted,
            },
            (Expected::Refused(_), _) if result.is_success() => Self::WronglyAccepted,
            (Expected::Refused(_), AttemptResult::Status { code: 400..=499, .. }) => {
                Self::AsExpected
            }
            // Whoever does not want the rest of a body may close the connection.
            (Expected::Refused(400 | 408 | 413), AttemptResult::Transport) => Self::AsExpected,
            (Expected::Refused(_), _) => Self::NotRefused,
        }
    }
}
