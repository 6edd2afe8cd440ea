//! A report for programs: a line for each case, then one for all.

use recallai_webhook_emulator::HeaderFamily;
use recallai_webhook_emulator::check::{CheckReport, Mark, Outcome};
use serde_json::{Value, json};

use super::Run;

pub(super) fn lines(report: &CheckReport, run: &Run) -> impl Iterator<Item = Value> {
    report.outcomes.iter().map(case).chain([summary(report, run)])
}

fn case(outcome: &Outcome) -> Value {
    let reason = match outcome.mark {
        Mark::Skipped(reason) => Some(reason),
        Mark::Passed | Mark::Failed => None,
    };
    let (case, bug) = (outcome.case, outcome.bug);
    json!({
        "type": "case", "name": case.name, "group": case.group.name(), "grade": outcome.grade.name(),
        "result": outcome.mark.name(), "reason": reason, "sent": case.sent, "expected": case.expected,
        "answered": outcome.answered, "why": case.why, "bug": bug.map(|bug| bug.name()),
        "mistake": bug.map(|bug| bug.about()), "remedy": bug.map(|bug| bug.remedy()),
        "took_ms": outcome.took.as_secs_f64() * 1000.0,
    })
}

fn summary(report: &CheckReport, run: &Run) -> Value {
    let counts = report.counts();
    let family = report.family.map(HeaderFamily::name);
    json!({
        "type": "summary", "target": run.target, "seed": run.seed.0, "family": family,
        "passed": counts.passed, "failed": counts.failed, "advised": counts.advised,
        "skipped": counts.skipped, "strict": run.is_strict, "is_passed": run.is_passed(report),
        "is_whole": !report.is_stopped, "hint": report.hint, "seconds": run.took.as_secs_f64(),
    })
}
