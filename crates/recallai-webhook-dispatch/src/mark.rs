//! Marks: what an error of a handler can say about the job, beside why it failed.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::handler::HandlerError;

/// The longest wait that an error can ask for.
const LONGEST: Duration = Duration::from_secs(86_400);

/// The longest time that a job can be put off for. Whoever needs longer puts it off again.
const LONGEST_PUT_OFF: Duration = Duration::from_secs(365 * 86_400);

/// An error that another attempt cannot mend: a [`Worker`](crate::Worker) makes the job a dead letter at
/// once. In inline mode it is an error like any other.
///
/// ```
/// use recallai_webhook_dispatch::Permanent;
///
/// fn parse(text: &str) -> Result<u32, Permanent> {
///     text.parse().map_err(Permanent::new)
/// }
/// assert_eq!(parse("x").unwrap_err().to_string(), "invalid digit found in string");
/// ```
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Permanent(HandlerError);

impl Permanent {
    /// Marks an error, or a text.
    pub fn new(error: impl Into<HandlerError>) -> Self {
        Self(error.into())
    }
}

/// An error that says when another attempt is of use: a [`Worker`](crate::Worker) waits for so long at least, and
/// longer if its [`RetryPolicy`](crate::RetryPolicy) does; for up to a day. The attempt counts. In inline mode it
/// is an error like any other.
///
/// ```
/// use std::time::Duration;
/// use recallai_webhook_dispatch::RetryAfter;
///
/// let error = RetryAfter::new(Duration::from_secs(90), "too many requests");
/// assert_eq!((error.to_string(), error.after().as_secs()), ("too many requests".into(), 90));
/// ```
#[derive(Debug)]
pub struct RetryAfter {
    after: Duration,
    error: HandlerError,
}

impl RetryAfter {
    /// Marks an error, or a text.
    pub fn new(after: Duration, error: impl Into<HandlerError>) -> Self {
        Self { after: after.min(LONGEST), error: error.into() }
    }

    /// For how long the job is to be left alone, at most a day.
    pub fn after(&self) -> Duration {
        self.after
    }
}

/// That of the error.
impl fmt::Display for RetryAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl Error for RetryAfter {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

/// An error that says nothing about the job: the handler has given it up because its worker
/// [stops](crate::Context::stopping). A [`Worker`](crate::Worker) that does stop gives the job back, and the attempt
/// does not count; otherwise, and in inline mode, it is an error like any other.
#[derive(Debug, thiserror::Error)]
#[error("given up, since the worker stops")]
#[non_exhaustive]
pub struct GivenUp;

impl GivenUp {
    /// Such an error.
    #[expect(clippy::new_without_default, reason = "there is no error by default")]
    pub fn new() -> Self {
        Self
    }
}

/// It is too early: a [`Worker`](crate::Worker) comes back to the job after some time, a year at most. Nothing has
/// failed, no attempt counts, and nothing is logged but for developers. In inline mode it is an error like any other.
///
/// ```
/// use std::time::Duration;
/// use recallai_webhook_dispatch::PutOff;
///
/// fn once_quiet(since_the_last: Duration) -> Result<(), PutOff> {
///     let wait = Duration::from_secs(60).saturating_sub(since_the_last);
///     if wait.is_zero() { Ok(()) } else { Err(PutOff::until_after(wait)) }
/// }
/// assert!(once_quiet(Duration::from_secs(90)).is_ok());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is too early, put off for {after:?}")]
pub struct PutOff {
    after: Duration,
}

impl PutOff {
    /// For so long; for 365 days if it is longer.
    pub const fn until_after(time: Duration) -> Self {
        // `Ord::min` is not const.
        let is_too_long = time.as_nanos() > LONGEST_PUT_OFF.as_nanos();
        Self { after: if is_too_long { LONGEST_PUT_OFF } else { time } }
    }

    /// For how long, at most 365 days.
    pub const fn after(&self) -> Duration {
        self.after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_has_a_limit() {
        let day = Duration::from_secs(86_400);
        let put_off = |time| PutOff::until_after(time).after();
        let retry_after = |time| RetryAfter::new(time, "busy").after();
        for (time, put_off_for, waits) in [
            (Duration::ZERO, Duration::ZERO, Duration::ZERO),
            (day, day, day),
            (day * 365, day * 365, day),
            (day * 365 + Duration::from_nanos(1), day * 365, day),
            (Duration::MAX, day * 365, day),
        ] {
            assert_eq!((put_off(time), retry_after(time)), (put_off_for, waits), "{time:?}");
        }
    }
}
