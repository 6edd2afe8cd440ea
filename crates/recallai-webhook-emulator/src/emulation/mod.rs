//! A sender and what goes wrong with it, as one run: what goes on the wire, when, and what came of it.

mod figures;
mod judgement;
mod sending;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

pub use figures::Figures;
pub use judgement::{Judgement, Reception};
pub use sending::{Sending, SendingId, UnknownSending};

use crate::{
    Attempt, AttemptId, AttemptResult, EndpointId, Expected, Faults, Message, Outgoing, Role,
    Sender,
};

/// A [`Sender`] whose attempts [`Faults`] happen to, as a state machine on a clock that the caller drives.
///
/// Whoever drives it sleeps until [`next_due`](Self::next_due), or only says so, puts each
/// [`Sending`] that [`begin`](Self::begin) gives on the wire, and tells [`finish`](Self::finish) what was
/// answered. Any number may be under way. It judges the answers and counts.
///
/// The documentation of the crate has an example.
#[derive(Debug)]
pub struct Emulation {
    sender: Sender,
    faults: Faults,
    /// What is to come of the attempts that have begun, earliest first, and in the order of the plan.
    coming: BTreeMap<(Duration, u64), Coming>,
    in_flight: BTreeMap<SendingId, Flight>,
    /// How many of both there were: numbers that tell one from the other.
    planned: u64,
    begun: u64,
    /// How many messages faults have sent beside others.
    beside: u64,
    /// What each endpoint has accepted.
    accepted: HashSet<(EndpointId, Arc<str>)>,
    figures: Figures,
}

/// What is to come of an attempt.
#[derive(Debug)]
enum Coming {
    /// A request goes out. A message beside another may have failed so many times before.
    Request(Arc<Attempt>, Box<Outgoing>, usize),
    /// The sender gives the attempt up, as its request was lost.
    GivenUp(AttemptId),
}

/// A request that is under way.
#[derive(Debug)]
struct Flight {
    endpoint: EndpointId,
    message_id: Arc<str>,
    expected: Expected,
    heard_by: HeardBy,
}

/// Who hears of the answer to a request.
#[derive(Debug)]
enum HeardBy {
    /// The sender, which knows of the attempt.
    Sender(AttemptId),
    /// Nobody: the message came once more.
    Nobody,
    /// We, as the sender does not know of a message beside another. So many attempts at it have failed before.
    Us(Arc<Attempt>, Box<Outgoing>, usize),
}

impl Emulation {
    /// A run of a sender, with what was published to it.
    pub fn new(sender: Sender, faults: Faults) -> Self {
        Self {
            sender,
            faults,
            coming: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            planned: 0,
            begun: 0,
            beside: 0,
            accepted: HashSet::new(),
            figures: Figures::default(),
        }
    }

    /// Takes a message, as [`Sender::publish`] does.
    pub fn publish(&mut self, message: Message) -> usize {
        self.sender.publish(message)
    }

    /// The sender.
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// The sender, to do what people do by hand: rotate, disable, recover. Attempts are begun and finished
    /// here only.
    pub fn sender_mut(&mut self) -> &mut Sender {
        &mut self.sender
    }

    /// When something is due next, in the sender's time; `None` when nothing is. What is under way may
    /// bring more.
    pub fn next_due(&self) -> Option<Duration> {
        let coming = self.coming.first_key_value().map(|((at, _), _)| *at);
        [coming, self.sender.next_due()].into_iter().flatten().min()
    }

    /// Begins the first request that is due at `now`; `None` when none is. To be called until then.
    pub fn begin(&mut self, now: Duration) -> Option<Sending> {
        loop {
            // What is planned comes first: it was signed for its time.
            if let Some(first) = self.coming.first_entry().filter(|first| first.key().0 <= now) {
                match first.remove() {
                    Coming::Request(attempt, mut outgoing, failures) => {
                        if failures > 0 {
                            outgoing.sign_anew(&attempt, now);
                        }
                        return Some(self.send(&attempt, *outgoing, failures));
                    }
                    Coming::GivenUp(attempt) => {
                        self.figures.lost += 1;
                        // It is under way until this is said.
                        let _ = self.sender.finish(attempt, AttemptResult::Timeout, now);
                    }
                }
                continue;
            }
            let attempt = self.sender.begin(now)?;
            self.plan(attempt);
        }
    }

    /// Takes note of what was answered to a request, at the time `at`, and judges it.
    ///
    /// # Errors
    ///
    /// [`UnknownSending`] if no such request is under way.
    pub fn finish(
        &mut self,
        sending: SendingId,
        result: AttemptResult,
        at: Duration,
    ) -> Result<Judgement, UnknownSending> {
        let flight = self.in_flight.remove(&sending).ok_or(UnknownSending)?;
        let reception = Reception::of(flight.expected, result);
        self.figures.count(result, reception, flight.expected);
        let is_accepted = result.is_success() && reception == Reception::AsExpected;
        if is_accepted && !self.accepted.insert((flight.endpoint, flight.message_id)) {
            self.figures.duplicates += 1;
        }
        let verdict = match flight.heard_by {
            HeardBy::Sender(attempt) => self.sender.finish(attempt, result, at).ok(),
            HeardBy::Us(attempt, outgoing, failures) if !is_accepted => {
                let failures = failures + 1;
                if let Some(delay) = self.sender.delay_beside(failures, result) {
                    let at = at.saturating_add(delay);
                    self.await_until(at, Coming::Request(attempt, outgoing, failures));
                }
                None
            }
            HeardBy::Us(..) | HeardBy::Nobody => None,
        };
        Ok(Judgement { reception, verdict })
    }

    /// How many requests are under way.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Whether nothing is due and nothing under way.
    pub fn is_over(&self) -> bool {
        self.in_flight.is_empty() && self.next_due().is_none()
    }

    /// What has happened so far.
    pub fn figures(&self) -> Figures {
        Figures {
            messages: self.sender.published() + self.beside,
            delivered: self.accepted.len() as u64,
            ..self.figures.clone()
        }
    }

    fn plan(&mut self, attempt: Attempt) {
        let attempt = Arc::new(attempt);
        let plan = self.faults.plan(&attempt);
        for outgoing in plan.sends {
            let at = attempt.at.saturating_add(outgoing.after);
            self.await_until(at, Coming::Request(Arc::clone(&attempt), Box::new(outgoing), 0));
        }
        if plan.lost.is_some() {
            self.await_until(attempt.lost_at, Coming::GivenUp(attempt.id));
        }
    }

    fn await_until(&mut self, at: Duration, coming: Coming) {
        self.coming.insert((at, self.planned), coming);
        self.planned += 1;
    }

    fn send(&mut self, attempt: &Arc<Attempt>, outgoing: Outgoing, failures: usize) -> Sending {
        let id = SendingId(self.begun);
        self.begun += 1;
        let heard_by = match outgoing.role {
            Role::Attempt => HeardBy::Sender(attempt.id),
            Role::Again => HeardBy::Nobody,
            Role::Beside => {
                self.beside += u64::from(failures == 0);
                HeardBy::Us(Arc::clone(attempt), Box::new(outgoing.clone()), failures)
            }
        };
        let mut sending = Sending::new(id, attempt, outgoing);
        sending.attempt += u32::try_from(failures).unwrap_or(u32::MAX);
        let flight = Flight {
            endpoint: sending.endpoint,
            message_id: Arc::clone(&sending.message_id),
            expected: sending.expected,
            heard_by,
        };
        self.in_flight.insert(id, flight);
        sending
    }
}
