//! Payloads, their index and the catalogue of events match.

use std::collections::BTreeSet;

use recallai_webhook_event::CATALOGUE;

use super::Violations;
use super::repository::Repository;

const DIRECTORY: &str = "fixtures/payloads/";
const INDEX: &str = "fixtures/payloads/INDEX.md";

pub(super) fn check(repository: &Repository) -> Violations {
    judge(repository, CATALOGUE.iter().map(|entry| entry.name))
}

fn judge<'n>(repository: &Repository, names: impl Iterator<Item = &'n str>) -> Violations {
    let Some(index) = repository.file(INDEX) else {
        return vec![format!("{INDEX}: missing")];
    };
    let rows: Vec<(&str, &str)> = index.text.lines().filter_map(row).collect();
    let listed: BTreeSet<&str> = rows.iter().map(|(file, _)| *file).collect();
    let events: BTreeSet<&str> = rows.iter().map(|(_, event)| *event).collect();
    let files = repository.files.iter().filter(|file| file.path != INDEX);
    let files: BTreeSet<&str> =
        files.filter_map(|file| file.path.strip_prefix(DIRECTORY)).collect();

    let mut violations = Violations::new();
    violations.extend(
        files.difference(&listed).map(|file| format!("{DIRECTORY}{file}: has no row in {INDEX}")),
    );
    violations.extend(
        listed.difference(&files).map(|file| format!("{INDEX}: lists {file}, which is missing")),
    );
    if listed.len() < rows.len() {
        violations.push(format!("{INDEX}: lists a file twice"));
    }
    violations.extend(
        names
            .filter(|name| !events.contains(name))
            .map(|name| format!("{name}: in the catalogue, but no fixture in {INDEX} has it")),
    );
    violations
}

/// File and event name of a line of the table, but not of its header.
fn row(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let file = cells.next().filter(|file| file.contains('.'))?;
    Some((file, cells.nth(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "# Payloads\n\n| file | provenance | event |\n|---|---|---|\n";

    fn check(rows: &str, files: &[&str], names: &[&str], expected: &[&str]) {
        let index = format!("{HEADER}{rows}");
        let paths: Vec<String> = files.iter().map(|file| format!("{DIRECTORY}{file}")).collect();
        let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (&**path, "{}")).collect();
        files.push((INDEX, &index));
        let violations = judge(&Repository::of(Vec::new(), &files), names.iter().copied());
        assert_eq!(violations.len(), expected.len(), "{violations:?}");
        for (violation, expected) in violations.iter().zip(expected) {
            assert!(violation.contains(expected), "{violation}");
        }
    }

    #[test]
    fn what_does_not_match_is_found() {
        let rows = "| a.json | documented | bot.done |  |\n";
        check(rows, &["a.json"], &["bot.done"], &[]);
        check(rows, &["a.json", "b.json"], &[], &["b.json: has no row"]);
        check(rows, &[], &[], &["lists a.json, which is missing"]);
        check(rows, &["a.json"], &["bot.fatal"], &["bot.fatal: in the catalogue"]);
        check(&rows.repeat(2), &["a.json"], &[], &["lists a file twice"]);
    }

    #[test]
    fn an_index_has_to_be_there() {
        assert_eq!(judge(&Repository::default(), [].into_iter()), [format!("{INDEX}: missing")]);
    }
}
