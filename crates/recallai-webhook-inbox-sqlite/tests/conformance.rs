//! The promises of the contract, kept by an inbox in a file.
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use recallai_webhook_inbox::conformance::Harness;
use recallai_webhook_inbox::{Inbox, InboxError, ManualClock};
use recallai_webhook_inbox_sqlite::SqliteInbox;

struct InFiles {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    /// The inboxes that were opened, each with its file.
    opened: Mutex<Vec<(Arc<dyn Inbox>, PathBuf)>>,
}

impl InFiles {
    fn new() -> Self {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(ManualClock::new(start)),
            opened: Mutex::default(),
        }
    }

    fn open_file(&self, path: PathBuf) -> Result<Arc<dyn Inbox>, InboxError> {
        let clock = Arc::<ManualClock>::clone(&self.clock);
        let inbox: Arc<dyn Inbox> = Arc::new(SqliteInbox::options(&path).with_clock(clock).open()?);
        self.opened.lock().unwrap().push((Arc::clone(&inbox), path));
        Ok(inbox)
    }
}

#[async_trait]
impl Harness for InFiles {
    async fn open(&self) -> Result<Arc<dyn Inbox>, InboxError> {
        let number = self.opened.lock().unwrap().len();
        self.open_file(self.folder.path().join(format!("{number}.db")))
    }

    async fn reopen(&self, inbox: Arc<dyn Inbox>) -> Result<Arc<dyn Inbox>, InboxError> {
        inbox.close().await;
        let is_it = |(opened, _): &&(Arc<dyn Inbox>, PathBuf)| Arc::ptr_eq(opened, &inbox);
        let path = self.opened.lock().unwrap().iter().find(is_it).map(|(_, path)| path.clone());
        self.open_file(path.unwrap())
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    /// The lock proves it.
    fn reopening_ends_leases(&self) -> bool {
        true
    }
}

recallai_webhook_inbox::conformance_tests!(InFiles::new());
