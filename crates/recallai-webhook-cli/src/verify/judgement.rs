//! What is to be said about a delivery: the verdict, the reason, and what to do next.

use std::time::Duration;

use recallai_webhook_dispatch::signature::{ClockSkew, Finding, HeaderFamily, danger};

use super::Clock;
use super::delivery::Delivery;
use super::mistake::{self, Mistake};
use super::spelling::{self, Candidate};
use crate::exit::Failure;
use crate::secrets::{self, Labelled};
use crate::time;

#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) is_verified: bool,
    /// A name for programs.
    pub(super) finding: &'static str,
    /// What is wrong, if anything.
    pub(super) message: String,
    /// What to do, the likeliest first.
    pub(super) next: Vec<String>,
    /// What else there is to know.
    pub(super) notes: Vec<String>,
    /// The key that made the signature.
    pub(super) key_label: Option<String>,
    /// The timestamp against the tolerance, whatever the finding.
    pub(super) skew: Option<ClockSkew>,
    /// The labels of all secrets that were tried.
    pub(super) tried: Vec<String>,
}

impl Judgement {
    pub(super) fn of(
        delivery: &Delivery,
        secrets: &[Labelled],
        clock: &Clock,
    ) -> Result<Self, Failure> {
        let builder = secrets::builder(secrets);
        let verifier = match clock.tolerance.map(Duration::from_secs) {
            Some(tolerance) => builder.past_tolerance(tolerance).future_tolerance(tolerance),
            None => danger::without_age_check(builder),
        };
        let verifier = verifier.build().map_err(Failure::not_tried)?;
        let now = time::at(clock.now);
        let diagnose = |candidates: &[Candidate]| {
            let bodies = candidates.iter().map(|candidate| candidate.body.as_slice());
            let (lines, body) = (delivery.headers.lines(), &delivery.body[..]);
            verifier.diagnose(lines, body, now, bodies)
        };
        let mut diagnosis = diagnose(&[]);
        let mut candidates = Vec::new();
        if *diagnosis.finding() == Finding::WrongSecretOrBody {
            candidates = spelling::candidates(&delivery.body);
            diagnosis = diagnose(&candidates);
        }

        let finding = diagnosis.finding();
        let mut judgement = Self {
            is_verified: matches!(finding, Finding::Valid { .. }),
            finding: finding.name(),
            message: finding.to_string(),
            next: next(finding, secrets),
            notes: delivery.notes.clone(),
            key_label: key_label(finding).map(str::to_owned),
            skew: diagnosis.skew(),
            tried: secrets.iter().map(|labelled| labelled.label.clone()).collect(),
        };
        if let Finding::ReserializedBody { candidate, key_label } = finding {
            judgement.message = format!(
                "the body was changed before it got here: what was signed is the same content, written {} \
                 (key {key_label:?})",
                candidates[*candidate].how
            );
        }
        if let Some(Mistake { name, message, next }) = mistake(finding, delivery, secrets) {
            judgement = Self { finding: name, message, next, ..judgement };
        }
        judgement.add_notes(finding, delivery, clock);
        Ok(judgement)
    }

    fn add_notes(&mut self, finding: &Finding, delivery: &Delivery, clock: &Clock) {
        if clock.tolerance.is_none() {
            self.notes.push("the timestamp was not checked (--ignore-timestamp)".into());
        }
        match self.skew {
            Some(skew) if matches!(finding, Finding::Clock { .. }) => {
                self.message = format!("{}: {skew}", self.message);
            }
            Some(skew) => self.notes.push(format!("apart from that, {skew}")),
            None => {}
        }
        if self.finding == Finding::WrongSecretOrBody.name() {
            if delivery.body.is_empty() {
                let step = "the body is empty here: if the delivery had one, give it with --body";
                self.next.insert(0, step.into());
            }
            if delivery.body.len() > spelling::WHOLE {
                self.notes
                    .push("the body is long: not every other way to write it was tried".into());
            }
        }
        let note = match delivery.family().filter(|_| key_label(finding).is_some()) {
            None => return,
            Some(HeaderFamily::Svix) => {
                "the headers are svix-* (an older workspace): a receiver that reads webhook-* alone finds none"
            }
            Some(HeaderFamily::Webhook) => {
                "the headers are webhook-* (a newer workspace, or a real-time endpoint): a receiver that reads \
                 svix-* alone finds none"
            }
        };
        self.notes.push(note.into());
    }
}

/// Mistakes are looked for where the finding leaves the question open.
fn mistake(finding: &Finding, delivery: &Delivery, secrets: &[Labelled]) -> Option<Mistake> {
    let open = matches!(
        finding,
        Finding::NoHeaders
            | Finding::IncompleteHeaders { .. }
            | Finding::WrongSecretOrBody
            | Finding::MalformedSignatures
            | Finding::OtherVersionsOnly { .. }
    );
    open.then(|| mistake::find(delivery, secrets)).flatten()
}

fn key_label(finding: &Finding) -> Option<&str> {
    match finding {
        Finding::Valid { key_label }
        | Finding::Clock { key_label }
        | Finding::ExpiredSecret { key_label }
        | Finding::ReserializedBody { key_label, .. } => Some(key_label),
        _ => None,
    }
}

/// What to do: what the finding advises, in the words of this command where it can do a part of it.
fn next(finding: &Finding, secrets: &[Labelled]) -> Vec<String> {
    let mut steps: Vec<String> = finding.advice().iter().map(|&advice| advice.to_owned()).collect();
    match finding {
        Finding::Clock { .. } => steps.insert(
            0,
            "if this is an old capture: --at TIME judges it as of then, --ignore-timestamp not at all".into(),
        ),
        Finding::OtherVersionsOnly { asymmetric: true, .. } => {
            steps = vec![
                "let the endpoint use a whsec_ secret, or verify with the crates: this program takes no \
                 public keys, they do (feature ed25519)"
                    .into(),
            ];
        }
        Finding::WrongSecretOrBody if secrets.len() == 1 => steps.insert(
            1,
            "give all secrets that it could be, one a line in --secret-file: the one that fits is named".into(),
        ),
        _ => {}
    }
    steps
}
