//! Cases that are judged by all answers of the check.

use std::collections::BTreeSet;
use std::time::Duration;

use super::answer::QUICK;
use super::judge::{Finding, Record, judge};
use super::variant::Wanted;
use super::{Answer, Bug};
use crate::DeliveryControl;

/// What such a case looks at.
pub(super) struct Evidence<'a> {
    /// All that was sent.
    pub(super) records: &'a [Record],
    /// What the case itself has sent.
    pub(super) own: &'a [&'a Record],
    pub(super) time_limit: Duration,
}

/// How such a case is judged.
pub(super) type Watch = fn(&Evidence<'_>) -> Finding;

pub(super) fn answers_in_time(evidence: &Evidence<'_>) -> Finding {
    if let Some(late) = evidence.own.iter().find(|record| record.is_late()) {
        let answered = late.answer.describe(evidence.time_limit);
        return Finding::Failed(format!("{answered} to {}", late.label()), None);
    }
    match judge(evidence.own, evidence.time_limit) {
        Finding::Passed(_) => slowest(evidence, |_| true),
        // How soon it fails says nothing of how soon it would have answered.
        Finding::Failed(answered, bug) => {
            Finding::Failed(answered, bug.or(Some(Bug::FailsOnEvents)))
        }
        skipped @ Finding::Skipped(_) => skipped,
    }
}

pub(super) fn answers_quickly(evidence: &Evidence<'_>) -> Finding {
    slowest(evidence, |took| took <= QUICK)
}

pub(super) fn leaves_sender_alone(evidence: &Evidence<'_>) -> Finding {
    let asked = evidence.records.iter().find_map(|record| {
        let value = match record.answer.delivery_control()? {
            DeliveryControl::Disable => "disable",
            DeliveryControl::AbortMessage => "abort-message",
        };
        Some(format!("webhook-delivery: {value}, to {}", record.case))
    });
    match asked {
        Some(answered) => Finding::Failed(answered, None),
        None => Finding::Passed("no such header".to_owned()),
    }
}

pub(super) fn refuses_without_failing(evidence: &Evidence<'_>) -> Finding {
    refusals(evidence, |answer| matches!(answer.status(), Some(..=499)))
}

pub(super) fn names_refusals(evidence: &Evidence<'_>) -> Finding {
    refusals(evidence, |answer| !matches!(answer.status(), Some(300..=399 | 404 | 410 | 429)))
}

pub(super) fn refuses_alike(evidence: &Evidence<'_>) -> Finding {
    let replies: Option<Vec<(u16, &[u8])>> = evidence
        .own
        .iter()
        .map(|record| match &record.answer {
            Answer::Reply { status: status @ 300.., body, .. } => Some((*status, body.as_slice())),
            _ => None,
        })
        .collect();
    match replies.as_deref() {
        Some([first, again, ..]) if first != again => Finding::Skipped(
            "its answers to the same mistake differ, so there is nothing to compare",
        ),
        Some([first, rest @ ..]) => match rest.iter().all(|reply| reply == first) {
            true => Finding::Passed("one answer for all".to_owned()),
            false => Finding::Failed("different answers to different mistakes".to_owned(), None),
        },
        _ => Finding::Skipped("it did not refuse all of them"),
    }
}

pub(super) fn keeps_signature(evidence: &Evidence<'_>) -> Finding {
    let tells = |record: &&Record| {
        let Some(mac) = &record.secret_mac else { return false };
        let needle = mac.as_bytes();
        let has = |text: &[u8]| text.windows(needle.len()).any(|window| window == needle);
        record.answer.texts().any(has)
    };
    match evidence.records.iter().find(tells) {
        Some(record) => Finding::Failed(format!("the right signature, to {}", record.case), None),
        None => Finding::Passed("no such answer".to_owned()),
    }
}

/// What a sender would have sent and was accepted, one at a time: many at once have cases of their own.
fn deliveries<'a>(evidence: &Evidence<'a>) -> impl Iterator<Item = &'a Record> {
    let is_delivery =
        |record: &&Record| record.is_alone && record.variant.wanted == Wanted::Accepted;
    evidence.records.iter().filter(is_delivery).filter(|record| record.answer.is_accepted())
}

fn slowest(evidence: &Evidence<'_>, is_fine: impl Fn(Duration) -> bool) -> Finding {
    let timed = deliveries(evidence).filter_map(|record| Some((record.answer.took()?, record)));
    match timed.max_by_key(|(took, _)| *took) {
        Some((took, _)) if is_fine(took) => Finding::Passed(format!("{} ms", took.as_millis())),
        Some((took, record)) => {
            let answered = format!("{} ms to {}", took.as_millis(), record.label());
            Finding::Failed(answered, Some(Bug::WorksBeforeAnswering))
        }
        None => Finding::Skipped("no delivery was accepted"),
    }
}

/// Judges the answers to forgeries that were not accepted. Those without an answer fail their own cases, and what
/// was an error once fails now and then.
fn refusals(evidence: &Evidence<'_>, is_fine: impl Fn(&Answer) -> bool) -> Finding {
    let refused = |record: &&Record| {
        let is_refusal = record.answer.status().is_some() && !record.answer.is_accepted();
        record.variant.wanted == Wanted::Refused && is_refusal && !record.is_recovered
    };
    let refused: Vec<&Record> = evidence.records.iter().filter(refused).collect();
    if refused.is_empty() {
        return Finding::Skipped("it refused no forgery");
    }
    let misfits: Vec<&&Record> = refused.iter().filter(|record| !is_fine(&record.answer)).collect();
    let shown = if misfits.is_empty() { refused.iter().collect() } else { misfits.clone() };
    let texts = shown.iter().map(|record| record.answer.describe(evidence.time_limit));
    let texts = Vec::from_iter(BTreeSet::from_iter(texts)).join(", ");
    match misfits.first() {
        None => Finding::Passed(texts),
        Some(record) => Finding::Failed(
            format!(
                "{texts} to {} of {} forgeries, such as {}",
                misfits.len(),
                refused.len(),
                record.case
            ),
            None,
        ),
    }
}
