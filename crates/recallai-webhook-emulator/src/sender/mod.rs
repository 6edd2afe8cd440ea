//! The sender: which message goes where, when, and what becomes of it.

mod attempt;
mod endpoint;
mod error;
mod finish;
mod health;
mod keys;
mod lanes;
mod manual;
mod options;
mod queue;
mod realtime;
mod reply;
mod request;
mod schedule;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use endpoint::{Delivery, Endpoint};
use lanes::Lane;
use options::Clock;
use queue::{Due, Queue};

pub use attempt::{
    Attempt, AttemptId, AttemptResult, DeliveryControl, DeliveryStatus, Trigger, Verdict,
};
pub use endpoint::{DisableReason, EndpointId, EndpointStatus};
pub use error::{ManualError, RotateError, UnknownAttempt};
pub use options::{EndpointOptions, SenderOptions, Subscription};
pub use request::{HeaderFamily, Request, Writing};
pub(crate) use request::{Signer, USER_AGENT};
pub use schedule::{Backoff, Schedule};

use crate::Message;

/// Within this time of its beginning, in the receiver's time, a broken connection is tried again at once.
const INSTANT: Duration = Duration::from_secs(1);

/// The sender as a state machine on a clock that the caller drives.
///
/// Times are durations since the start of the trace, and never go back. Whoever drives it sleeps until
/// [`next_due`](Self::next_due), or only says so, sends what [`begin`](Self::begin) gives, and tells
/// [`finish`](Self::finish) what came of it. Any number of attempts may be under way.
///
/// ```
/// use std::time::Duration;
/// use recallai_webhook_emulator::{
///     AttemptResult, Channel, EndpointOptions, Message, Seed, Sender, SenderOptions, SigningSecret,
/// };
///
/// let mut sender = Sender::new(SenderOptions::default());
/// let secret = SigningSecret::generate(Seed(7), "mine");
/// let endpoint = sender.add_endpoint(EndpointOptions::new("mine", secret));
/// let body = br#"{"event":"bot.done","data":{}}"#.as_slice();
/// sender.publish(Message::new("msg_1", "bot.done", body, Channel::Dashboard, Duration::ZERO));
///
/// // The endpoint is down for an hour. Nobody waits for it: time is what we say.
/// let mut attempts = 0;
/// while let Some(now) = sender.next_due() {
///     let Some(attempt) = sender.begin(now) else { continue };
///     attempts += 1;
///     let is_up = now > Duration::from_secs(60 * 60);
///     let result = AttemptResult::status(if is_up { 204 } else { 503 });
///     sender.finish(attempt.id, result, now)?;
/// }
/// assert_eq!(attempts, 5); // at once, after 5 s, 5 min, 30 min and 2 h
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Sender {
    options: SenderOptions,
    endpoints: Vec<Endpoint>,
    deliveries: Vec<Delivery>,
    queue: Queue,
    in_flight: BTreeMap<AttemptId, Flight>,
    begun: u64,
}

/// An attempt that is under way.
#[derive(Debug)]
struct Flight {
    delivery: usize,
    began: Duration,
    trigger: Trigger,
    number: u32,
    is_resend: bool,
    request: Request,
    timestamp: u64,
}

impl Flight {
    fn of(attempt: &Attempt, delivery: usize) -> Self {
        Self {
            delivery,
            began: attempt.at,
            trigger: attempt.trigger,
            number: attempt.number,
            is_resend: attempt.is_resend,
            request: attempt.request.clone(),
            timestamp: attempt.timestamp,
        }
    }

    /// Whether a connection that broke at this time is tried again at once.
    fn may_resend(&self, at: Duration, clock: Clock) -> bool {
        !self.is_resend && at.saturating_sub(self.began) <= clock.stretched(INSTANT)
    }
}

impl Sender {
    /// A sender without endpoints.
    pub fn new(options: SenderOptions) -> Self {
        Self {
            options,
            endpoints: Vec::new(),
            deliveries: Vec::new(),
            queue: Queue::default(),
            in_flight: BTreeMap::new(),
            begun: 0,
        }
    }

    /// Adds an endpoint. It gets what is published from now on.
    pub fn add_endpoint(&mut self, options: EndpointOptions) -> EndpointId {
        let id = EndpointId(self.endpoints.len());
        self.endpoints.push(Endpoint::new(options, Arc::clone(&self.options.user_agent)));
        id
    }

    /// Takes a message, to be sent at its time to each endpoint of its channel that subscribes to its event.
    /// Gives the number of those endpoints.
    ///
    /// Messages may be published ahead of their time; those of one real-time feed in its order. A message
    /// that an endpoint has already is not sent to it anew.
    pub fn publish(&mut self, message: Message) -> usize {
        let message = Arc::new(message);
        let mut endpoints = 0;
        for index in 0..self.endpoints.len() {
            let Some(endpoint) = self.endpoints.get_mut(index) else { break };
            if !endpoint.takes(&message) {
                continue;
            }
            endpoints += 1;
            let delivery = self.deliveries.len();
            endpoint.deliveries.insert(Arc::clone(&message.id), delivery);
            let lane = endpoint.is_realtime().then(|| Lane::of(&message));
            let mut made = Delivery::new(index, Arc::clone(&message), lane.clone());
            let is_next = match &lane {
                None => true,
                Some(lane) if endpoint.lanes.has_failed(&lane.recording) => {
                    made.status = DeliveryStatus::Dropped;
                    false
                }
                Some(lane) => endpoint.lanes.join(lane, delivery),
            };
            self.deliveries.push(made);
            if is_next {
                self.schedule(delivery, message.at);
            }
        }
        endpoints
    }

    /// How many messages were published so far, to each endpoint that gets them.
    pub(crate) fn published(&self) -> u64 {
        self.deliveries.len() as u64
    }

    /// When the next attempt is due; `None` when there is none. Attempts that are under way may bring more.
    pub fn next_due(&self) -> Option<Duration> {
        self.queue.next()
    }

    /// Begins the first attempt that is due at `now`; `None` when none is.
    ///
    /// What comes due for a disabled endpoint is dropped here, so there may be none even at the time that
    /// [`next_due`](Self::next_due) named.
    pub fn begin(&mut self, now: Duration) -> Option<Attempt> {
        while let Some(due) = self.queue.pop(now) {
            let Some(delivery) = self.deliveries.get_mut(due.delivery) else { continue };
            let Some(endpoint) = self.endpoints.get(delivery.endpoint) else { continue };
            if due.trigger == Trigger::Scheduled {
                delivery.scheduled = None;
            }
            if endpoint.is_disabled() {
                self.settle_failed(due.delivery, DeliveryStatus::Dropped, now);
                continue;
            }
            let is_resend = due.resend.is_some();
            if !is_resend {
                delivery.begun += 1;
            }
            delivery.in_flight += 1;
            let message = Arc::clone(&delivery.message);
            let signer = endpoint.signer(now);
            let clock = self.options.clock();
            let (request, timestamp) = due.resend.unwrap_or_else(|| {
                let timestamp = clock.unix_time(now);
                (signer.request(&message.id, timestamp, &message.body), timestamp)
            });
            let attempt = Attempt {
                id: AttemptId(self.begun),
                endpoint: EndpointId(delivery.endpoint),
                endpoint_name: Arc::clone(&endpoint.name),
                message,
                number: delivery.begun,
                trigger: due.trigger,
                is_resend,
                at: now,
                deadline: now.saturating_add(clock.stretched(self.options.timeout)),
                timestamp,
                request,
                lost_at: now.saturating_add(self.options.lost_after),
                signer,
                clock,
            };
            self.begun += 1;
            self.in_flight.insert(attempt.id, Flight::of(&attempt, due.delivery));
            return Some(attempt);
        }
        None
    }

    /// Where the delivery of a message to an endpoint stands; `None` if it has no such message to get.
    pub fn delivery_status(&self, endpoint: EndpointId, message: &str) -> Option<DeliveryStatus> {
        let index = *self.endpoints.get(endpoint.0)?.deliveries.get(message)?;
        self.deliveries.get(index).map(|delivery| delivery.status)
    }

    /// Whether an endpoint gets anything; `None` for an endpoint of another sender.
    pub fn endpoint_status(&self, endpoint: EndpointId) -> Option<EndpointStatus> {
        self.endpoints.get(endpoint.0).map(|endpoint| endpoint.status)
    }

    /// The Unix time, in seconds, at a time of this sender: what an attempt at that time is signed for.
    pub fn unix_time(&self, at: Duration) -> u64 {
        self.options.clock().unix_time(at)
    }

    /// Puts the next scheduled attempt of a delivery into the queue.
    fn schedule(&mut self, delivery: usize, at: Duration) {
        let due = Due { delivery, trigger: Trigger::Scheduled, resend: None };
        let place = self.queue.push(at, due);
        if let Some(delivery) = self.deliveries.get_mut(delivery) {
            delivery.scheduled = Some(place);
        }
    }
}
