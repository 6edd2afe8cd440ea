//! What can go wrong within a transaction, by how much of it is spoiled.

use std::path::Path;

use recallai_webhook_inbox::InboxError;
use rusqlite::ErrorCode;

/// Why an operation did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// It was refused before anything was written: the transaction goes on.
    #[error(transparent)]
    Refused(#[from] InboxError),
    /// The transaction is spoiled.
    #[error(transparent)]
    Store(#[from] rusqlite::Error),
    /// The transaction is spoiled, by something that is stored.
    #[error("{0}")]
    Damaged(String),
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub(crate) fn damaged(error: impl std::error::Error) -> Self {
        Self::Damaged(error.to_string())
    }

    /// Whether every other operation would fail too: the file, not the operation, is at fault.
    pub(crate) fn is_fault_of_file(&self) -> bool {
        let Self::Store(error) = self else { return false };
        matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::ReadOnly
                    | ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::CannotOpen
                    | ErrorCode::PermissionDenied
                    | ErrorCode::OutOfMemory
            )
        )
    }

    /// Whether the disk failed to read, write or sync.
    pub(crate) fn is_of_disk(&self) -> bool {
        matches!(self, Self::Store(error) if is_of_disk(error))
    }
}

/// Whether the disk failed to read, write or sync.
pub(crate) fn is_of_disk(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
}

impl From<Failure> for InboxError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) => error,
            Failure::Store(error) => of_store(&error),
            Failure::Damaged(reason) => Self::Damaged { reason: reason.into() },
        }
    }
}

fn of_store(error: &rusqlite::Error) -> InboxError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            InboxError::damaged(Text(error))
        }
        _ => InboxError::unavailable(Text(error)),
    }
}

/// The text of SQLite, without the statement that it may come with.
#[derive(Debug)]
struct Text<'e>(&'e rusqlite::Error);

impl std::fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            rusqlite::Error::SqliteFailure(code, Some(text)) => {
                write!(f, "{text} ({})", code.extended_code)
            }
            rusqlite::Error::SqlInputError { msg, .. } => f.write_str(msg),
            other => write!(f, "{other}"),
        }
    }
}

impl std::error::Error for Text<'_> {}

pub(crate) fn unsupported(reason: impl Into<std::sync::Arc<str>>) -> InboxError {
    InboxError::Unsupported { reason: reason.into() }
}

/// What the file system says of a file.
pub(crate) fn of_file(path: &Path, error: &std::io::Error) -> InboxError {
    InboxError::Unavailable { reason: format!("{}: {error}", path.display()).into() }
}
