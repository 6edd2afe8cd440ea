//! Guarantees in the documents: each names the test that holds it, and the test is there.

use super::Violations;
use super::repository::Repository;

/// The last column of a table that is checked.
const COLUMN: &str = "| held by |";

/// Every row of such a table ends with a cell that names a file in backticks, and in backticks behind it
/// functions of that file.
pub(super) fn check(repository: &Repository) -> Violations {
    let documents = repository.files.iter().filter(|file| file.path.ends_with(".md"));
    let mut violations = Violations::new();
    for document in documents {
        for row in rows(&document.text) {
            let said = |what: String| format!("{}: {what}, in: {row}", document.path);
            violations.extend(wrong(repository, row).map(said));
        }
    }
    violations
}

/// What is wrong with a row.
fn wrong(repository: &Repository, row: &str) -> Option<String> {
    let cell = row.trim().trim_end_matches('|').rsplit('|').next().unwrap_or_default();
    let (mut file, mut named) = (None, false);
    for quoted in cell.split('`').skip(1).step_by(2) {
        if quoted.contains('/') {
            file = repository.file(quoted);
            if file.is_none() {
                return Some(format!("{quoted} is not there"));
            }
        } else {
            let Some(file) = file else { return Some(format!("{quoted} is in no file")) };
            if !file.text.contains(&format!("fn {quoted}(")) {
                return Some(format!("{quoted} is not in {}", file.path));
            }
            named = true;
        }
    }
    (!named).then(|| "no test is named".to_owned())
}

/// The rows of the tables, without their heads.
fn rows(text: &str) -> impl Iterator<Item = &str> {
    let mut in_table = false;
    text.lines().filter(move |line| {
        let is_head = line.ends_with(COLUMN);
        in_table = is_head || (in_table && line.starts_with('|'));
        in_table && !is_head && !line.starts_with("|---")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &str, expected: &[&str]) {
        let page = format!(
            "# A\n\n| x | y |\n|---|---|\n| a | b |\n\n## What is promised\n\n| what | held by |\n\
             |---|---|\n{rows}\n\n| x |\n|---|\n| c |\n"
        );
        let files = [("docs/a.md", &*page), ("crates/a/tests/it.rs", "fn nothing_is_lost() {}")];
        let found = super::check(&Repository::of(Vec::new(), &files));
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn a_guarantee_that_nothing_holds_is_found() {
        check("| a | `crates/a/tests/it.rs`: `nothing_is_lost` |", &[]);
        check(
            "| a | `crates/a/tests/it.rs`: `nothing_is_doubled` |",
            &["nothing_is_doubled is not in"],
        );
        check(
            "| a | `crates/b/tests/it.rs`: `nothing_is_lost` |",
            &["crates/b/tests/it.rs is not there"],
        );
        check("| a | trust me |\n| b | `crates/a/tests/it.rs` |", &["no test is named"; 2]);
        check("| a | `nothing_is_lost` |", &["nothing_is_lost is in no file"]);
    }
}
