//! What `docs/testing-your-receiver.md` quotes of the check is what the check says.

use std::path::Path;
use std::time::Duration;

use recallai_webhook_emulator::check::{Answer, Bug, Check, CheckOptions, cases};
use recallai_webhook_emulator::{Seed, SigningSecret};

fn page() -> String {
    let page = "../../docs/testing-your-receiver.md";
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap()
}

/// The first column of the table of red lines, as it is shown.
fn red_lines(page: &str) -> Vec<String> {
    let (_, table) = page.split_once("\n| the check says |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split('|').nth(1).unwrap().trim().replace('\\', "")).collect()
}

/// What the check suggests when this is all that a receiver answers.
fn hint(answer: &Answer) -> String {
    let mut check = Check::new(CheckOptions::new(SigningSecret::generate(Seed(1), "page")));
    while let Some(step) = check.next_step(1_800_000_000) {
        check.answer(step.requests.iter().map(|_| answer.clone()).collect::<Vec<_>>());
    }
    check.report().hint.unwrap()
}

#[test]
fn each_red_line_is_a_mistake_or_a_hint_of_the_check() {
    let lines = red_lines(&page());
    let is_hint = |line: &&String| line.starts_with(|c: char| c.is_ascii_digit());
    let (hints, lines): (Vec<&String>, Vec<&String>) = lines.iter().partition(is_hint);
    for line in &hints {
        let (statuses, words) = line.split_once(": ").unwrap();
        for status in statuses.split(", ") {
            let said = hint(&Answer::reply(status.parse().unwrap(), Duration::ZERO));
            let words = words.trim_matches([',', ' ', '…']);
            assert!(said.contains(words), "{line:?}: {said}");
        }
    }
    let (unreachable, mistakes) = lines.split_first().unwrap();
    assert!(hint(&Answer::NoConnection).starts_with(&***unreachable), "{unreachable:?}");
    for mistake in mistakes.iter().flat_map(|line| line.split(", ")) {
        assert!(Bug::ALL.iter().any(|bug| bug.about() == mistake), "{mistake:?}");
    }
    assert_eq!((hints.len(), mistakes.len()), (3, 12), "rows that were found");
}

#[test]
fn the_report_that_is_shown_is_one_of_the_check() {
    let page = page();
    let (_, report) = page.split_once("```text\nordinary").unwrap();
    let (report, _) = report.split_once("\n```").unwrap();
    assert!(report.contains(&format!("\n{} cases in ", cases().count())), "{report}");
    for line in report.lines().filter(|line| line.starts_with("  FAILED")) {
        let known = Bug::ALL.iter().any(|bug| line.ends_with(&format!("  {}", bug.about())));
        assert!(known, "{line:?}");
    }
    let (_, remedies) = report.split_once("What to do\n").unwrap();
    let (remedies, _) = remedies.split_once("\n\n").unwrap();
    let is_said =
        |bug: &&Bug| remedies.contains(&format!("  {}:\n      {}", bug.about(), bug.remedy()));
    assert_eq!(Bug::ALL.iter().filter(is_said).count(), remedies.lines().count() / 2, "{remedies}");
}
