//! Outputs that wait while their receiver is away.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep_until};

use crate::breaker::{Breaker, CAP};
use crate::{Away, Outgoing, Output, OutputError};

/// So many outages in a row are taken for the receiver's being away.
const FAILURES: u32 = 5;

/// How long a send that has failed keeps its slot, in all.
const HELD: Duration = Duration::from_secs(60);

/// For how long a send is put off at most, unless the receiver names a longer pause: so late may something come
/// after the receiver is back.
const LONGEST: Duration = Duration::from_secs(600);

/// An output with a breaker, so that a receiver that is away costs no attempts.
///
/// After five [outages](OutputError::is_outage) in a row the breaker opens: sends wait instead of failing, and
/// one at a time finds out whether the receiver is back, after a second first, then after pauses that double up
/// to a minute. With the first answer all go on. A receiver that names a pause is left alone at once: by what it
/// was sent for so long, by others if it tells them so too; up to a minute.
///
/// Where one is answered and another is not, the failure is that one's: it is sent once more, and fails if that
/// does; it fails at once if the receiver named a pause that is not over, the rest of which is in the
/// [error](OutputError::retry_after). So is a failure of what has failed before, if another one was answered since.
///
/// A send that has failed makes room after a minute: it is [put off](OutputError::PutOff), and the attempt does not
/// count. It comes back after a minute for each that failed since the last answer, up to ten, or when its pause is
/// over. So what a receiver cannot digest does not keep others from finding out that it is there: it costs those
/// behind it a minute, and has failed attempts once another one was answered.
///
/// A send that waits ends at once when its worker begins to [stop](Outgoing::stopping): the job is given back, and
/// the attempt does not count. It can be dropped at any time.
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

    /// It is left alone for the rest of its pause, and for so long at least that it is not back in a slot before the
    /// others that wait had theirs: jobs are given out by age, and new ones would never have their turn.
    fn put_off(&self, held: Option<Held>) -> OutputError {
        let others = HELD.saturating_mul(self.breaker.failed().max(1)).min(LONGEST);
        let rest = held.as_ref().and_then(Held::rest).unwrap_or_default();
        let reason = match held {
            Some(held) => held.error.to_string().into(),
            None => {
                self.breaker.away().map_or_else(|| "it was not its turn".into(), |away| away.error)
            }
        };
        OutputError::PutOff { after: rest.max(others), reason }
    }
}

#[async_trait]
impl<O: Output> Output for Guarded<O> {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        let mut held: Option<Held> = None;
        let mut makes_room = Instant::now() + HELD;
        loop {
            let turn = held.as_ref().and_then(Held::turn);
            let leave = tokio::select! {
                biased;
                () = sleep_until(makes_room), if held.is_some() => break,
                leave = self.breaker.leave(turn) => leave,
                () = outgoing.stopping() => return Err(OutputError::Stopping),
            };
            // It did not find out itself that the receiver answers, so that took another one.
            if !leave.is_trial()
                && let Some(held) = held.take_if(|held| held.rest().is_some())
            {
                return Err(held.into_error());
            }
            let sent = self.output.send(outgoing).await;
            let is_away = self.breaker.learn(leave, &outgoing.idempotency_key, &sent);
            match sent {
                // Nothing that is sent now would arrive, so this is no failure of what was sent.
                Err(error) if is_away => {
                    if held.is_none() {
                        makes_room = Instant::now() + HELD;
                    }
                    held = Some(Held::new(error));
                }
                sent => return sent,
            }
        }
        Err(self.put_off(held))
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
