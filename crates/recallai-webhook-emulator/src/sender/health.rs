//! When an endpoint that only fails is disabled.

use std::collections::VecDeque;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);
/// The clock starts with several failures in this span ...
const SPAN: Duration = HOUR.saturating_mul(24);
/// ... of which the first and the last are at least so far apart.
const APART: Duration = HOUR.saturating_mul(12);

/// The failures of an endpoint since its last success.
#[derive(Debug, Default)]
pub(crate) struct Health {
    /// The failures of the last day, while the clock does not run.
    recent: VecDeque<Duration>,
    /// When the clock started.
    failing_since: Option<Duration>,
}

impl Health {
    /// Takes note of a success: everything is forgotten.
    pub(crate) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// Takes note of a failure, and says whether the endpoint is to be disabled now: whether it has failed for
    /// so long since the clock started, without one success.
    pub(crate) fn failed(&mut self, at: Duration, disable_after: Duration) -> bool {
        if let Some(since) = self.failing_since {
            return at.saturating_sub(since) >= disable_after;
        }
        self.recent.push_back(at);
        while self.recent.front().is_some_and(|first| at.saturating_sub(*first) > SPAN) {
            self.recent.pop_front();
        }
        if self.recent.front().is_some_and(|first| at.saturating_sub(*first) >= APART) {
            self.failing_since = Some(at);
            self.recent.clear();
        }
        false
    }
}
