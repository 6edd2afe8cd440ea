//! Probing: whether a message could be stored.

use std::sync::{Mutex, PoisonError};

use recallai_webhook_inbox::InboxError;
use tokio::sync::watch;

use crate::failure::Result;
use crate::work::Work;

/// As many pages as one message takes at most, with the indexes that it is in: what an append that failed has
/// left free in the log must not be enough. They are others each time, since SQLite writes no page that stays
/// as it was.
const PROBE: &str = "INSERT INTO probe (id, written) VALUES (1, randomblob(12 * 4096))
    ON CONFLICT DO UPDATE SET written = excluded.written";

impl Work<'_> {
    /// Writes what nobody reads.
    pub(crate) fn probe(&mut self) -> Result<()> {
        self.run(PROBE, [])?;
        Ok(())
    }
}

type Answer = Result<(), InboxError>;

/// The one probe that is under way. Whoever asks meanwhile is told what it finds: while a disk hangs, those who ask
/// and do not wait for the answer would else leave a probe each for the writer.
#[derive(Default)]
pub(crate) struct Probing(Mutex<Option<watch::Receiver<Option<Answer>>>>);

/// Where a probe tells what it has found.
pub(crate) struct Finding(watch::Sender<Option<Answer>>);

impl Finding {
    pub(crate) fn tell(self, answer: Answer) {
        self.0.send_replace(Some(answer));
    }
}

impl Probing {
    /// Waits for the probe that is under way, and begins one if none is.
    pub(crate) async fn join(&self, begin: impl FnOnce(Finding) -> Answer) -> Answer {
        let mut answer = self.answer(begin)?;
        let told = answer.wait_for(Option::is_some).await;
        // Without an answer the writer has ended.
        told.ok().and_then(|told| told.clone()).unwrap_or(Err(InboxError::Closed))
    }

    fn answer(
        &self,
        begin: impl FnOnce(Finding) -> Answer,
    ) -> Result<watch::Receiver<Option<Answer>>, InboxError> {
        // What panics while it is held leaves no probe under way.
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = last.as_ref().filter(|answer| is_awaited(answer)) {
            return Ok(answer.clone());
        }
        let (finding, answer) = watch::channel(None);
        begin(Finding(finding))?;
        Ok(last.insert(answer).clone())
    }
}

/// Whether an answer has not come and can still come.
fn is_awaited(answer: &watch::Receiver<Option<Answer>>) -> bool {
    answer.borrow().is_none() && answer.has_changed().is_ok()
}
