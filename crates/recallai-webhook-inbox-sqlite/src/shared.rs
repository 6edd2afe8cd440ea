//! What the handles of an inbox and its threads share.

use std::path::PathBuf;
use std::sync::Arc;

use recallai_webhook_inbox::{Clock, Watchers};
use rusqlite::Connection;
use tokio::sync::watch;

use crate::completions::Completions;
use crate::operation::Operation;
use crate::queue::Queue;

/// A question, answered on one of the reading threads.
pub(crate) type Question = Box<dyn FnOnce(&Connection) + Send>;

pub(crate) struct Shared {
    pub(crate) path: PathBuf,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) watchers: Watchers,
    pub(crate) operations: Queue<Box<dyn Operation>>,
    pub(crate) questions: Queue<Question>,
    pub(crate) completions: Completions,
    /// Whether all threads are done.
    pub(crate) ended: watch::Sender<bool>,
}

impl Shared {
    /// Accepts no more. What was accepted is finished.
    pub(crate) fn close(&self) {
        self.operations.close();
        self.questions.close();
    }
}
