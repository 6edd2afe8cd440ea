//! Durability: what a commit outlasts.

use recallai_webhook_inbox::InboxError;
use rusqlite::Connection;

use crate::failure::Result;
use crate::operation::Kind;
use crate::{connection, hooks};

/// What a commit outlasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A power failure.
    Full,
    /// The end of the process; a power failure only once a later commit was synced.
    Relaxed,
}

impl Durability {
    /// Relaxed if all of it may be undone: nobody has to wait for a sync because of it.
    pub(crate) fn of(kinds: impl IntoIterator<Item = Kind>) -> Self {
        let is_relaxed = kinds.into_iter().all(Kind::may_be_undone);
        if is_relaxed { Self::Relaxed } else { Self::Full }
    }

    /// Has the next commits of a connection outlast that. Not within a transaction.
    pub(crate) fn set(self, connection: &Connection) -> Result<()> {
        let synchronous = match (self, hooks::synchronous()) {
            (Self::Relaxed, "FULL") => "NORMAL",
            (_, synchronous) => synchronous,
        };
        connection::pragma(connection, "synchronous", synchronous)
    }
}

/// Why nothing is committed after a sync has failed.
pub(crate) fn unsound() -> InboxError {
    let reason = "a sync of the write-ahead log failed, and it could not be emptied since";
    InboxError::Unavailable { reason: reason.into() }
}
