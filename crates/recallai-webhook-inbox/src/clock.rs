//! The store's clock: leases, retries and timeouts are counted by it.
#![allow(clippy::disallowed_methods, reason = "the one place of this crate that reads the time")]

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

/// Tells the time. Everybody who works on one store has to go by one clock.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> SystemTime;
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has no state")]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock for tests, which goes only when it is told to.
#[derive(Debug)]
pub struct ManualClock(Mutex<SystemTime>);

impl ManualClock {
    /// A clock that stands at this time.
    pub fn new(now: SystemTime) -> Self {
        Self(Mutex::new(now))
    }

    /// Puts it forward.
    pub fn advance(&self, time: Duration) {
        let mut now = self.lock();
        *now += time;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, SystemTime> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        *self.lock()
    }
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> SystemTime {
        (**self).now()
    }
}
