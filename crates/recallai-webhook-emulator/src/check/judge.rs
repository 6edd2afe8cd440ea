//! Whether answers fit.

use std::time::Duration;

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
    /// Whether the answer is one that fits.
    fn fits(&self) -> bool {
        let answer = &self.answer;
        match self.variant.wanted {
            Wanted::Accepted | Wanted::Kept => answer.is_accepted(),
            Wanted::Refused | Wanted::NotTaken => {
                !answer.is_accepted() && *answer != Answer::NoConnection
            }
            Wanted::TooLarge => {
                matches!(answer.status(), Some(400..=499)) || *answer == Answer::Broken
            }
            Wanted::CutOff => !matches!(answer, Answer::TimedOut | Answer::NoConnection),
            Wanted::Any => true,
        }
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
    let bug = misfits.iter().find_map(|record| record.bug());
    Finding::Failed(describe(&misfits, records.len(), time_limit), bug)
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
