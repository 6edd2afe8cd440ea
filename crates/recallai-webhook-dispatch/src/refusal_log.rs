//! The log of refusals: what an operator needs, at a rate that a flood cannot raise.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{Delivery, Endpoint, Refusal};

/// How many refusals are written in one window.
const PER_WINDOW: u64 = 10;

/// How long a window is.
const WINDOW: Duration = Duration::from_secs(10);

/// Counts refusals by window; the windows follow the time of the deliveries.
#[derive(Debug, Default)]
pub(crate) struct RefusalLog {
    window: AtomicU64,
    in_window: AtomicU64,
    suppressed: AtomicU64,
}

impl RefusalLog {
    /// Writes why a delivery was refused, with the operator's diagnosis, unless too many were
    /// written lately; hands the diagnosis back. Neither holds a secret or an expected signature.
    #[cold]
    pub(crate) fn write<'h, H>(
        &self,
        endpoint: &Endpoint,
        refusal: Refusal,
        delivery: &Delivery<'h, H>,
    ) -> Option<String>
    where
        H: IntoIterator<Item = (&'h str, &'h [u8])> + Clone,
    {
        if !self.admit(delivery.received_at) {
            self.suppressed.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let suppressed = self.suppressed.swap(0, Ordering::Relaxed);
        let diagnosis = endpoint.diagnose(delivery);
        tracing::warn!(
            endpoint = endpoint.name(),
            reason = refusal.name(),
            suppressed,
            diagnosis,
            "delivery refused: {refusal}",
        );
        diagnosis
    }

    fn admit(&self, now: SystemTime) -> bool {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let window = now.as_secs() / WINDOW.as_secs();
        if self.window.swap(window, Ordering::Relaxed) != window {
            self.in_window.store(0, Ordering::Relaxed);
        }
        self.in_window.fetch_add(1, Ordering::Relaxed) < PER_WINDOW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_writes_ten_lines_in_ten_seconds() {
        let log = RefusalLog::default();
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let written = (0..1000).filter(|_| log.admit(at(1000))).count();
        assert_eq!(written, 10);
        assert!(!log.admit(at(1009)));
        assert!(log.admit(at(1010)));
    }
}
