//! Calls of handlers, as a run keeps them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_inbox::{JobId, Turn};
use recallai_webhook_recording::Subject;

/// One attempt of a handler at its work.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Call {
    /// The name of the subscription; in inline mode [`Run::INLINE`](crate::Run::INLINE).
    pub subscription: Arc<str>,
    /// The name of the event, for work on a message that could be read.
    pub event: Option<Box<str>>,
    /// The id of the message, for work on one.
    pub message_id: Option<Box<str>>,
    /// The turn, for work on one.
    pub turn: Option<Turn>,
    /// The recording, bot or upload within whose order it works; `None` in inline mode.
    pub subject: Option<Subject>,
    /// Which attempt at this work it is, from 1. In inline mode always 1: the attempts are the sender's.
    pub attempt: u32,
    /// What came of it.
    pub outcome: CallOutcome,
    /// When it started, after the start of the run.
    pub started: Duration,
    /// When its outcome was stored; `None` if it never was.
    pub ended: Option<Duration>,
    /// The job, by which the stages of a call are put together.
    pub(crate) job: Option<JobId>,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallOutcome {
    /// It has not ended, or nobody can tell.
    Running,
    /// The handler succeeded.
    Succeeded,
    /// The handler failed. In a worker it is called again; in inline mode if the sender delivers again.
    Failed {
        /// What it failed with.
        error: Box<str>,
    },
    /// The handler failed for good: the job is a dead letter.
    Dead {
        /// What it failed with.
        error: Box<str>,
    },
    /// It does not count: the job went back to the inbox, or somebody else has it.
    Void,
}

impl fmt::Display for CallOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Running => f.write_str("running"),
            Self::Succeeded => f.write_str("succeeded"),
            Self::Failed { error } => write!(f, "failed: {error}"),
            Self::Dead { error } => write!(f, "dead: {error}"),
            Self::Void => f.write_str("void"),
        }
    }
}

impl Call {
    /// What the handler was called for: the name of an event, or a turn.
    pub fn about(&self) -> &str {
        match (&self.event, self.turn) {
            (Some(event), _) => event,
            (None, Some(turn)) => turn.as_str(),
            (None, None) => "unreadable",
        }
    }
}

/// Some of the calls of a run, in the order in which they started. Made by [`Run::calls`](crate::Run::calls).
#[derive(Debug, Clone)]
pub struct Calls<'r>(Vec<&'r Call>);

impl<'r> Calls<'r> {
    pub(crate) fn new(calls: impl IntoIterator<Item = &'r Call>) -> Self {
        Self(calls.into_iter().collect())
    }

    /// Those of them that succeeded.
    #[must_use]
    pub fn succeeded(&self) -> Self {
        self.only(|call| call.outcome == CallOutcome::Succeeded)
    }

    /// Those of them that failed, for good or not.
    #[must_use]
    pub fn failed(&self) -> Self {
        let is_failure = |call: &Call| {
            matches!(call.outcome, CallOutcome::Failed { .. } | CallOutcome::Dead { .. })
        };
        self.only(is_failure)
    }

    /// Those of them for a recording, a bot or an upload.
    #[must_use]
    pub fn of(&self, subject: &Subject) -> Self {
        self.only(|call| call.subject.as_ref() == Some(subject))
    }

    /// Those of them for an event of this name, or a turn of this name.
    #[must_use]
    pub fn about(&self, name: &str) -> Self {
        self.only(|call| call.about() == name)
    }

    /// Those of them of which this holds.
    #[must_use]
    pub fn only(&self, holds: impl Fn(&Call) -> bool) -> Self {
        Self(self.0.iter().copied().filter(|call| holds(call)).collect())
    }

    /// How many they are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &'r Call> + '_ {
        self.0.iter().copied()
    }
}

impl<'r> IntoIterator for Calls<'r> {
    type Item = &'r Call;
    type IntoIter = std::vec::IntoIter<&'r Call>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
