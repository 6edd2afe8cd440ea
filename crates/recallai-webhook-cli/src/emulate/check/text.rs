//! A report for people: a line for each case, and all there is to say of those that failed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anstyle::Style;
use recallai_webhook_emulator::check::{Bug, CheckReport, Grade, Mark, Outcome};

use super::Run;
use crate::plural::count;
use crate::terminal::{BAD, GOOD, TITLE, WARNING, printable};

pub(super) fn text(report: &CheckReport, run: &Run) -> String {
    let mut text = String::new();
    let headers = match report.family {
        Some(family) => format!("{}-* headers", family.name()),
        None => "both families of headers".to_owned(),
    };
    let _ = writeln!(text, "{} with {headers}, seed {}", printable(&run.target), run.seed.0);
    cases(&mut text, report, run.is_strict);
    if let Some(hint) = &report.hint {
        let _ = writeln!(text, "\n{BAD}{}{BAD:#}", printable(hint));
    }
    remedies(&mut text, report);
    let _ = writeln!(text, "\n{}", counts(report, run));
    text
}

fn cases(text: &mut String, report: &CheckReport, is_strict: bool) {
    // Where nothing was accepted, nothing else was run, and one reason is enough for all.
    let is_shown = |outcome: &&Outcome| report.family.is_some() || outcome.mark == Mark::Failed;
    let shown: Vec<&Outcome> = report.outcomes.iter().filter(is_shown).collect();
    let width = shown.iter().map(|outcome| outcome.case.name.len()).max().unwrap_or(0);
    let mut group = None;
    for outcome in shown {
        if group.replace(outcome.case.group) != Some(outcome.case.group) {
            let _ = writeln!(text, "\n{TITLE}{}{TITLE:#}", outcome.case.group);
        }
        case(text, outcome, width, is_strict);
    }
}

fn case(text: &mut String, outcome: &Outcome, width: usize, is_strict: bool) {
    let (word, style) = standing(outcome, is_strict);
    let name = outcome.case.name;
    let remark = match (outcome.mark, outcome.bug) {
        (Mark::Skipped(reason), _) => reason.to_owned(),
        (Mark::Failed, Some(bug)) => format!("{style}{}{style:#}", bug.about()),
        (Mark::Passed | Mark::Failed, _) => printable(&outcome.answered),
    };
    let _ = writeln!(text, "  {style}{word:<6}{style:#}  {name:<width$}  {remark}");
    if outcome.mark != Mark::Failed {
        return;
    }
    let lines = [
        ("sent", outcome.case.sent),
        ("expected", outcome.case.expected),
        ("answered", &*outcome.answered),
        ("why", outcome.case.why),
    ];
    for (label, line) in lines {
        let _ = writeln!(text, "            {label:<8}  {}", printable(line));
    }
}

/// Each mistake once, whatever failed by it.
fn remedies(text: &mut String, report: &CheckReport) {
    let bugs: BTreeSet<Bug> = report.failures().filter_map(|outcome| outcome.bug).collect();
    if bugs.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{TITLE}What to do{TITLE:#}");
    for bug in bugs {
        let _ = writeln!(text, "  {}:\n      {}", bug.about(), bug.remedy());
    }
}

/// What came of a case, in a word, with its colour.
fn standing(outcome: &Outcome, is_strict: bool) -> (&'static str, Style) {
    match (outcome.mark, outcome.grade) {
        (Mark::Passed, _) => ("ok", GOOD),
        (Mark::Failed, Grade::Should) if !is_strict => ("should", WARNING),
        (Mark::Failed, _) => ("FAILED", BAD),
        (Mark::Skipped(_), _) => ("-", Style::new()),
    }
}

fn counts(report: &CheckReport, run: &Run) -> String {
    let counts = report.counts();
    let mut parts = vec![format!("{} passed", counts.passed)];
    let mut part = |number: usize, style: Style, what: &str| {
        if number > 0 {
            parts.push(format!("{style}{number} {what}{style:#}"));
        }
    };
    match run.is_strict {
        true => part(counts.failed + counts.advised, BAD, "failed"),
        false => {
            part(counts.failed, BAD, "failed");
            part(counts.advised, WARNING, "should be better");
        }
    }
    part(counts.skipped, Style::new(), "skipped");
    let cases = count(report.outcomes.len() as u64, "case");
    format!("{cases} in {:.1} s: {}", run.took.as_secs_f64(), parts.join(", "))
}
