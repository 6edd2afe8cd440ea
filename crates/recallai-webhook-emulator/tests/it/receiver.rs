//! A receiver as it should be, and the network between it and a sender.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, UNIX_EPOCH};

use recallai_webhook_emulator::{
    Attempt, AttemptId, AttemptResult, Channel, FaultPlan, Faults, Message, Outgoing, Request,
    Role, Sender, SigningSecret,
};
use recallai_webhook_event::EventRef;
use recallai_webhook_signature::{Secret, Verifier};

use crate::world::START;

/// A receiver with the limits of ours.
pub(crate) struct Receiver {
    verifier: Verifier,
    /// The body of each message by its id.
    pub(crate) stored: BTreeMap<String, Vec<u8>>,
}

impl Receiver {
    pub(crate) fn new(secret: &SigningSecret) -> Self {
        let verifier = Verifier::new(Secret::parse(&secret.reveal()).unwrap());
        Self { verifier, stored: BTreeMap::new() }
    }

    pub(crate) fn answer(&mut self, request: &Request, now: Duration) -> u16 {
        if request.body.len() > 512 << 10 {
            return 413;
        }
        if request.writing.over > Duration::from_secs(10) {
            return 408;
        }
        if request.writing.cut_at.is_some_and(|at| at < request.body.len()) {
            return 400;
        }
        let headers = request.headers.iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
        let now = UNIX_EPOCH + Duration::from_secs(START) + now;
        let Ok(verified) = self.verifier.verify(headers, &request.body, now) else {
            return 401;
        };
        let body = request.body.to_vec();
        self.stored.entry(verified.id().to_owned()).or_insert(body);
        204
    }

    /// What it makes of all that it has stored: the bodies of known events.
    pub(crate) fn state(&self) -> BTreeSet<&[u8]> {
        let is_known =
            |body: &&[u8]| EventRef::parse(body).is_ok_and(|event| event.entry().is_some());
        self.stored.values().map(Vec::as_slice).filter(is_known).collect()
    }
}

/// A message about a recording of its own.
pub(crate) fn message(number: u32, at: Duration) -> Message {
    let body = format!(
        r#"{{"event":"recording.done","data":{{"data":{{"code":"done","sub_code":null,"updated_at":"2026-01-01T10:00:00.000000Z"}},"recording":{{"id":"r{number}","metadata":{{}}}},"bot":null}}}}"#
    );
    let id = format!("msg_39vaFQ4gYb0000000000000{number:04}");
    Message::new(id, "recording.done", body.into_bytes(), Channel::Dashboard, at)
}

/// What arrives when, and what the sender is told.
#[derive(Debug)]
enum Arrival {
    Send(Outgoing, AttemptId),
    Lost(AttemptId),
}

/// What arrived, when, and how it was answered.
pub(crate) type Arrived = (Outgoing, Duration, u16);

/// Runs a sender with faults against a receiver until nothing is left to send. Gives all plans, and all that
/// arrived with its time and its answer.
pub(crate) fn run(
    sender: &mut Sender,
    faults: &Faults,
    receiver: &mut Receiver,
) -> (Vec<(Attempt, FaultPlan)>, Vec<Arrived>) {
    let mut plans = Vec::new();
    let mut arrived = Vec::new();
    let mut network: BTreeMap<(Duration, usize), Arrival> = BTreeMap::new();
    let mut count = 0;
    loop {
        let arrival = network.first_key_value().map(|((at, _), _)| *at);
        let due = sender.next_due();
        if let Some(due) = due.filter(|due| arrival.is_none_or(|at| *due <= at)) {
            let Some(attempt) = sender.begin(due) else { continue };
            let plan = faults.plan(&attempt);
            if plan.lost.is_some() {
                network.insert((attempt.deadline, count), Arrival::Lost(attempt.id));
                count += 1;
            }
            for send in &plan.sends {
                let arrival = Arrival::Send(send.clone(), attempt.id);
                network.insert((attempt.at + send.after, count), arrival);
                count += 1;
            }
            plans.push((attempt, plan));
        } else if let Some(((at, _), arrival)) = network.pop_first() {
            match arrival {
                Arrival::Lost(id) => {
                    sender.finish(id, AttemptResult::Timeout, at).unwrap();
                }
                Arrival::Send(send, id) => {
                    let status = receiver.answer(&send.request, at);
                    if send.role == Role::Attempt {
                        sender.finish(id, AttemptResult::status(status), at).unwrap();
                    }
                    arrived.push((send, at, status));
                }
            }
        } else {
            return (plans, arrived);
        }
    }
}
