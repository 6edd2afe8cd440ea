//! The table of cases.

use std::collections::BTreeSet;

use recallai_webhook_emulator::check::{Bug, cases};
use recallai_webhook_emulator::{Expected, Fault};

#[test]
fn every_row_is_whole_and_has_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    for case in cases() {
        assert!(names.insert(case.name), "{} is there twice", case.name);
        assert!(is_kebab(case.name) && is_kebab(case.group.name()), "{}", case.name);
        for text in [case.sent, case.expected, case.why] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{}: {text:?}", case.name);
        }
    }
    assert!(names.len() > 60, "{}", names.len());
}

#[test]
fn every_bug_is_whole_and_has_a_name_and_a_sentence_of_its_own() {
    let mut known = BTreeSet::new();
    for bug in Bug::ALL {
        assert!(is_kebab(bug.name()), "{bug}");
        for text in [bug.name(), bug.about()] {
            assert!(known.insert(text), "{text:?} is there twice");
        }
        for text in [bug.about(), bug.remedy()] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{bug}: {text:?}");
        }
        // So that nobody has to look up which is which.
        assert_eq!(bug.name().replace('-', ""), format!("{bug:?}").to_lowercase());
    }
}

fn is_kebab(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[test]
fn a_group_stands_together() {
    let mut groups: Vec<_> = cases().map(|case| case.group).collect();
    groups.dedup();
    let different: BTreeSet<_> = groups.iter().collect();
    assert_eq!(different.len(), groups.len(), "{groups:?}");
}

/// Faults that need more than a delivery or two: a schedule, or a sender that changes what it sends.
const OF_A_SENDER: [Fault; 5] =
    [Fault::Reorder, Fault::Delay, Fault::LostFirstAttempt, Fault::Rotation, Fault::FamilySwitch];

#[test]
fn a_fault_and_a_case_that_are_the_same_have_one_name_and_one_answer() {
    for fault in Fault::ALL {
        let case = cases().find(|case| case.name == fault.name());
        assert_eq!(case.is_none(), OF_A_SENDER.contains(&fault), "{fault}");
        let answer = match fault.expected() {
            Expected::Refused(status) => status.to_string(),
            _ => "2xx".to_owned(),
        };
        let expected = case.map_or(&*answer, |case| case.expected);
        assert!(expected.starts_with(&answer), "{fault}: {answer}, {expected}");
    }
}
