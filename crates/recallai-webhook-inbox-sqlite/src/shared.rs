//! What the handles of an inbox and its threads share.

use std::path::PathBuf;
use std::sync::Arc;

use recallai_webhook_inbox::{Clock, InboxError, Watchers};
use rusqlite::Connection;
use tokio::sync::watch;

use crate::completions::Completions;
use crate::operation::Operation;
use crate::path;
use crate::probing::Probing;
use crate::queue::Queue;

/// A question, answered on one of the reading threads.
pub(crate) type Question = Box<dyn FnOnce(&Connection) + Send>;

pub(crate) struct Shared {
    pub(crate) path: PathBuf,
    pub(crate) log: PathBuf,
    /// Which file and which log were opened.
    pub(crate) files: path::Identities,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) watchers: Watchers,
    pub(crate) operations: Queue<Box<dyn Operation>>,
    pub(crate) questions: Queue<Question>,
    pub(crate) completions: Completions,
    pub(crate) probing: Probing,
    /// Whether all threads are done.
    pub(crate) ended: watch::Sender<bool>,
}

impl Shared {
    /// Whether the files are those that were opened.
    ///
    /// # Errors
    ///
    /// One was moved, or another was put in its place: what is written is found by nobody.
    pub(crate) fn require_files(&self) -> Result<(), InboxError> {
        if path::identities(&self.path, &self.log) == self.files {
            return Ok(());
        }
        Err(path::moved(&self.path))
    }

    /// Accepts no more. What was accepted is finished.
    pub(crate) fn close(&self) {
        self.operations.close();
        self.questions.close();
    }
}
