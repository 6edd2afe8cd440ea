//! Whether answers fit.

use std::time::Duration;

use super::cases::BASELINE_WEBHOOK;
use super::variant::{Body, Variant, Wanted};
use super::{Answer, Bug};

/// A request that was sent, and what came of it.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) case: &'static str,
    pub(super) variant: Variant,
    /// Its right signature in base64 without padding, if it was not sent with that.
    pub(super) secret_mac: Option<String>,
    /// Whether nothing else was sent at the same time.
    pub(super) is_alone: bool,
    /// Whether it was answered with an error, and a second try as it should be.
    pub(super) is_recovered: bool,
    pub(super) answer: Answer,
}

/// What a case comes to.
pub(super) enum Finding {
    /// It passed, with these answers.
    Passed(String),
    /// It failed with these answers, which may show another bug than the case's.
    Failed(String, Option<Bug>),
    /// There was nothing to judge.
    Skipped(&'static str),
}

impl Record {
    /// Whether the answer is one that fits. None does where nobody listens.
    pub(super) fn fits(&self) -> bool {
        let answer = &self.answer;
        let is_refusal = matches!(answer.status(), Some(400..=499));
        match self.variant.wanted {
            _ if *answer == Answer::NoConnection => false,
            Wanted::Accepted | Wanted::Kept => answer.is_accepted(),
            Wanted::Refused => is_refusal,
            Wanted::TurnedAway => answer.status().is_some() && !answer.is_accepted(),
            Wanted::NotTaken => !answer.is_accepted(),
            Wanted::TooLarge => is_refusal || matches!(answer, Answer::Broken(_)),
            Wanted::CutOff => *answer != Answer::TimedOut,
            Wanted::Any => true,
        }
    }

    /// Whether it is a forgery that was accepted.
    fn lets_in(&self) -> bool {
        self.variant.wanted == Wanted::Refused && self.answer.is_accepted()
    }

    /// Whether more of the same would take as long, and tell nothing new.
    pub(super) fn ends_its_case(&self) -> bool {
        let is_judged = matches!(self.variant.wanted, Wanted::Accepted | Wanted::Refused);
        self.answer == Answer::TimedOut && is_judged
    }

    /// Whether it is a delivery that was not answered in time.
    pub(super) fn is_late(&self) -> bool {
        self.answer == Answer::TimedOut && self.variant.wanted == Wanted::Accepted
    }

    /// The bug that an answer shows by itself, whatever the case is about.
    fn bug(&self) -> Option<Bug> {
        match (&self.answer, self.variant.wanted) {
            (Answer::NoConnection, _) => Some(Bug::WentAway),
            // Of many at once, one may be late because others come first.
            (Answer::TimedOut, Wanted::Accepted) if self.is_alone => {
                Some(Bug::WorksBeforeAnswering)
            }
            (Answer::Reply { status: 429, .. }, Wanted::Accepted | Wanted::Kept) => {
                Some(Bug::LimitsRate)
            }
            (Answer::Reply { status: 300..=399, .. }, Wanted::Accepted | Wanted::Kept) => {
                Some(Bug::Redirects)
            }
            (Answer::Reply { status: 500.., .. }, Wanted::Refused) => Some(Bug::FailsOnForgeries),
            (Answer::Reply { status: 300..=399, .. }, Wanted::Refused) => {
                Some(Bug::MisnamesRefusals)
            }
            (Answer::TimedOut | Answer::Broken(_), Wanted::Refused | Wanted::TurnedAway) => {
                Some(Bug::DropsRequests)
            }
            _ => None,
        }
    }

    /// The event that was sent, or else the case.
    pub(super) fn label(&self) -> &'static str {
        let event = match self.variant.body {
            Body::Example(entry) => Some(entry.name),
            Body::Text(text) => {
                text.split(r#""event":""#).nth(1).and_then(|it| it.split('"').next())
            }
            Body::Bytes(_) | Body::Large(_) | Body::Changed => None,
        };
        event.unwrap_or(self.case)
    }
}

/// Judges a case by the answers to what it has sent.
pub(super) fn judge(records: &[&Record], time_limit: Duration) -> Finding {
    let misfits: Vec<&Record> = records.iter().copied().filter(|record| !record.fits()).collect();
    if misfits.is_empty() {
        let texts = records.iter().map(|record| record.answer.describe(time_limit));
        let mut texts: Vec<String> = texts.collect();
        texts.dedup();
        return Finding::Passed(texts.join(", then "));
    }
    let (recovered, lasting): (Vec<&Record>, Vec<&Record>) =
        misfits.iter().partition(|record| record.is_recovered);
    if lasting.is_empty() {
        let answered = describe(&recovered, 1, time_limit);
        // A receiver may need its first delivery to start.
        return match recovered.iter().all(|record| record.case == BASELINE_WEBHOOK) {
            true => Finding::Passed(format!("{answered}, and 2xx to the second try")),
            false => Finding::Failed(
                format!("{answered}, and a second try passed"),
                Some(Bug::FailsNowAndThen),
            ),
        };
    }
    Finding::Failed(describe(&lasting, records.len(), time_limit), bug(&lasting))
}

/// The bug that the answers show by themselves: the worst first.
fn bug(misfits: &[&Record]) -> Option<Bug> {
    let mut bugs = misfits.iter().map(|record| record.bug());
    if misfits.iter().any(|record| record.answer == Answer::NoConnection) {
        return Some(Bug::WentAway);
    }
    if misfits.iter().any(|record| record.lets_in()) { None } else { bugs.find_map(|bug| bug) }
}

/// What was answered that does not fit: each answer once, with how often or to what.
fn describe(misfits: &[&Record], sent: usize, time_limit: Duration) -> String {
    let mut answers: Vec<(String, Vec<&'static str>)> = Vec::new();
    for record in misfits {
        let text = record.answer.describe(time_limit);
        match answers.iter_mut().find(|(known, _)| *known == text) {
            Some((_, labels)) => labels.push(record.label()),
            None => answers.push((text, vec![record.label()])),
        }
    }
    let is_of_many = |labels: &[&str]| labels.iter().any(|label| Some(label) != labels.first());
    let are_examples = misfits.iter().any(|record| matches!(record.variant.body, Body::Example(_)));
    let texts = answers.into_iter().map(|(text, labels)| match sent {
        1 => text,
        _ if are_examples || is_of_many(&labels) => format!("{text} to {}", labels.join(", ")),
        sent => format!("{text} to {} of {sent}", labels.len()),
    });
    texts.collect::<Vec<_>>().join("; ")
}
