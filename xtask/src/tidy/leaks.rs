//! What must not be published: paths of a machine, marks of unfinished work, secrets.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Violations;
use super::repository::{File, Repository};

/// This file names what it looks for, so it is not looked into.
const HERE: &str = "xtask/src/tidy/leaks.rs";

/// Beginnings of paths that exist on one machine only.
const PATHS: &[&str] = &["/root/", "/home/", "/Users/", "/work/", "/tmp/target"];

const MARKS: &[&str] = &["TODO", "FIXME", "dbg!(", "todo!(", "unimplemented!(", "#[ignore"];

/// Published examples; everything else that looks like a secret may be one.
const VECTORS: &str = "fixtures/signatures/vectors.json";

/// The shortest key that looks alive: 18 bytes, which the vendor's published example has.
const SHORTEST_KEY: usize = 24;

/// A key that begins like a published one is that one, damaged on purpose by a test: as many
/// characters of another key would agree by chance once in 2^72.
const TELLING: usize = 12;

pub(super) fn paths(repository: &Repository) -> Violations {
    search(repository, |line| {
        let path = PATHS.iter().find(|path| {
            let mut before = line.match_indices(*path).map(|(at, _)| line[..at].chars().last());
            // `https://example.com/home/` and `frame/work/` are no paths of a machine.
            before.any(|before| before.is_none_or(|c| !c.is_alphanumeric() && !"._-".contains(c)))
        })?;
        Some(format!("a path of somebody's machine, `{path}`"))
    })
}

pub(super) fn unfinished(repository: &Repository) -> Violations {
    search(repository, |line| {
        let mark = MARKS.iter().find(|mark| line.contains(*mark))?;
        Some(format!("unfinished, `{mark}`"))
    })
}

pub(super) fn secrets(repository: &Repository) -> Violations {
    let mut published = BTreeSet::new();
    if let Some(file) = repository.file(VECTORS) {
        match serde_json::from_str(&file.text) {
            Ok(value) => collect_keys(&value, &mut published),
            Err(error) => return vec![format!("{VECTORS}: {error}")],
        }
    }
    let is_published = |key: &str| published.iter().any(|known| known[..TELLING] == key[..TELLING]);
    search(repository, |line| {
        let secret = keys(line).find(|key| !is_published(key));
        // Not shown: the output of a build is often public.
        secret.map(|_| format!("a secret that is not among the examples of {VECTORS}"))
    })
}

/// Judges every line of every file that is published, data in binary form aside.
fn search(repository: &Repository, judge: impl Fn(&str) -> Option<String>) -> Violations {
    let judge_file = |file: &File| -> Violations {
        let lines = file.text.lines().enumerate();
        let found = lines.filter_map(|(index, line)| Some((index + 1, judge(line)?)));
        found.map(|(line, what)| format!("{}:{line}: {what}", file.path)).collect()
    };
    repository.files.iter().filter(|file| file.path != HERE).flat_map(judge_file).collect()
}

/// What stands behind `whsec_` or `whsk_` and is long enough to be a key.
fn keys(text: &str) -> impl Iterator<Item = &str> {
    let rests = ["whsec_", "whsk_"].into_iter().flat_map(|prefix| text.split(prefix).skip(1));
    let keys = rests.map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+/-_".contains(c));
        &rest[..end.unwrap_or(rest.len())]
    });
    keys.filter(|key| key.len() >= SHORTEST_KEY)
}

/// Every key in every string of a JSON document.
fn collect_keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => found.extend(keys(text).map(str::to_owned)),
        Value::Array(items) => items.iter().for_each(|item| collect_keys(item, found)),
        Value::Object(members) => members.values().for_each(|item| collect_keys(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: fn(&Repository) -> Violations, text: &str, expected: &[&str]) {
        let vectors = r#"{ "secrets": [{ "secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }] }"#;
        let files = [("docs/a.md", text), (VECTORS, vectors)];
        let violations = rule(&Repository::of(Vec::new(), &files));
        assert_eq!(violations.len(), expected.len(), "{text}: {violations:?}");
        for (violation, expected) in violations.iter().zip(expected) {
            assert!(violation.contains(expected), "{violation}");
        }
    }

    #[test]
    fn a_path_of_a_machine_is_found() {
        check(paths, "see /home/ada/notes", &["docs/a.md:1:"]);
        check(paths, "one\ntwo `/root/.cargo`", &["docs/a.md:2:"]);
        check(paths, "https://example.com/home/ and frame/work/", &[]);
    }

    #[test]
    fn unfinished_work_is_found() {
        check(unfinished, "// TODO: later\ntodo!()\n#[ignore = \"slow\"]", &[":1:", ":2:", ":3:"]);
        check(unfinished, "to do, as a list; `todo = \"warn\"`", &[]);
    }

    #[test]
    fn a_secret_that_is_not_published_is_found_and_not_shown() {
        check(secrets, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[]);
        check(secrets, "whsec_... and whsec_aGVsbG8=", &[]);
        check(secrets, "a damaged whsec_AAAAAAAAAAAAAAAAAAAAAAAA*AAAAAB", &[]);
        check(secrets, "key: whsec_BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &["docs/a.md:1:"]);
        check(secrets, "whsk_BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &["docs/a.md:1:"]);
        let repository = Repository::of(Vec::new(), &[("a", "whsec_ABCDEFGHIJKLMNOPQRSTUVWXYZ")]);
        assert!(!secrets(&repository)[0].contains("ABCDEF"));
    }
}
