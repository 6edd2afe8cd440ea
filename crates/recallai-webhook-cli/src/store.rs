//! The database: the file that an inbox is in, and what its errors mean for the person who asked.

use std::path::{Path, PathBuf};

use clap::Args;
use recallai_webhook_inbox::{Inbox, InboxError};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::exit::Failure;

/// The file that `serve` makes where it is started, if it is told of no other.
pub(crate) const DEFAULT: &str = "recallai-webhook.db";

#[derive(Debug, Args)]
pub(crate) struct Database {
    /// The file that `serve` keeps its inbox in; it may be running
    #[arg(long, value_name = "FILE", default_value = DEFAULT)]
    database: PathBuf,
}

impl Database {
    /// Asks an inbox that another process may be serving from.
    pub(crate) fn with<T>(
        &self,
        ask: impl AsyncFnOnce(&SqliteInbox) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let file = self.database.as_path();
        self.must_exist()?;
        let inbox = SqliteInbox::attach(file).map_err(|error| failure_at(file, &error))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.map_err(Failure::failed)?.block_on(async {
            let asked = ask(&inbox).await;
            inbox.close().await;
            asked
        })
    }

    fn must_exist(&self) -> Result<(), Failure> {
        let file = self.database.display();
        match self.database.try_exists() {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::not_tried(format!(
                "there is no database {file}; `recallai-webhook serve --database {file}` makes it"
            ))),
            Err(error) => Err(Failure::not_tried_at(file, error)),
        }
    }
}

/// An error of the store, where its file is named.
pub(crate) fn failure_at(file: &Path, error: &InboxError) -> Failure {
    let (name, error_text) = (file.display().to_string(), error.to_string());
    let message = match error_text.contains(&name) {
        true => error_text,
        false => format!("{name}: {error_text}"),
    };
    match error {
        InboxError::InUse { .. } => Failure::in_use(format!(
            "{message}; `recordings`, `messages`, `dead-letters`, `subscriptions` and `inbox` work beside it"
        )),
        InboxError::Older { .. }
        | InboxError::Newer { .. }
        | InboxError::Damaged { .. }
        | InboxError::Unsupported { .. } => Failure::not_tried(message),
        _ => Failure::failed(message),
    }
}

impl From<InboxError> for Failure {
    fn from(error: InboxError) -> Self {
        match error {
            InboxError::UnknownSubscription { .. }
            | InboxError::SubscriptionInUse { .. }
            | InboxError::Unsupported { .. } => Self::not_tried(error),
            _ => Self::failed(error),
        }
    }
}
