//! The loop of a run: what is due goes out, what is answered goes back.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::HandlerError;
use recallai_webhook_emulator::{
    AttemptResult, Emulation, EndpointId, Figures, Sender, Sending, SendingId,
};
use tokio::task::{JoinError, JoinSet};

use crate::RunError;
use crate::clock::VirtualClock;
use crate::exchange::Exchange;
use crate::target::{Answered, Target};

/// What is done by hand at a time of the run.
pub(crate) type Step = Box<dyn FnOnce(Moment<'_>) -> Result<(), HandlerError> + Send>;

/// A time of the run at which something is done by hand. Made for [`Harness::at`](crate::Harness::at).
#[derive(Debug)]
#[non_exhaustive]
pub struct Moment<'r> {
    /// The sender: to rotate, disable, enable, resend, recover or publish.
    pub sender: &'r mut Sender,
    /// What time it is, after the start of the run.
    pub at: Duration,
    /// The endpoint of the dashboard channel.
    pub dashboard: EndpointId,
    /// The endpoint of the real-time channel.
    pub realtime: EndpointId,
}

/// A run under way.
pub(crate) struct Drive {
    pub(crate) clock: VirtualClock,
    pub(crate) emulation: Emulation,
    pub(crate) target: Target,
    pub(crate) dashboard: EndpointId,
    pub(crate) realtime: EndpointId,
    /// What is done by hand, earliest first.
    pub(crate) steps: std::vec::IntoIter<(Duration, Step)>,
    /// When the receiver cannot be reached.
    pub(crate) down: Vec<Range<Duration>>,
    pub(crate) exchanges: Vec<Exchange>,
    /// The exchange that belongs to each request under way.
    pub(crate) under_way: JoinSet<Delivered>,
}

/// What came of a request.
pub(crate) struct Delivered {
    id: SendingId,
    /// The place of its exchange.
    index: usize,
    answered: Option<Answered>,
}

impl Drive {
    /// Goes on until nothing is due and nothing under way.
    ///
    /// # Errors
    ///
    /// A step has failed.
    pub(crate) async fn run(mut self) -> Result<(Vec<Exchange>, Figures), RunError> {
        loop {
            self.take_steps()?;
            self.send_all();
            let step = self.steps.as_slice().first().map(|(at, _)| *at);
            let next = [step, self.emulation.next_due()].into_iter().flatten().min();
            if next.is_none() && self.under_way.is_empty() {
                return Ok((self.exchanges, self.emulation.figures()));
            }
            let clock = self.clock;
            tokio::select! {
                biased;
                Some(delivered) = self.under_way.join_next() => self.finish(joined(delivered)),
                () = clock.reach(next.unwrap_or_default()), if next.is_some() => {}
            }
        }
    }

    fn take_steps(&mut self) -> Result<(), RunError> {
        while self.steps.as_slice().first().is_some_and(|(at, _)| *at <= self.clock.elapsed()) {
            let Some((at, step)) = self.steps.next() else { break };
            let (dashboard, realtime) = (self.dashboard, self.realtime);
            let now = self.clock.elapsed();
            let moment =
                Moment { sender: self.emulation.sender_mut(), at: now, dashboard, realtime };
            step(moment).map_err(|error| RunError::Step { at, error })?;
        }
        Ok(())
    }

    fn send_all(&mut self) {
        while let Some(sending) = self.emulation.begin(self.clock.elapsed()) {
            let (now, index) = (self.clock.elapsed(), self.exchanges.len());
            let mut exchange = Exchange::of(&sending, now);
            exchange.was_down = self.down.iter().any(|down| down.contains(&now));
            let was_down = exchange.was_down;
            self.exchanges.push(exchange);
            if was_down {
                self.record(sending.id, index, AttemptResult::Transport);
            } else {
                self.under_way.spawn(deliver(self.target.clone(), sending, index, self.clock));
            }
        }
    }

    fn finish(&mut self, delivered: Delivered) {
        let Delivered { id, index, answered } = delivered;
        let unix_now = self.emulation.sender().unix_time(self.clock.elapsed());
        let result = answered.as_ref().map_or(AttemptResult::Timeout, |answered| {
            let headers = answered.response.headers.iter();
            let headers = headers.map(|(name, value)| (&**name, &**value));
            AttemptResult::reply(answered.response.status, headers, unix_now)
        });
        if let Some(exchange) = self.exchanges.get_mut(index) {
            exchange.outcome = answered.and_then(|answered| answered.outcome);
        }
        self.record(id, index, result);
    }

    fn record(&mut self, id: SendingId, index: usize, result: AttemptResult) {
        let now = self.clock.elapsed();
        if let Some(exchange) = self.exchanges.get_mut(index) {
            (exchange.result, exchange.answered) = (result, now);
        }
        // It is under way: each is finished once.
        let _ = self.emulation.finish(id, result, now);
    }
}

/// Puts a request to the target, until its deadline.
async fn deliver(target: Target, sending: Sending, index: usize, clock: VirtualClock) -> Delivered {
    let endpoint = Arc::clone(&sending.endpoint_name);
    let answered = tokio::select! {
        biased;
        answered = target.answer(&endpoint, &sending.request, clock) => Some(answered),
        () = clock.reach(sending.deadline) => None,
    };
    Delivered { id: sending.id, index, answered }
}

/// What a task gave. Nobody aborts one while the run goes on, so what failed has panicked: in a receiver of the
/// user's own, and it is the test's to see.
pub(crate) fn joined<T>(result: Result<T, JoinError>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
