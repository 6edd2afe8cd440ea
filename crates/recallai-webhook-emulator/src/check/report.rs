//! What has come of a check.

use std::time::Duration;

use super::cases::{ANSWERS_IN_TIME, BASELINE_SVIX, BASELINE_WEBHOOK, UNSIGNED, WRONG_SECRET};
use super::hint::hint;
use super::judge::{Finding, Record, judge};
use super::watch::Evidence;
use super::{Bug, Case, Grade};
use crate::HeaderFamily;

/// What has come of a check.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CheckReport {
    /// All cases that were asked for, in their order.
    pub outcomes: Vec<Outcome>,
    /// The headers that were used: those that the receiver reads. `None` if it accepted no ordinary delivery.
    pub family: Option<HeaderFamily>,
    /// What to look at first, if the receiver accepts no ordinary delivery, or every forgery.
    pub hint: Option<String>,
}

/// What has come of one case.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// The case.
    pub case: &'static Case,
    /// Whether it passed.
    pub mark: Mark,
    /// What was answered, in words; empty if it was skipped.
    pub answered: String,
    /// The mistake that it shows. `None` unless it failed, and for the baselines where the hint says more.
    pub bug: Option<Bug>,
    /// How long the answers took together.
    pub took: Duration,
}

/// Whether a case passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a case that was run passed or failed")]
pub enum Mark {
    /// The receiver answered as it should.
    Passed,
    /// It did not.
    Failed,
    /// It says nothing of the receiver, for this reason.
    Skipped(&'static str),
}

/// How many cases came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Counts {
    /// Those that passed.
    pub passed: usize,
    /// Those of [`Grade::Must`] that failed.
    pub failed: usize,
    /// Those of [`Grade::Should`] that failed.
    pub advised: usize,
    /// Those that were skipped.
    pub skipped: usize,
}

impl Mark {
    /// Its name: `passed`, `failed` or `skipped`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped(_) => "skipped",
        }
    }
}

impl CheckReport {
    /// Whether no case of [`Grade::Must`] failed.
    pub fn is_passed(&self) -> bool {
        self.counts().failed == 0
    }

    /// Whether no case failed at all.
    pub fn is_passed_strictly(&self) -> bool {
        let counts = self.counts();
        counts.failed == 0 && counts.advised == 0
    }

    /// How many cases came to what.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for outcome in &self.outcomes {
            *match (outcome.mark, outcome.case.grade) {
                (Mark::Passed, _) => &mut counts.passed,
                (Mark::Failed, Grade::Must) => &mut counts.failed,
                (Mark::Failed, Grade::Should) => &mut counts.advised,
                (Mark::Skipped(_), _) => &mut counts.skipped,
            } += 1;
        }
        counts
    }

    /// What has come of the case of this name.
    pub fn outcome(&self, name: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.case.name == name)
    }

    /// The cases that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| outcome.mark == Mark::Failed)
    }
}

/// Judges all cases; those that come with a reason were not to be run.
pub(super) fn report(
    cases: impl Iterator<Item = (&'static Case, Option<&'static str>)>,
    records: &[Record],
    family: Option<HeaderFamily>,
    time_limit: Duration,
) -> CheckReport {
    let outcome = |(case, skipped): (&'static Case, Option<&'static str>)| {
        let own: Vec<&Record> = records.iter().filter(|record| record.case == case.name).collect();
        let took = own.iter().filter_map(|record| record.answer.took()).sum();
        let finding = match (skipped, case.watch) {
            (Some(reason), _) => Finding::Skipped(reason),
            (None, Some(watch)) => watch(&Evidence { records, own: &own, time_limit }),
            (None, None) if own.is_empty() => Finding::Skipped("it was not run"),
            (None, None) => judge(&own, time_limit),
        };
        let (mark, answered, bug) = match finding {
            Finding::Passed(answered) => (Mark::Passed, answered, None),
            Finding::Failed(answered, shown) => {
                let bug = shown.or(family.map(|_| case.bug));
                (Mark::Failed, answered, bug)
            }
            Finding::Skipped(reason) => (Mark::Skipped(reason), String::new(), None),
        };
        Outcome { case, mark, answered, bug, took }
    };
    let mut outcomes: Vec<Outcome> = cases.map(outcome).collect();
    let hint = match family {
        None => baseline_hint(records, time_limit),
        Some(_) => {
            name_hangs(&mut outcomes);
            explain(&mut outcomes);
            verifies_nothing(&outcomes)
        }
    };
    CheckReport { outcomes, family, hint }
}

/// No answer at all is work before the answer only where what starts work has none either. Elsewhere it is one
/// more way to fail, such as a handler whose error nobody catches.
fn name_hangs(outcomes: &mut [Outcome]) {
    if has_failed(outcomes, ANSWERS_IN_TIME) {
        return;
    }
    let is_hang = |outcome: &&mut Outcome| {
        outcome.bug == Some(Bug::WorksBeforeAnswering) && outcome.case.watch.is_none()
    };
    for outcome in outcomes.iter_mut().filter(is_hang) {
        outcome.bug = Some(outcome.case.bug);
    }
}

/// HeaderNames the bug of another case where that explains the failure.
fn explain(outcomes: &mut [Outcome]) {
    for index in 0..outcomes.len() {
        let Some(outcome) = outcomes.get(index) else { return };
        if outcome.bug != Some(outcome.case.bug) {
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

fn baseline_hint(records: &[Record], time_limit: Duration) -> Option<String> {
    let baselines = [BASELINE_WEBHOOK, BASELINE_SVIX];
    let mut answers = records.iter().filter(|record| baselines.contains(&record.case));
    answers.next().map(|record| hint(&record.answer, time_limit))
}

fn verifies_nothing(outcomes: &[Outcome]) -> Option<String> {
    (has_failed(outcomes, WRONG_SECRET) && has_failed(outcomes, UNSIGNED))
        .then(|| "it verifies nothing: it accepts what anybody may have sent".to_owned())
}

fn has_failed(outcomes: &[Outcome], name: &str) -> bool {
    outcomes.iter().any(|outcome| outcome.case.name == name && outcome.mark == Mark::Failed)
}
