//! When a failed delivery is tried again.

use std::borrow::Cow;
use std::time::Duration;

use crate::seed;

const DASHBOARD: &[Duration] = &[
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 60 * 60),
    Duration::from_secs(5 * 60 * 60),
    Duration::from_secs(10 * 60 * 60),
    Duration::from_secs(10 * 60 * 60),
];

const REALTIME: &[Duration] = &[Duration::from_secs(1); 60];

/// Jitter is kept as a whole number of these parts of a delay, so that no machine rounds differently.
const PARTS: u128 = 1_000_000;

/// When a failed delivery is tried again: a delay after each failure, and what may change it.
///
/// A pure function of its arguments; [`Sender`](super::Sender) gives it the time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Schedule {
    /// The delay after the first failure, the second, and so on. When they are used up, so is the
    /// message: it has one attempt more than there are delays.
    pub delays: Cow<'static, [Duration]>,
    /// How far chance moves a delay to either side, as a part of it; 0 to 1, and 0 for what is no number.
    pub jitter: f64,
    /// The least delay, before jitter, after a timeout or a 429. Zero for none.
    pub overload_delay: Duration,
    /// Whether `retry-after` counts: it is taken between the delay and twice the delay.
    pub heeds_retry_after: bool,
}

/// What the failed attempt said about the next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backoff {
    /// The `retry-after` of the reply.
    pub retry_after: Option<Duration>,
    /// Whether it was a timeout or a 429.
    pub is_overloaded: bool,
}

impl Backoff {
    /// What a reply with `retry-after` said.
    pub const fn retry_after(after: Duration) -> Self {
        Self { retry_after: Some(after), is_overloaded: false }
    }

    /// What a timeout or a 429 without `retry-after` said.
    pub const fn overloaded() -> Self {
        Self { retry_after: None, is_overloaded: true }
    }
}

impl Schedule {
    /// The dashboard channel: 8 attempts, at once and then 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h
    /// after the previous failure, each ±20 %. ([Retries], and the sender's public worker.)
    ///
    /// [Retries]: https://docs.svix.com/retries
    pub const DASHBOARD: Self = Self {
        delays: Cow::Borrowed(DASHBOARD),
        jitter: 0.2,
        overload_delay: Duration::from_secs(60),
        heeds_retry_after: true,
    };

    /// The real-time channel: 60 retries, each a second after the previous failure, whatever the reply.
    /// ([Real-time webhook endpoints].)
    ///
    /// [Real-time webhook endpoints]: https://docs.recall.ai/docs/real-time-webhook-endpoints
    pub const REALTIME: Self = Self {
        delays: Cow::Borrowed(REALTIME),
        jitter: 0.0,
        overload_delay: Duration::ZERO,
        heeds_retry_after: false,
    };

    /// How many attempts a message has.
    pub fn attempts(&self) -> usize {
        self.delays.len() + 1
    }

    /// How long after its `failures`-th failure, counted from 1, a message is tried again; `None` when that
    /// was the last attempt.
    ///
    /// `chance` is any number, and the jitter a linear function of it: 0 gives the shortest delay,
    /// `u64::MAX` the longest. Jitter comes last, so a `retry-after` may be undercut by it.
    pub fn delay(&self, failures: usize, backoff: Backoff, chance: u64) -> Option<Duration> {
        let planned = *self.delays.get(failures.checked_sub(1)?)?;
        let mut delay = planned;
        if let Some(asked) = backoff.retry_after.filter(|_| self.heeds_retry_after) {
            delay = asked.clamp(planned, planned.saturating_mul(2));
        }
        if backoff.is_overloaded {
            delay = delay.max(self.overload_delay);
        }
        let spread = self.spread(delay);
        let shortest = delay.saturating_sub(Duration::from_nanos(spread));
        let added = seed::scaled(chance, spread.saturating_mul(2));
        Some(shortest.saturating_add(Duration::from_nanos(added)))
    }

    /// How far jitter moves `delay` to either side, in nanoseconds.
    fn spread(&self, delay: Duration) -> u64 {
        // What is not a number becomes 0 in the cast.
        let parts = (self.jitter.clamp(0.0, 1.0) * PARTS as f64).round() as u128;
        u64::try_from(delay.as_nanos().saturating_mul(parts) / PARTS).unwrap_or(u64::MAX)
    }
}
