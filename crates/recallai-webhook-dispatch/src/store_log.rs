//! The log of a store that fails: each outage is told at a limited rate, and its end once.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use recallai_webhook_inbox::InboxError;

use crate::VerifiedDelivery;

/// How long it is silent after a line.
const WINDOW: Duration = Duration::from_secs(10);

/// Counts deliveries that were not stored since the last that was.
#[derive(Debug, Default)]
pub(crate) struct StoreLog {
    failed: AtomicU64,
    /// When the last line may be followed by another, in seconds.
    silent_until: AtomicU64,
    /// Whether the end of what was told is to be told.
    is_told: AtomicBool,
}

impl StoreLog {
    /// A delivery was not stored.
    #[cold]
    pub(crate) fn failed(&self, delivery: &VerifiedDelivery, error: &InboxError) {
        let failed = self.failed.fetch_add(1, Ordering::Relaxed) + 1;
        let now = delivery.received_at().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = now.as_secs();
        // A clock that was set back does not silence it for longer.
        let next = now + WINDOW.as_secs();
        let may_speak = |until| (until <= now || until > next).then_some(next);
        let order = Ordering::Relaxed;
        if self.silent_until.fetch_update(order, order, may_speak).is_ok() {
            self.is_told.store(true, Ordering::Relaxed);
            let (endpoint, reason) = (delivery.endpoint(), error.name());
            tracing::error!(
                endpoint,
                reason,
                failed,
                "not stored, the sender will try again: {error}"
            );
        }
    }

    /// A delivery was stored.
    pub(crate) fn stored(&self, delivery: &VerifiedDelivery) {
        // The usual path only reads.
        if self.failed.load(Ordering::Relaxed) > 0 {
            let failed = self.failed.swap(0, Ordering::Relaxed);
            if failed > 0 && self.is_told.swap(false, Ordering::Relaxed) {
                tracing::warn!(endpoint = delivery.endpoint(), failed, "the store works again");
            }
        }
    }
}
