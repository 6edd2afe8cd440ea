//! Outputs that wait while their receiver is away.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, timeout_at};

use crate::breaker::Breaker;
use crate::{Outgoing, Output, OutputError};

/// So many outages in a row are taken for the receiver's being away.
const FAILURES: u32 = 5;

/// How long a send waits for its receiver, in all.
const LONGEST: Duration = Duration::from_secs(3600);

/// An output with a breaker, so that a receiver that is away costs no attempts.
///
/// After five [outages](OutputError::is_outage) in a row the breaker opens: sends wait instead of failing, and
/// one at a time finds out whether the receiver is back, after a second first, then after pauses that double up
/// to a minute. With the first answer all go on. A receiver that names a pause is left alone for so
/// long at once, up to an hour. A send that waits ends with an error after an hour, and can be dropped at any
/// time, as a worker does when it ends: the job is given back, and the attempt does not count.
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
        let mut last = None;
        while let Ok(leave) = timeout_at(deadline, self.breaker.leave()).await {
            let sent = self.output.send(outgoing).await;
            let key = &outgoing.idempotency_key;
            let is_open = self.breaker.learn(leave, key, &sent);
            match sent {
                // Nothing that is sent now would arrive, so this is no failure of what was sent.
                Err(error) if is_open && error.is_outage() => last = Some(error),
                sent => return sent,
            }
        }
        Err(last.unwrap_or_else(|| {
            OutputError::unavailable(format!("{} was away for too long", self.name), None)
        }))
    }

    async fn probe(&self) -> Result<(), OutputError> {
        self.output.probe().await
    }

    async fn close(&self) {
        self.output.close().await;
    }
}
