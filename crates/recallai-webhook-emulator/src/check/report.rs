//! What has come of a check.

use std::time::Duration;

use super::cases::{BASELINE_SVIX, BASELINE_WEBHOOK, STILL_THERE};
use super::hint::hint;
use super::judge::{Finding, Record, judge};
use super::variant::Wanted;
use super::watch::Evidence;
use super::{Answer, Bug, Case, Grade, naming};
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
    /// Whether it was stopped before its end: then it has not passed.
    pub is_stopped: bool,
}

/// What has come of one case.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// The case.
    pub case: &'static Case,
    /// Whether it passed.
    pub mark: Mark,
    /// What its failure means: the case's grade, unless the answers show something graver or lighter.
    pub grade: Grade,
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
    /// Those that failed, with [`Grade::Must`].
    pub failed: usize,
    /// Those that failed, with [`Grade::Should`].
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
    /// Whether it came to its end, and nothing failed that is of [`Grade::Must`].
    pub fn is_passed(&self) -> bool {
        !self.is_stopped && self.counts().failed == 0
    }

    /// Whether it came to its end, and no case failed at all.
    pub fn is_passed_strictly(&self) -> bool {
        self.is_passed() && self.counts().advised == 0
    }

    /// How many cases came to what.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for outcome in &self.outcomes {
            *match (outcome.mark, outcome.grade) {
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
            (None, _) if own.iter().any(|record| record.answer == Answer::NoConnection) => {
                judge(&own, time_limit)
            }
            (None, Some(watch)) => watch(&Evidence { records, own: &own, time_limit }),
            (None, None) if own.is_empty() => Finding::Skipped("it was not run"),
            (None, None) => judge(&own, time_limit),
        };
        let (mark, answered, bug) = match finding {
            Finding::Passed(_) if proves_nothing(case, records) => {
                (Mark::Skipped(REFUSES_ALL), String::new(), None)
            }
            Finding::Passed(answered) => (Mark::Passed, answered, None),
            Finding::Failed(answered, shown) => {
                let shown = shown.or_else(|| family.map(|_| naming::bug(case, &own)));
                // Where nobody ever listened, nobody has stopped.
                let bug = shown.filter(|bug| family.is_some() || *bug != Bug::WentAway);
                (Mark::Failed, answered, bug)
            }
            Finding::Skipped(reason) => (Mark::Skipped(reason), String::new(), None),
        };
        let grade = bug.map_or(case.grade, |bug| bug.grade(case.grade));
        Outcome { case, mark, grade, answered, bug, took }
    };
    let mut outcomes: Vec<Outcome> = cases.map(outcome).collect();
    let hint = match family {
        None => baseline_hint(records, time_limit),
        Some(_) => {
            naming::settle(&mut outcomes);
            naming::verifies_nothing(&outcomes)
        }
    };
    CheckReport { outcomes, family, hint, is_stopped: false }
}

/// Why a forgery that was refused may say nothing.
const REFUSES_ALL: &str =
    "no delivery was accepted after it: it may have been refused like all else";

/// Whether a case is about refusals, and the receiver has accepted nothing since.
fn proves_nothing(case: &Case, records: &[Record]) -> bool {
    let is_refusal = |record: &Record| {
        record.case == case.name && matches!(record.variant.wanted, Wanted::Refused | Wanted::Any)
    };
    let is_over = records.iter().any(|record| record.case == STILL_THERE);
    let mut since = records.iter().rev().take_while(|record| record.case != case.name);
    let is_accepted =
        |record: &Record| record.variant.wanted == Wanted::Accepted && record.answer.is_accepted();
    is_over && records.iter().any(is_refusal) && !since.any(is_accepted)
}

fn baseline_hint(records: &[Record], time_limit: Duration) -> Option<String> {
    let baselines = [BASELINE_WEBHOOK, BASELINE_SVIX];
    let mut answers = records.iter().filter(|record| baselines.contains(&record.case));
    answers.next().map(|record| hint(&record.answer, time_limit))
}
