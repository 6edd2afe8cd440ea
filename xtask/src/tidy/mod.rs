//! `cargo xtask tidy`: rules of the repository that no compiler keeps.
//!
//! A rule is a function from what the repository holds to what is wrong with it, so that its tests
//! can make up a repository that breaks it.

mod arrows;
mod fixtures;
mod guarantees;
mod leaks;
mod links;
mod packages;
mod repository;
mod sources;
mod strangers;

use crate::say::say;
use crate::{Arguments, Result};
use repository::Repository;

pub(crate) const HELP: &str = "\
Checks the rules of the repository and prints every violation.

Usage: cargo xtask tidy

  arrows       a crate of ours uses only those it may know
  strangers    no HTTP in the event crate, no JSON in the signature crate, and so on
  first lines  every Rust file begins with `//!`
  long files   none, unless it is in a short list with the reason
  includes     `include_str!` and its kin stay inside their package
  fixtures     payloads, their index and the catalogue match
  guarantees   what a document promises names the test that holds it
  links        a document leads to no file that is not there
  paths        no path of somebody's machine
  unfinished   no marks of unfinished work
  secrets      no verification secret but the published examples
  packages     what a published crate has to have";

/// What a rule finds: one line for each violation.
type Violations = Vec<String>;

type Rule = fn(&Repository) -> Violations;

const RULES: &[(&str, Rule)] = &[
    ("arrows", arrows::check),
    ("strangers", strangers::check),
    ("first lines", sources::first_lines),
    ("long files", sources::long_files),
    ("includes", sources::includes),
    ("fixtures", fixtures::check),
    ("guarantees", guarantees::check),
    ("links", links::check),
    ("paths", leaks::paths),
    ("unfinished", leaks::unfinished),
    ("secrets", leaks::secrets),
    ("packages", packages::check),
];

pub(crate) fn run(arguments: Arguments) -> Result {
    arguments.finish()?;
    let repository = Repository::load()?;
    let mut count = 0;
    for (rule, check) in RULES {
        for violation in check(&repository) {
            say(&format!("{rule}: {violation}"))?;
            count += 1;
        }
    }
    match count {
        0 => {
            let files = repository.files.len();
            say(&format!("tidy: {files} files, {} rules, all kept", RULES.len()))
        }
        1 => Err("one violation".into()),
        _ => Err(format!("{count} violations").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_lists_every_rule() {
        for (rule, _) in RULES {
            assert!(HELP.contains(&format!("\n  {rule} ")), "{rule}");
        }
    }

    #[test]
    fn our_arrows_are_allowed() {
        let workspace = crate::workspace::Workspace::load().unwrap();
        assert_eq!(arrows::check(&Repository::of(workspace.packages, &[])), Violations::new());
    }
}
