//! What is measured of an endpoint.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use recallai_webhook_dispatch::VerifiedDelivery;

use crate::meter::{Counter, Histogram, Words};
use crate::names::BLINKS;

/// Of a time that is not known.
const NONE: i64 = i64::MIN;

#[derive(Debug)]
pub(crate) struct EndpointMeters {
    pub(crate) results: Words,
    pub(crate) acknowledgement: Histogram,
    pub(crate) unknown: Counter,
    /// In milliseconds since the Unix epoch.
    last_delivery: AtomicI64,
    /// In milliseconds.
    skew: AtomicI64,
}

impl Default for EndpointMeters {
    fn default() -> Self {
        Self {
            results: Words::default(),
            acknowledgement: Histogram::of_durations(BLINKS),
            unknown: Counter::default(),
            last_delivery: AtomicI64::new(NONE),
            skew: AtomicI64::new(NONE),
        }
    }
}

impl EndpointMeters {
    /// Takes note of a delivery that was let in.
    pub(crate) fn delivered(&self, delivery: &VerifiedDelivery, now: SystemTime) {
        let received_at = delivery.received_at();
        // A clock that was put back meanwhile says nothing.
        self.acknowledgement.observe_time(now.duration_since(received_at).unwrap_or_default());
        let received_at = millis(received_at);
        self.last_delivery.store(received_at, Ordering::Relaxed);
        let sent_at = delivery.timestamp().and_then(|sent| i64::try_from(sent).ok());
        if let Some(sent_at) = sent_at {
            let skew = received_at.saturating_sub(sent_at.saturating_mul(1000));
            self.skew.store(skew, Ordering::Relaxed);
        }
    }

    /// Takes note of a delivery of before this process began, unless a later one is known.
    pub(crate) fn delivered_before(&self, received_at: SystemTime) {
        let (order, received_at) = (Ordering::Relaxed, millis(received_at));
        // An error is one that is known.
        let _ = self.last_delivery.compare_exchange(NONE, received_at, order, order);
    }

    pub(crate) fn last_delivery(&self) -> Option<SystemTime> {
        let millis = known(&self.last_delivery)?;
        UNIX_EPOCH.checked_add(Duration::from_millis(u64::try_from(millis).ok()?))
    }

    /// In seconds.
    pub(crate) fn skew(&self) -> Option<f64> {
        known(&self.skew).map(|millis| millis as f64 / 1000.0)
    }
}

fn known(value: &AtomicI64) -> Option<i64> {
    Some(value.load(Ordering::Relaxed)).filter(|value| *value != NONE)
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
