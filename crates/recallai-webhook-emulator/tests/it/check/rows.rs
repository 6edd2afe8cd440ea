//! The table of cases.

use std::collections::BTreeSet;

use recallai_webhook_emulator::check::cases;

#[test]
fn every_row_is_whole_and_has_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    for case in cases() {
        assert!(names.insert(case.name), "{} is there twice", case.name);
        let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(case.name.chars().all(is_kebab), "{}", case.name);
        for text in [case.sent, case.expected, case.why, case.bug.name(), case.bug.remedy()] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{}: {text:?}", case.name);
        }
    }
    assert!(names.len() > 60, "{}", names.len());
}

#[test]
fn a_group_stands_together() {
    let mut groups: Vec<_> = cases().map(|case| case.group).collect();
    groups.dedup();
    let different: BTreeSet<_> = groups.iter().collect();
    assert_eq!(different.len(), groups.len(), "{groups:?}");
}
