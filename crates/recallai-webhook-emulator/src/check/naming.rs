//! Which mistake a failure is called, when all answers are known.

use super::case::Sends;
use super::cases::{ANSWERS_IN_TIME, BASELINE_SVIX, BASELINE_WEBHOOK, UNSIGNED, WRONG_SECRET};
use super::judge::Record;
use super::report::Outcome;
use super::{Bug, Case};

/// The case's bug; but that a receiver reads other headers is shown only by a refusal.
pub(super) fn bug(case: &Case, own: &[&Record]) -> Bug {
    let is_refused = own.iter().any(|it| matches!(it.answer.status(), Some(400..=499)));
    if is_baseline(case) && !is_refused { Bug::FailsOnDeliveries } else { case.bug }
}

/// Names anew what is no mistake of its own.
pub(super) fn settle(outcomes: &mut [Outcome]) {
    name_hangs(outcomes);
    name_chance(outcomes);
    explain(outcomes);
}

/// What there is to say first of a receiver that lets everybody in.
pub(super) fn verifies_nothing(outcomes: &[Outcome]) -> Option<String> {
    let shows = |name| shows(outcomes, name, Bug::VerifiesNothing);
    (shows(WRONG_SECRET) && shows(UNSIGNED))
        .then(|| "it verifies nothing: it accepts what anybody may have sent".to_owned())
}

/// No answer at all is work before the answer only where what starts work has none either. Elsewhere it is one
/// more way to fail, such as a handler whose error nobody catches.
fn name_hangs(outcomes: &mut [Outcome]) {
    if shows(outcomes, ANSWERS_IN_TIME, Bug::WorksBeforeAnswering) {
        return;
    }
    let is_hang = |outcome: &&mut Outcome| {
        outcome.bug == Some(Bug::WorksBeforeAnswering) && outcome.case.watch.is_none()
    };
    for outcome in outcomes.iter_mut().filter(is_hang) {
        outcome.bug =
            Some(if is_baseline(outcome.case) { Bug::FailsOnDeliveries } else { outcome.case.bug });
    }
}

/// A receiver that fails now and then does so under a burst, too.
fn name_chance(outcomes: &mut [Outcome]) {
    if !outcomes.iter().any(|outcome| outcome.bug == Some(Bug::FailsNowAndThen)) {
        return;
    }
    let is_at_once = |outcome: &&mut Outcome| {
        matches!(outcome.case.sends, Sends::AtOnce(_) | Sends::Burst(_))
            && outcome.bug == Some(outcome.case.bug)
    };
    for outcome in outcomes.iter_mut().filter(is_at_once) {
        outcome.bug = Some(Bug::FailsNowAndThen);
    }
}

/// Names the bug of another case where that explains the failure.
fn explain(outcomes: &mut [Outcome]) {
    for index in 0..outcomes.len() {
        let Some(outcome) = outcomes.get(index) else { return };
        if ![Some(outcome.case.bug), Some(Bug::FailsOnEvents)].contains(&outcome.bug) {
            continue;
        }
        let cause = outcome.case.explained_by.iter().find_map(|name| {
            let cause = outcomes.iter().find(|outcome| outcome.case.name == *name)?;
            cause.bug.filter(|bug| *bug == cause.case.bug)
        });
        if let (Some(cause), Some(outcome)) = (cause, outcomes.get_mut(index)) {
            outcome.bug = Some(cause);
        }
    }
}

fn shows(outcomes: &[Outcome], name: &str, bug: Bug) -> bool {
    outcomes.iter().any(|outcome| outcome.case.name == name && outcome.bug == Some(bug))
}

fn is_baseline(case: &Case) -> bool {
    [BASELINE_WEBHOOK, BASELINE_SVIX].contains(&case.name)
}
