//! Delivering in real time: what is due goes out, and what is answered comes back.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use recallai_webhook_emulator::{
    AttemptResult, Emulation, EndpointId, EndpointStatus, Judgement, Sending, SendingId,
};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::exit::Failure;
use crate::time;
use crate::wire::{Client, PATIENCE, Target, WireError, WireReply, WireRequest};

/// How much faster than usual the sender's time goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Speed(f64);

impl Speed {
    /// As fast as the receiver answers: a month takes no time.
    pub(crate) const MAX: Self = Self(1e9);

    pub(crate) fn factor(self) -> f64 {
        self.0
    }

    /// The sender's time after so much real time.
    fn after(self, time: Duration) -> Duration {
        Duration::try_from_secs_f64(time.as_secs_f64() * self.0).unwrap_or(Duration::MAX)
    }

    /// When a time of the sender comes, in real time, as far as a clock goes.
    pub(crate) fn real(self, at: Duration) -> Duration {
        const LAST: Duration = Duration::from_secs(10 * 365 * 86_400);
        Duration::try_from_secs_f64(at.as_secs_f64() / self.0).unwrap_or(LAST).min(LAST)
    }
}

impl FromStr for Speed {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "max" {
            return Ok(Self::MAX);
        }
        let factor = text.parse::<f64>().ok();
        let factor = factor.filter(|factor| (0.001..=Self::MAX.0).contains(factor));
        factor.map(Self).ok_or("neither `max` nor a number from 0.001, such as 1 or 60")
    }
}

/// What a receiver made of a request.
pub(crate) type Answer = Result<WireReply, WireError>;

/// A run against real receivers. `on_answer` is told of each request and its answer, and `on_turn` of how far
/// the run is, now and then.
pub(crate) struct Deliveries<A> {
    pub(crate) emulation: Emulation,
    pub(crate) targets: BTreeMap<EndpointId, Target>,
    pub(crate) speed: Speed,
    /// How many requests may be under way at once.
    pub(crate) connections: usize,
    pub(crate) on_answer: A,
}

impl<A> Deliveries<A>
where
    A: FnMut(&Sending, &Answer, &Judgement) -> Result<(), Failure>,
{
    /// Runs until nothing is left to send.
    pub(crate) async fn run(
        &mut self,
        client: &Client,
        mut on_turn: impl FnMut(&Emulation),
    ) -> Result<(), Failure> {
        let began = Instant::now();
        let mut requests = JoinSet::new();
        let mut under_way: BTreeMap<SendingId, Sending> = BTreeMap::new();
        while !self.emulation.is_over() {
            on_turn(&self.emulation);
            let now = self.speed.after(began.elapsed());
            while under_way.len() < self.connections
                && let Some(sending) = self.emulation.begin(now)
            {
                self.send(client, &sending, &mut requests);
                under_way.insert(sending.id, sending);
            }
            // With all connections taken, nothing more is begun before an answer.
            let has_room = under_way.len() < self.connections;
            let due = self.emulation.next_due().filter(|_| has_room);
            let due = due.map(|at| began + self.speed.real(at));
            tokio::select! {
                Some(answered) = requests.join_next() => {
                    let (id, answer) = answered.map_err(Failure::failed)?;
                    if let Some(sending) = under_way.remove(&id) {
                        self.finish(&sending, &answer, self.speed.after(began.elapsed()))?;
                    }
                }
                () = until(due), if due.is_some() => {}
                // Nothing is under way and nothing comes, whatever the run says of itself.
                else => break,
            }
        }
        on_turn(&self.emulation);
        Ok(())
    }

    /// How many endpoints are disabled.
    pub(crate) fn disabled(&self) -> usize {
        let is_disabled = |endpoint: &&EndpointId| {
            let status = self.emulation.sender().endpoint_status(**endpoint);
            matches!(status, Some(EndpointStatus::Disabled { .. }))
        };
        self.targets.keys().filter(is_disabled).count()
    }

    fn send(
        &self,
        client: &Client,
        sending: &Sending,
        requests: &mut JoinSet<(SendingId, Answer)>,
    ) {
        let Some(target) = self.targets.get(&sending.endpoint) else { return };
        let (client, target, id) = (client.clone(), target.clone(), sending.id);
        let request = WireRequest::from(&sending.request);
        requests.spawn(async move { (id, client.send(&target, &request, PATIENCE).await) });
    }

    fn finish(&mut self, sending: &Sending, answer: &Answer, now: Duration) -> Result<(), Failure> {
        let judgement = self.emulation.finish(sending.id, result(answer), now);
        (self.on_answer)(sending, answer, &judgement.map_err(Failure::failed)?)
    }
}

fn result(answer: &Answer) -> AttemptResult {
    match answer {
        Ok(reply) => reply.result(time::now()),
        Err(error) => error.result(),
    }
}

/// Waits for a time that may never come.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
