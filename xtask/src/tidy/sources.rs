//! Rust files: how they begin, how long they are, what they include.

use super::Violations;
use super::repository::{File, Repository};

/// The most lines of a file. Most should have half of that.
const MOST_LINES: usize = 450;

/// Files that may be longer, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Every file says in its first line what it is.
pub(super) fn first_lines(repository: &Repository) -> Violations {
    let silent = repository.rust_files().filter(|file| !file.text.starts_with("//! "));
    silent.map(|file| format!("{}:1: does not begin with `//!`", file.path)).collect()
}

pub(super) fn long_files(repository: &Repository) -> Violations {
    judge_lengths(repository, LONG_FILES)
}

fn judge_lengths(repository: &Repository, exceptions: &[(&str, &str)]) -> Violations {
    let mut violations = Violations::new();
    for file in repository.rust_files() {
        let lines = file.text.lines().count();
        let excepted = exceptions.iter().any(|(path, _)| *path == file.path);
        match (lines > MOST_LINES, excepted) {
            (true, false) => violations
                .push(format!("{}: {lines} lines, more than {MOST_LINES}: split it", file.path)),
            (false, true) => violations
                .push(format!("{}: {lines} lines, so it is no exception any more", file.path)),
            _ => {}
        }
    }
    violations
}

/// What a package includes has to be in it: the rest of the repository is not in a registry.
pub(super) fn includes(repository: &Repository) -> Violations {
    let mut violations = Violations::new();
    for file in repository.rust_files() {
        let Some(package) = repository.package_of(&file.path) else { continue };
        for (line, argument) in included(file) {
            let place = format!("{}:{line}", file.path);
            let Some(path) = target(file, &package.directory, argument) else {
                violations.push(format!("{place}: cannot tell what `{argument}` includes"));
                continue;
            };
            if !path.starts_with(&format!("{}/", package.directory)) {
                violations.push(format!("{place}: includes {path}, outside of {}", package.name));
            }
        }
    }
    violations
}

/// The argument of every `include_str!`, `include_bytes!` and `include!`, with its line.
fn included(file: &File) -> impl Iterator<Item = (usize, &str)> {
    const MACROS: [&str; 3] = ["include_str!", "include_bytes!", "include!"];
    MACROS.into_iter().flat_map(|name| file.text.match_indices(name)).filter_map(|(at, name)| {
        let argument = parenthesized(&file.text[at + name.len()..])?;
        Some((file.text[..at].lines().count().max(1), argument))
    })
}

/// What stands between a leading parenthesis and its partner.
fn parenthesized(text: &str) -> Option<&str> {
    let mut depth = 0;
    let end = text.find(|c| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    })?;
    text.get(1..end).filter(|_| text.starts_with('('))
}

/// The path that an argument means, relative to the root: a literal next to the file, or one joined
/// to the directory of the package.
fn target(file: &File, package: &str, argument: &str) -> Option<String> {
    let from_package = argument.contains("env!(\"CARGO_MANIFEST_DIR\")");
    let literals = argument.split('"').skip(1).step_by(2);
    let literal: String = literals.filter(|literal| *literal != "CARGO_MANIFEST_DIR").collect();
    if literal.is_empty() {
        return None;
    }
    let directory = if from_package { package } else { file.path.rsplit_once('/')?.0 };
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(literal.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Package;

    fn repository(files: &[(&str, &str)]) -> Repository {
        let package = |name: &str, directory: &str| Package {
            name: name.to_owned(),
            directory: directory.to_owned(),
            ..Package::default()
        };
        Repository::of(vec![package("one", "crates/one"), package("on", "crates/on")], files)
    }

    #[test]
    fn a_file_without_a_first_line_is_found() {
        let files = [
            ("a.rs", "//! Says what it is.\n"),
            ("b.rs", "use std::fmt;\n//! Too late.\n"),
            ("c.rs", ""),
            ("d.md", "# Not Rust"),
        ];
        let violations = first_lines(&repository(&files));
        assert_eq!(violations.len(), 2, "{violations:?}");
        assert!(violations[0].starts_with("b.rs:1:"), "{violations:?}");
    }

    #[test]
    fn a_long_file_needs_an_exception_and_a_short_one_has_none() {
        let long = "//\n".repeat(MOST_LINES + 1);
        let files = [("long.rs", long.as_str()), ("short.rs", "//"), ("long.json", &long)];
        let check = |exceptions: &[(&str, &str)]| judge_lengths(&repository(&files), exceptions);
        assert!(check(&[])[0].starts_with("long.rs: 451 lines"));
        assert_eq!(check(&[("long.rs", "a table")]), Violations::new());
        assert!(check(&[("long.rs", ""), ("short.rs", "")])[0].contains("no exception any more"));
    }

    /// `!` apart from the name, or this file would break the rule it tests.
    fn check_include(name: &str, argument: &str, expected: Option<&str>) {
        let text = format!("//! A file.\nconst A: &str = {name}!({argument});\n");
        let violations = includes(&repository(&[("crates/one/src/deep/a.rs", &text)]));
        match expected {
            None => assert_eq!(violations, Violations::new()),
            Some(expected) => {
                assert_eq!(violations.len(), 1, "{argument}: {violations:?}");
                assert!(violations[0].contains(expected), "{argument}: {violations:?}");
            }
        }
    }

    #[test]
    fn an_include_that_leaves_its_package_is_found() {
        check_include("include_str", r#""../../README.md""#, None);
        check_include("include_str", r#"concat!(env!("CARGO_MANIFEST_DIR"), "/a.txt")"#, None);
        check_include("include_str", r#""../../../on/a.txt""#, Some("crates/on/a.txt"));
        check_include(
            "include_bytes",
            r#""../../../../fixtures/a""#,
            Some(":2: includes fixtures/a"),
        );
        check_include(
            "include_str",
            "\n    concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../../fixtures/a\"),\n",
            Some("includes fixtures/a"),
        );
        check_include("include", "$path", Some("cannot tell"));
    }
}
