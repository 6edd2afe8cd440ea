//! What an attempt comes to on the wire when faults happen to it.

use std::sync::Arc;
use std::time::Duration;

use super::sabotage::Draft;
use super::{Effect, Expected, Fault, Faults, bodies};
use crate::{Attempt, Request, Trigger, ids};

/// The number of the last attempt of a message that a fault may cost. The schedule goes on long after it.
const LAST_TO_COST: u32 = 3;
/// How late a duplicate comes, in milliseconds.
const DUPLICATE_WITHIN: u64 = 60_000;
/// How late the message that comes beside another comes, in milliseconds.
const BESIDE_WITHIN: u64 = 5_000;

/// What an attempt comes to on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultPlan {
    /// What is sent, earliest first.
    pub sends: Vec<Outgoing>,
    /// The fault that keeps the attempt from arriving, if one does. Then no send has
    /// [`Role::Attempt`], and the attempt ends as [`AttemptResult::Timeout`](crate::AttemptResult::Timeout) at its
    /// deadline.
    pub lost: Option<Fault>,
}

/// One request of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outgoing {
    /// When it goes out, after the beginning of the attempt.
    pub after: Duration,
    /// When it is to be given up, after the start of the trace.
    pub deadline: Duration,
    /// What goes on the wire.
    pub request: Request,
    /// The id of the message, also where a fault has removed it from the request.
    pub message_id: Arc<str>,
    /// What it is to the attempt.
    pub role: Role,
    /// The faults that made it what it is; none for the ordinary request.
    pub faults: Vec<Fault>,
}

/// What a request is to the attempt that it is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// The attempt itself: its answer is for [`Sender::finish`](crate::Sender::finish).
    Attempt,
    /// The message once more. The sender does not hear of the answer.
    Again,
    /// Another message, of which the sender does not know.
    Beside,
}

impl Role {
    /// A stable word: `attempt`, `again`, `beside`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attempt => "attempt",
            Self::Again => "again",
            Self::Beside => "beside",
        }
    }
}

impl Outgoing {
    /// Makes it the next attempt at the same message, at `now`.
    pub(crate) fn sign_anew(&mut self, attempt: &Attempt, now: Duration) {
        let timestamp = attempt.clock.unix_time(now);
        let patience = attempt.deadline.saturating_sub(attempt.at);
        self.request = attempt.signer.request(&self.message_id, timestamp, &self.request.body);
        self.deadline = now.saturating_add(patience);
    }

    /// What a receiver should make of it.
    pub fn expected(&self) -> Expected {
        let mut expected = Expected::Stored;
        for fault in &self.faults {
            match fault.expected() {
                refused @ Expected::Refused(_) => return refused,
                Expected::StoredOnce => expected = Expected::StoredOnce,
                Expected::Stored => {}
            }
        }
        expected
    }
}

impl Faults {
    /// What an attempt comes to: its request as the sender made it, or what the faults that happen to it have
    /// made of it. An instant re-send stays as it is.
    ///
    /// At most one fault costs the attempt; all others that happen, happen together.
    pub fn plan(&self, attempt: &Attempt) -> FaultPlan {
        let happening = self.happening(attempt);
        let costly = self.costly(attempt, &happening);
        let altering: Vec<Fault> = happening
            .iter()
            .copied()
            .filter(|fault| fault.effect() == Effect::Alter || Some(*fault) == costly)
            .collect();

        let mut plan = FaultPlan { sends: Vec::new(), lost: None };
        if costly.is_some_and(|fault| fault.effect() == Effect::Lose) {
            plan.lost = costly;
        } else {
            let mut draft = Draft::new(self.seed(), attempt);
            for fault in &altering {
                draft.apply(*fault);
            }
            plan.sends.push(draft.finish(Role::Attempt, altering));
        }
        for fault in happening {
            match fault.effect() {
                Effect::Again => plan.sends.extend(self.again(fault, attempt, plan.sends.first())),
                Effect::Beside => plan.sends.push(self.beside(fault, attempt)),
                Effect::Refuse | Effect::Lose | Effect::Alter => {}
            }
        }
        plan.sends.sort_by_key(|send| send.after);
        plan
    }

    /// The faults that happen to an attempt, in the order of their table.
    fn happening(&self, attempt: &Attempt) -> Vec<Fault> {
        let is_signed = !attempt.signer.secrets.is_empty();
        let is_first = attempt.number == 1;
        let can_happen = |fault: Fault| match fault.effect() {
            Effect::Refuse => attempt.number <= LAST_TO_COST,
            Effect::Lose | Effect::Beside => is_first,
            Effect::Alter | Effect::Again => true,
        };
        if attempt.is_resend || attempt.trigger == Trigger::Manual {
            return Vec::new();
        }
        Fault::ALL
            .into_iter()
            .filter(|fault| can_happen(*fault) && (is_signed || !fault.needs_key()))
            .filter(|fault| self.happens(*fault, parts(attempt, &attempt.number.to_le_bytes())))
            .collect()
    }

    /// The one fault that costs the attempt, by chance out of those that would.
    fn costly(&self, attempt: &Attempt, happening: &[Fault]) -> Option<Fault> {
        let costly = |fault: &Fault| matches!(fault.effect(), Effect::Refuse | Effect::Lose);
        let costly: Vec<Fault> = happening.iter().copied().filter(costly).collect();
        let choice = self.chance(b"choice", attempt, costly.len() as u64);
        costly.get(usize::try_from(choice).ok()?).copied()
    }

    /// The message once more.
    fn again(&self, fault: Fault, attempt: &Attempt, sent: Option<&Outgoing>) -> Option<Outgoing> {
        if fault == Fault::InstantResend {
            let mut same = sent.filter(|sent| sent.role == Role::Attempt)?.clone();
            same.role = Role::Again;
            same.faults.push(fault);
            return Some(same);
        }
        let mut draft = Draft::new(self.seed(), attempt);
        draft.delay(Duration::from_millis(self.chance(b"duplicate", attempt, DUPLICATE_WITHIN)));
        Some(draft.finish(Role::Again, vec![fault]))
    }

    /// A message of its own, with an id of its own: what it breaks must not stand for the real one.
    fn beside(&self, fault: Fault, attempt: &Attempt) -> Outgoing {
        let [endpoint, message, _] = parts(attempt, &[]);
        let mut stream =
            self.seed().stream_for(&[b"id", fault.name().as_bytes(), endpoint, message]);
        let made = attempt.clock.unix_time(attempt.message.at);
        let mut draft = Draft::new(self.seed(), attempt);
        draft.message_id = ids::message(made, &mut stream).into();
        draft.body = bodies::body(fault, &attempt.message).into();
        draft.delay(Duration::from_millis(self.chance(
            fault.name().as_bytes(),
            attempt,
            BESIDE_WITHIN,
        )));
        draft.finish(Role::Beside, vec![fault])
    }

    /// A number below `bound` for one purpose and one attempt.
    fn chance(&self, purpose: &[u8], attempt: &Attempt, bound: u64) -> u64 {
        let number = attempt.number.to_le_bytes();
        let [a, b, c] = parts(attempt, &number);
        self.seed().stream_for(&[b"plan", purpose, a, b, c]).up_to(bound.saturating_sub(1))
    }
}

/// What an attempt is drawn by.
pub(super) fn parts<'a>(attempt: &'a Attempt, number: &'a [u8]) -> [&'a [u8]; 3] {
    [attempt.endpoint_name.as_bytes(), attempt.message.id.as_bytes(), number]
}
