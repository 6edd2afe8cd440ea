//! What is to be said about a delivery: the verdict, the reason, and what to do next.

use std::time::Duration;

use recallai_webhook_dispatch::signature::{ClockSkew, Finding, danger};

use super::delivery::Delivery;
use super::suspicion::{self, Suspicion};
use super::{Clock, spelling};
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
        let verifier = verifier.build().map_err(Failure::usage)?;
        let candidates = spelling::candidates(&delivery.body);
        let bodies = candidates.iter().map(|candidate| candidate.body.as_slice());
        let now = time::at(clock.now);
        let diagnosis = verifier.diagnose(delivery.lines(), &delivery.body, now, bodies);

        let finding = diagnosis.finding();
        let mut judgement = Self {
            is_verified: matches!(finding, Finding::Valid { .. }),
            finding: finding.name(),
            message: finding.to_string(),
            next: next(finding, delivery, secrets),
            notes: delivery.notes.clone(),
            key_label: key_label(finding).map(str::to_owned),
            skew: diagnosis.skew(),
            tried: secrets.iter().map(|labelled| labelled.label.clone()).collect(),
        };
        if let Finding::ReserializedBody { candidate, key_label } = finding {
            judgement.message = format!(
                "the body was changed before it got here: what was signed is the same content, spelled {} \
                 (key {key_label:?})",
                candidates[*candidate].name
            );
        }
        if let Some(Suspicion { name, message, next }) = suspicion(finding, delivery, secrets) {
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
        let has = |family: &str| delivery.value(&format!("{family}-signature")).is_some();
        if key_label(finding).is_some() {
            match (has("svix"), has("webhook")) {
                (true, false) => self.notes.push(
                    "the headers are svix-* (an older workspace): a receiver that reads webhook-* alone \
                     finds none"
                        .into(),
                ),
                (false, true) => self.notes.push(
                    "the headers are webhook-* (a newer workspace, or a real-time endpoint): a receiver that \
                     reads svix-* alone finds none"
                        .into(),
                ),
                _ => {}
            }
        }
    }
}

/// Mistakes are looked for where the finding leaves the question open.
fn suspicion(finding: &Finding, delivery: &Delivery, secrets: &[Labelled]) -> Option<Suspicion> {
    let open = matches!(
        finding,
        Finding::NoHeaders
            | Finding::WrongSecretOrBody
            | Finding::MalformedSignatures
            | Finding::OtherVersionsOnly { .. }
    );
    open.then(|| suspicion::find(delivery, secrets)).flatten()
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

/// What to do, the likeliest first.
fn next(finding: &Finding, delivery: &Delivery, secrets: &[Labelled]) -> Vec<String> {
    let steps: &[&str] = match finding {
        Finding::Valid { .. } => &[],
        Finding::NoHeaders => &[
            "create the workspace secret in the dashboard (Developers > API keys & secrets): without one \
             nothing is signed",
            "look at what the proxies in front pass on: svix-* and webhook-* headers have to arrive",
            "check that this is a webhook of Recall.ai at all",
        ],
        Finding::IncompleteHeaders { .. } | Finding::SplitFamilies => &[
            "look at what the proxies in front pass on: all three headers of one family have to arrive",
            "in the receiver, read both families: svix-* from older workspaces, webhook-* from newer ones",
        ],
        Finding::MalformedHeader { .. } | Finding::ConflictingHeader { .. } => {
            &["compare the header with what the dashboard shows of this attempt"]
        }
        Finding::Clock { .. } => &[
            "if this is an old capture: --at TIME judges it as of then, --ignore-timestamp not at all",
            "if it has just arrived: set the clock of the receiver (NTP); every attempt is signed anew, so a \
             retry is never old",
        ],
        Finding::ReserializedBody { .. } => &[
            "verify the raw bytes of the request, before a framework parses them; never the result of \
             serialising them again",
            "if a proxy, a queue or a log rewrites bodies on the way: take the body before it",
        ],
        Finding::WrongSecretOrBody => return wrong_secret_or_body(delivery, secrets),
        Finding::MalformedSignatures | Finding::TooManySignatures => {
            &["compare the signature header with what the dashboard shows of this attempt"]
        }
        _ => &[],
    };
    steps.iter().map(|&step| step.to_owned()).collect()
}

fn wrong_secret_or_body(delivery: &Delivery, secrets: &[Labelled]) -> Vec<String> {
    let of_endpoint = "copy the secret again. Newer workspaces have one for everything (Developers > API keys & \
                       secrets), older ones one for each endpoint (Webhooks > the endpoint > Signing secret)";
    let mut steps = vec![of_endpoint.to_owned()];
    if secrets.len() == 1 {
        steps.push(
            "give all secrets that it could be, one a line in --secret-file: the one that fits is named".into(),
        );
    }
    steps.push("check region and environment: us-east-1, us-west-2, eu-central-1, ap-northeast-1, staging and \
                production have secrets of their own".into());
    steps.push("was the secret made anew? the old one counts for a day and then no more".into());
    if delivery.body.is_empty() {
        steps.push("the body is empty: check that it was captured".into());
    } else {
        steps.push("check that the body is what came over the wire, byte for byte".into());
    }
    steps
}
