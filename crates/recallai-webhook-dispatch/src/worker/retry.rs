//! Retry policies: how often a job is tried, and how long it waits in between. Pure: no clock, no
//! source of randomness.

use std::time::Duration;

/// How often a job is tried, and how long it waits in between.
///
/// The wait before each attempt is a part of a ceiling that grows by a factor up to a cap. Which part
/// follows from the job's idempotency key and the number of the attempt (*full jitter*): jobs that failed
/// together come back apart, and the wait of one job is the same on every machine.
///
/// The defaults: 12 attempts, a base of 5 seconds, a factor of 2, a cap of 1 hour. The last attempt is
/// 2 hours and 26 minutes after the first at the latest, half of that on average.
///
/// ```
/// use std::time::Duration;
/// use recallai_webhook_dispatch::RetryPolicy;
///
/// let policy = RetryPolicy::default().with_cap(Duration::from_secs(60));
/// assert_eq!(policy.ceiling(1), Duration::from_secs(5));
/// assert_eq!(policy.ceiling(2), Duration::from_secs(10));
/// assert_eq!(policy.ceiling(9), Duration::from_secs(60));
/// assert!(policy.delay(2, "notify:recall:msg_1") <= Duration::from_secs(10));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// After so many failed attempts a job is a dead letter.
    pub attempts: u32,
    /// The ceiling after the first attempt.
    pub base: Duration,
    /// By how much the ceiling grows with each attempt.
    pub factor: f64,
    /// What the ceiling does not exceed.
    pub cap: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 12,
            base: Duration::from_secs(5),
            factor: 2.0,
            cap: Duration::from_secs(3600),
        }
    }
}

impl RetryPolicy {
    /// One attempt: whatever fails is a dead letter at once.
    pub fn never() -> Self {
        Self::default().with_attempts(1)
    }

    /// The same with so many attempts in all; 0 counts as 1.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The same with another ceiling after the first attempt.
    #[must_use]
    pub fn with_base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The same with another factor; below 1, the ceiling falls.
    #[must_use]
    pub fn with_factor(mut self, factor: f64) -> Self {
        self.factor = factor;
        self
    }

    /// The same with another cap.
    #[must_use]
    pub fn with_cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// Whether there is another attempt after this one, counted from 1.
    pub fn has_next(&self, attempt: u32) -> bool {
        attempt < self.attempts
    }

    /// The longest wait after this attempt, counted from 1.
    pub fn ceiling(&self, attempt: u32) -> Duration {
        let exponent = i32::try_from(attempt.saturating_sub(1)).unwrap_or(i32::MAX);
        let seconds = self.base.as_secs_f64() * self.factor.powi(exponent);
        // Out of range or not a number: the cap stands for it.
        Duration::try_from_secs_f64(seconds).map_or(self.cap, |ceiling| ceiling.min(self.cap))
    }

    /// The wait after this attempt, counted from 1, of the job with this idempotency key.
    pub fn delay(&self, attempt: u32, idempotency_key: &str) -> Duration {
        self.ceiling(attempt).mul_f64(part(attempt, idempotency_key))
    }
}

/// A number above 0, up to 1, spread evenly over keys and attempts.
fn part(attempt: u32, key: &str) -> f64 {
    // FNV-1a over the text, then the finish of SplitMix64, which lets every bit reach all others.
    let bytes = key.bytes().chain(attempt.to_le_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let hash = hash ^ (hash >> 31);
    // The upper 32 bits: exact in a double.
    f64::from((hash >> 32) as u32 | 1) / f64::from(u32::MAX)
}
