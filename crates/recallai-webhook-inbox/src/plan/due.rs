//! When what waits is due.

use std::time::{Duration, SystemTime};

use crate::LONGEST_WAIT;

/// When a job that waits, or a lease that is given, from now for so long is due: after [`LONGEST_WAIT`] at the
/// latest, so that no wait is too long for a store to keep.
pub fn due_at(now: SystemTime, wait: Duration) -> SystemTime {
    // Only a clock that is thousands of years ahead has no time after it.
    now.checked_add(wait.min(LONGEST_WAIT)).unwrap_or(now)
}
