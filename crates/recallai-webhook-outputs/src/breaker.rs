//! The breaker: what keeps sends waiting while a receiver is away, and lets one at a time find out whether
//! it is back.

use std::time::{Duration, SystemTime};

use recallai_webhook_dispatch::RetryPolicy;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::{Instant, sleep_until};

use crate::suspects::Suspects;
use crate::{Away, OutputError};

/// How long the first pause is, at most.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a pause is at most, even if the receiver names a longer one: what it said may have been about one
/// event, and then the others find out after so long that it is there.
pub(crate) const CAP: Duration = Duration::from_secs(60);

/// Opens after a number of outages in a row, or when the receiver asks for a pause, and closes with the
/// first send that the receiver answers.
///
/// A receiver that is asked for one event alone, and names a pause, may mean that event. So that pause is the
/// event's; another one may try after the first pause there is, and only what that hears holds for all.
#[derive(Debug)]
pub(crate) struct Breaker {
    /// Of what, for the log.
    name: &'static str,
    /// So many outages in a row open it.
    failures: u32,
    state: watch::Sender<State>,
    /// Who has it may send while the breaker is open. Those who wait for it get it in the order in which they
    /// came, so that an event that the receiver cannot digest does not stand in the way of the others.
    trial: Semaphore,
    suspects: Suspects,
}

#[derive(Debug, Default)]
struct State {
    /// Outages since the receiver last answered.
    failures: u32,
    /// Pauses since the breaker opened.
    pauses: u32,
    /// While the breaker is open: until when nothing is sent.
    until: Option<Instant>,
    /// While the breaker is open: since when, and why.
    away: Option<Away>,
}

/// Leave to send.
pub(crate) struct Leave<'b> {
    /// While the breaker is open, only one has it.
    trial: Option<SemaphorePermit<'b>>,
}

impl Breaker {
    pub(crate) fn new(name: &'static str, failures: u32) -> Self {
        let state = watch::Sender::new(State::default());
        Self {
            name,
            failures: failures.max(1),
            state,
            trial: Semaphore::new(1),
            suspects: Suspects::default(),
        }
    }

    /// Waits until it may be sent: at once while the breaker is closed. It does not take its turn to try before
    /// that time.
    pub(crate) async fn leave(&self, not_before: Option<Instant>) -> Leave<'_> {
        let mut states = self.state.subscribe();
        let is_closed = |state: &State| state.until.is_none();
        tokio::select! {
            biased;
            // It does not fail, since the sender is ours.
            _ = states.wait_for(is_closed) => Leave { trial: None },
            trial = self.turn(not_before) => Leave { trial },
        }
    }

    /// Waits for the turn to send while the breaker is open.
    async fn turn(&self, not_before: Option<Instant>) -> Option<SemaphorePermit<'_>> {
        if let Some(time) = not_before {
            sleep_until(time).await;
        }
        let permit = self.trial.acquire().await.ok();
        loop {
            // The pause may have become longer meanwhile.
            let until = self.state.borrow().until;
            match until {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => return permit,
            }
        }
    }

    /// Since when it is open, and why.
    pub(crate) fn away(&self) -> Option<Away> {
        self.state.borrow().away.clone()
    }

    /// Learns how the send of what has this key ended. Whether that is an outage which says nothing about what was
    /// sent: the breaker is open after it, and nobody was answered since the same failed before.
    ///
    /// A pause that the receiver names for a suspect is not taken: that failure is its own, as far as is known.
    pub(crate) fn learn(
        &self,
        leave: Leave<'_>,
        key: &str,
        sent: &Result<(), OutputError>,
    ) -> bool {
        let mut is_away = false;
        match sent {
            Ok(()) | Err(OutputError::Refused { .. }) => {
                self.suspects.answered(key);
                self.close();
            }
            Err(error) if error.is_outage() => {
                let is_suspect = self.suspects.failed(key);
                let named = error.retry_after().filter(|_| !is_suspect);
                self.fail(leave.is_trial(), key, named.map(|named| named.min(CAP)), error);
                is_away = !is_suspect && self.state.borrow().until.is_some();
            }
            // What never came to the receiver says nothing about it.
            Err(_) => {}
        }
        // Only now may the next one try.
        drop(leave);
        is_away
    }

    /// How many have failed since the receiver last answered.
    pub(crate) fn failed(&self) -> u32 {
        self.suspects.count()
    }

    fn close(&self) {
        let mut was_open = false;
        self.state.send_if_modified(|state| {
            was_open = state.until.is_some();
            let is_news = state.failures > 0 || was_open;
            *state = State::default();
            is_news
        });
        if was_open {
            tracing::info!(output = self.name, "the receiver answers again");
        }
    }

    fn fail(&self, is_trial: bool, key: &str, named: Option<Duration>, error: &OutputError) {
        let (mut pause, mut opens) = (None, false);
        self.state.send_modify(|state| {
            state.failures = state.failures.saturating_add(1);
            opens = state.until.is_none() && (state.failures >= self.failures || named.is_some());
            // Sends that were under way when it opened make no pause longer.
            if opens || (is_trial && state.until.is_some()) {
                state.pauses = state.pauses.saturating_add(1);
                // The first in a row may be the only one that is not taken.
                let named = named.filter(|_| state.failures > 1).unwrap_or_default();
                pause = Some(jittered(state.pauses, key).max(named));
            } else if state.until.is_some() {
                pause = named;
            }
            if let Some(pause) = pause {
                state.until = state.until.max(Some(Instant::now() + pause));
            }
            if state.until.is_some() {
                let since = state.away.as_ref().map_or_else(SystemTime::now, |away| away.since);
                state.away = Some(Away { since, error: error.to_string().into() });
            }
        });
        match pause {
            Some(pause) if opens => {
                tracing::warn!(output = self.name, ?pause, "the receiver is away: {error}");
            }
            Some(pause) => {
                tracing::debug!(output = self.name, ?pause, "the receiver is still away: {error}");
            }
            None => {}
        }
    }
}

impl Leave<'_> {
    /// Whether it is leave to find out if the receiver is back.
    pub(crate) fn is_trial(&self) -> bool {
        self.trial.is_some()
    }
}

/// The upper half of a ceiling that doubles: subscriptions with one receiver do not come back together.
fn jittered(pauses: u32, key: &str) -> Duration {
    let policy = RetryPolicy::default().with_base(PAUSE).with_cap(CAP);
    (policy.ceiling(pauses) + policy.delay(pauses, key)) / 2
}
