//! Why the service does not run.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use recallai_webhook_dispatch::inbox::InboxError;
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::config::{ConfigError, Problem};

/// Why the service did not start, or ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The configuration makes no sense, or names something that is not there.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The address cannot be listened at.
    #[error("{address}: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The inbox cannot be opened.
    #[error("{}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: InboxError,
    },
    /// The inbox failed in a way that does not pass.
    #[error(transparent)]
    Inbox(InboxError),
    /// The server failed.
    #[error("the server: {0}")]
    Server(io::Error),
    /// A task of the service broke off.
    #[error("a task of the service broke off: {0}")]
    Task(#[from] tokio::task::JoinError),
    /// The configuration was not read in time: a file of it is slow, or a pipe into which nobody writes.
    #[error("the configuration was not read within {} s: a file of it is slow, or a pipe", .0.as_secs())]
    Slow(Duration),
    /// The service has ended.
    #[error("the service has ended")]
    Ended,
}

impl From<Vec<Problem>> for ServiceError {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Config(ConfigError::Problems(problems))
    }
}

/// That another process serves from the inbox, if one does.
pub(super) fn in_use(path: &Path) -> Option<ServiceError> {
    let source = InboxError::InUse { store: path.display().to_string().into() };
    let error = ServiceError::Open { path: path.to_owned(), source };
    SqliteInbox::is_owned(path).then_some(error)
}
