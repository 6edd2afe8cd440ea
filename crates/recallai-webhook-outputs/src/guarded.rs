//! Outputs that wait while their receiver is away.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep_until};

use crate::breaker::{Breaker, CAP};
use crate::{Away, Outgoing, Output, OutputError};

/// So many outages in a row are taken for the receiver's being away.
const FAILURES: u32 = 5;

/// How long a send waits for its receiver, in all.
const LONGEST: Duration = Duration::from_secs(3600);

/// An output with a breaker, so that a receiver that is away costs no attempts.
///
/// After five [outages](OutputError::is_outage) in a row the breaker opens: sends wait instead of failing, and
/// one at a time finds out whether the receiver is back, after a second first, then after pauses that double up
/// to a minute. With the first answer all go on. A receiver that names a pause is left alone at once: by what it
/// was sent for so long, by others if it tells them so too; up to a minute.
///
/// Where one is answered and another is not, the failure is that one's: it is sent once more, and fails if that
/// does; it fails at once if the receiver named a pause that is not over, the rest of which is in the
/// [error](OutputError::retry_after). So what a receiver cannot digest holds up nobody.
///
/// A send that waits ends with an error after an hour, and at once when its worker begins to
/// [stop](Outgoing::stopping): the job is given back, and the attempt does not count. It can be dropped at any time.
///
/// [`OutputOptions::build`](crate::OutputOptions::build) guards the outputs it makes.
#[derive(Debug)]
pub struct Guarded<O> {
    output: O,
    name: &'static str,
    breaker: Breaker,
}

impl<O: Output> Guarded<O> {
    /// Guards an output; the name is for the log.
    pub fn new(name: &'static str, output: O) -> Self {
        Self { output, name, breaker: Breaker::new(name, FAILURES) }
    }

    /// The same with a breaker that opens after so many outages in a row; 0 counts as 1.
    #[must_use]
    pub fn with_failures(mut self, failures: u32) -> Self {
        self.breaker = Breaker::new(self.name, failures);
        self
    }
}

#[async_trait]
impl<O: Output> Output for Guarded<O> {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        let deadline = Instant::now() + LONGEST;
        let mut held: Option<Held> = None;
        loop {
            let turn = held.as_ref().and_then(Held::turn);
            let leave = tokio::select! {
                biased;
                leave = self.breaker.leave(turn) => leave,
                () = outgoing.stopping() => return Err(OutputError::Stopping),
                () = sleep_until(deadline) => break,
            };
            // It did not find out itself that the receiver answers, so that took another one.
            let is_suspect = !leave.is_trial() && held.is_some();
            if is_suspect && let Some(held) = held.take_if(|held| held.rest().is_some()) {
                return Err(held.into_error());
            }
            let sent = self.output.send(outgoing).await;
            let is_open = self.breaker.learn(leave, &outgoing.idempotency_key, &sent, is_suspect);
            match sent {
                // Nothing that is sent now would arrive, so this is no failure of what was sent.
                Err(error) if is_open && error.is_outage() && !is_suspect => {
                    held = Some(Held::new(error));
                }
                sent => return sent,
            }
        }
        Err(held.map_or_else(
            || OutputError::unavailable(format!("{} was away for too long", self.name), None),
            Held::into_error,
        ))
    }

    async fn probe(&self) -> Result<(), OutputError> {
        self.output.probe().await
    }

    fn away(&self) -> Option<Away> {
        self.breaker.away()
    }

    async fn release(&self) {
        self.output.release().await;
    }

    async fn close(&self) {
        self.output.close().await;
    }
}

/// A failure that is held back, since it seems to say nothing about what was sent.
struct Held {
    error: OutputError,
    heard: Instant,
}

impl Held {
    fn new(error: OutputError) -> Self {
        Self { error, heard: Instant::now() }
    }

    /// When this one may try again while the receiver is away.
    fn turn(&self) -> Option<Instant> {
        Some(self.heard + self.error.retry_after()?.min(CAP))
    }

    /// What is left of the pause that the receiver named.
    fn rest(&self) -> Option<Duration> {
        let rest = self.error.retry_after()?.checked_sub(self.heard.elapsed())?;
        Some(rest).filter(|rest| !rest.is_zero())
    }

    /// The error, with what is left of the pause.
    fn into_error(self) -> OutputError {
        let rest = self.rest();
        match self.error {
            OutputError::Unavailable { reason, .. } => {
                OutputError::Unavailable { reason, retry_after: rest }
            }
            error => error,
        }
    }
}
