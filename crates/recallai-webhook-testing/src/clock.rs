//! The virtual clock: tokio's, paused, so that it jumps to the next timer whenever nobody has work to do.
#![allow(
    clippy::disallowed_methods,
    reason = "whether time is paused can only be told by a clock that is not"
)]

use std::cell::Cell;
use std::time::{Duration, SystemTime};

use recallai_webhook_inbox::Clock;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::time::{Instant, advance, pause, resume, sleep};

use crate::RunError;

/// The unit in which tokio's timers count.
const TICK: Duration = Duration::from_millis(1);
/// What stands for a time that is past the end of the clock: 30 years.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// What time it is for sender, receiver and inbox.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VirtualClock {
    origin: Instant,
    start: SystemTime,
    /// The one time that all signatures are for.
    signed_at: Option<SystemTime>,
}

impl VirtualClock {
    /// A clock that shows `start` now. Its ticks are those of tokio's timers.
    pub(crate) async fn starting(start: SystemTime) -> Self {
        align().await;
        Self { origin: Instant::now(), start, signed_at: None }
    }

    /// The same with one time for all signatures.
    pub(crate) fn with_signed_at(mut self, time: Option<SystemTime>) -> Self {
        self.signed_at = time;
        self
    }

    /// The time by which signatures are to be checked.
    pub(crate) fn received_at(&self) -> SystemTime {
        self.signed_at.unwrap_or_else(|| self.now())
    }

    /// The time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.origin.elapsed()
    }

    /// Completes at that time after the start.
    pub(crate) async fn reach(&self, at: Duration) {
        let at = self.origin.checked_add(at).unwrap_or_else(|| self.origin + FAR);
        tokio::time::sleep_until(at).await;
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> SystemTime {
        // Past the end of the calendar it stands still.
        self.start.checked_add(self.elapsed()).unwrap_or(self.start)
    }
}

thread_local! {
    /// How many runs of this thread have the time of its runtime paused, and whether one of them has paused it.
    static PAUSED_BY: Cell<(usize, bool)> = const { Cell::new((0, false)) };
}

/// Time is paused while this lives, and goes on after the last of several, if it went before the first.
#[derive(Debug)]
pub(crate) struct Pause(());

impl Pause {
    /// Pauses the time of this runtime, if it is not paused.
    ///
    /// # Errors
    ///
    /// [`RunError::NoRuntime`] and [`RunError::MultiThread`]: there, time cannot be paused.
    pub(crate) fn begin() -> Result<Self, RunError> {
        let runtime = Handle::try_current().map_err(|_| RunError::NoRuntime)?;
        if runtime.runtime_flavor() != RuntimeFlavor::CurrentThread {
            return Err(RunError::MultiThread);
        }
        let (runs, mut is_ours) = PAUSED_BY.get();
        is_ours &= runs > 0;
        if !is_paused() {
            pause();
            is_ours = true;
        }
        PAUSED_BY.set((runs + 1, is_ours));
        Ok(Self(()))
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        let (runs, is_ours) = PAUSED_BY.get();
        PAUSED_BY.set((runs.saturating_sub(1), is_ours));
        // A run can be dropped after its runtime, and a handler may have resumed time itself.
        if runs == 1 && is_ours && Handle::try_current().is_ok() && is_paused() {
            resume();
        }
    }
}

/// Whether tokio's time stands while that of the machine goes on.
fn is_paused() -> bool {
    let (before, real) = (Instant::now(), std::time::Instant::now());
    while std::time::Instant::now() == real {
        std::hint::spin_loop();
    }
    Instant::now() == before
}

/// Puts the paused clock on a tick. It was paused somewhere between two, and timers are rounded up to one: without
/// this, where it was paused would decide what happens in the same millisecond.
async fn align() {
    // A sleep of `short` ends with the next tick, one of `long` with the one after it.
    let (mut short, mut long) = (Duration::ZERO, TICK);
    if !is_overslept(TICK).await {
        return;
    }
    while long - short > Duration::from_nanos(1) {
        let between = short + (long - short) / 2;
        if is_overslept(between).await {
            long = between;
        } else {
            short = between;
        }
    }
    advance(short).await;
}

async fn is_overslept(time: Duration) -> bool {
    let before = Instant::now();
    sleep(time).await;
    before.elapsed() > TICK
}
