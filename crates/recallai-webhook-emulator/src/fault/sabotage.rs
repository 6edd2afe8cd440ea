//! One request in the making, and what each fault does to it.

use std::sync::Arc;
use std::time::Duration;

use super::{Fault, Outgoing, Role, bodies};
use crate::sender::{Signer, Writing};
use crate::{Attempt, Request, Seed, SigningSecret};

/// How late a message may come when others overtake it, in milliseconds.
const REORDER: (u64, u64) = (1_000, 30_000);
/// How late a delayed message comes, in milliseconds.
const DELAY: (u64, u64) = (60_000, 600_000);
/// How far a wrong clock is off, in seconds: beyond every tolerance, up to a day.
const CLOCK: (u64, u64) = (600, 86_400);
/// How long a slow body takes.
const SLOW: Duration = Duration::from_secs(60);

/// One request in the making.
pub(super) struct Draft<'a> {
    seed: Seed,
    attempt: &'a Attempt,
    signer: Signer,
    pub(super) message_id: Arc<str>,
    pub(super) body: Arc<[u8]>,
    after: Duration,
    /// How far the clock of the sender is off, in seconds.
    ahead: i64,
    writing: Writing,
    /// What is done to the signed request.
    spoils: Vec<Fault>,
}

impl<'a> Draft<'a> {
    /// The request of the attempt, still as it should be.
    pub(super) fn new(seed: Seed, attempt: &'a Attempt) -> Self {
        Self {
            seed,
            attempt,
            signer: attempt.signer.clone(),
            message_id: Arc::clone(&attempt.message.id),
            body: Arc::clone(&attempt.message.body),
            after: Duration::ZERO,
            ahead: 0,
            writing: Writing::default(),
            spoils: Vec::new(),
        }
    }

    /// Sends it later, and signs it then.
    pub(super) fn delay(&mut self, by: Duration) {
        self.after = self.after.saturating_add(by);
    }

    pub(super) fn apply(&mut self, fault: Fault) {
        match fault {
            Fault::Reorder => self.delay(Duration::from_millis(self.between(fault, REORDER))),
            Fault::Delay => self.delay(Duration::from_millis(self.between(fault, DELAY))),
            Fault::WrongSecret => self.signer.secrets = vec![self.strange_secret(fault)],
            Fault::Rotation => self.signer.secrets.insert(0, self.strange_secret(fault)),
            Fault::StaleClock => self.ahead = -self.seconds(fault),
            Fault::FutureClock => self.ahead = self.seconds(fault),
            Fault::FamilySwitch => self.signer.family = self.signer.family.other(),
            Fault::SlowBody => self.writing.over = SLOW,
            Fault::CutBody => {
                let most = self.body.len() as u64;
                self.writing.cut_at = usize::try_from(self.chance(fault, most)).ok();
            }
            Fault::OversizedBody => self.body = bodies::oversized(&self.body).into(),
            Fault::BadSignature
            | Fault::MissingId
            | Fault::MissingTimestamp
            | Fault::MissingSignature
            | Fault::Unsigned => self.spoils.push(fault),
            // These send something else or nothing, instead of changing what is sent.
            Fault::Duplicate
            | Fault::InstantResend
            | Fault::LostFirstAttempt
            | Fault::MalformedJson
            | Fault::UnreadableEvent
            | Fault::NonUtf8Body
            | Fault::UnknownEvent => {}
        }
    }

    /// Signs it for the time at which it goes out.
    pub(super) fn finish(self, role: Role, faults: Vec<Fault>) -> Outgoing {
        let attempt = self.attempt;
        let sent = attempt.at.saturating_add(self.after);
        let timestamp = attempt.clock.unix_time(sent).saturating_add_signed(self.ahead);
        let is_as_made = faults.is_empty() && role == Role::Attempt;
        let mut request = if is_as_made {
            attempt.request.clone()
        } else {
            self.signer.request(&self.message_id, timestamp, &self.body)
        };
        request.writing = self.writing;
        for fault in &self.spoils {
            self.spoil(*fault, &mut request);
        }
        Outgoing {
            after: self.after,
            deadline: attempt.deadline.saturating_add(self.after),
            request,
            message_id: self.message_id,
            role,
            faults,
        }
    }

    fn spoil(&self, fault: Fault, request: &mut Request) {
        let [id, timestamp, signature] = self.signer.family.names();
        match fault {
            Fault::BadSignature => {
                let mistyped = request.header(signature).map(|value| self.mistype(value));
                request.set_header(signature, mistyped.unwrap_or_default());
            }
            Fault::MissingId => request.remove_header(id),
            Fault::MissingTimestamp => request.remove_header(timestamp),
            Fault::MissingSignature => request.remove_header(signature),
            _ => [id, timestamp, signature].iter().for_each(|name| request.remove_header(name)),
        }
    }

    /// Changes one character of each signature into another one of base64.
    fn mistype(&self, signatures: &str) -> String {
        let mistyped = |signature: &str| {
            // `v1,` and 43 characters before the padding. The last of them is left alone: it holds bits
            // that belong to no byte.
            let place = "v1,".len() + self.chance(Fault::BadSignature, 42) as usize;
            let change = |(at, c): (usize, char)| match (at == place, c) {
                (false, c) => c,
                (true, 'A') => 'B',
                (true, _) => 'A',
            };
            signature.chars().enumerate().map(change).collect::<String>()
        };
        signatures.split(' ').map(mistyped).collect::<Vec<_>>().join(" ")
    }

    /// A secret that the receiver does not know.
    fn strange_secret(&self, fault: Fault) -> SigningSecret {
        SigningSecret::generate(self.seed, &format!("{fault} at {}", self.attempt.endpoint_name))
    }

    fn seconds(&self, fault: Fault) -> i64 {
        i64::try_from(self.between(fault, CLOCK)).unwrap_or(0)
    }

    /// A number from the first to the second.
    fn between(&self, fault: Fault, (least, most): (u64, u64)) -> u64 {
        least + self.chance(fault, most - least + 1)
    }

    fn chance(&self, fault: Fault, bound: u64) -> u64 {
        let number = self.attempt.number.to_le_bytes();
        let [a, b, c] = super::plan::parts(self.attempt, &number);
        self.seed
            .stream_for(&[b"sabotage", fault.name().as_bytes(), a, b, c])
            .up_to(bound.saturating_sub(1))
    }
}
