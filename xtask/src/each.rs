//! `cargo xtask each`: every published crate by itself, as its users build it.

use crate::command_line::CommandLine;
use crate::steps::{self, Step};
use crate::test::{self, Runner};
use crate::workspace::{Package, Workspace};
use crate::{Arguments, Result};

pub(crate) const HELP: &str = "\
Checks published crates one by one, because a build of the workspace adds up everybody's features:
a crate that forgot to ask for a feature it uses builds there, and nowhere else. For each crate:

  clippy   all targets with the default features, and with all features; then what users build
           without the defaults, and with each feature alone that does more than turn on others'
  test     the tests of a library with the default features
  doc      the documentation of a library with all features, warnings refused

Usage: cargo xtask each [crate…] [--list]

  [crate…]   crates, with or without `recallai-webhook-` in front; all published ones if left out
  --list     print the commands and run none of them

A failure does not stop the rest; a table of all steps ends the run.";

pub(crate) fn run(mut arguments: Arguments) -> Result {
    let list = arguments.flag("--list");
    let names = arguments.positionals();
    arguments.finish()?;
    let workspace = Workspace::load()?;
    let runner = Runner::installed(&workspace.root);
    let packages = chosen(&workspace, &names)?;
    let steps: Vec<Step> = packages.iter().flat_map(|package| alone(package, runner)).collect();
    if list {
        return steps::list(&steps);
    }
    steps::run(&steps, &workspace)
}

fn chosen<'w>(workspace: &'w Workspace, names: &[String]) -> Result<Vec<&'w Package>> {
    if names.is_empty() {
        return Ok(workspace.published().collect());
    }
    let packages = names.iter().map(|name| {
        let package = workspace.package(name)?;
        if package.published { Ok(package) } else { Err(format!("{name} is not published").into()) }
    });
    packages.collect()
}

/// The commands for one crate, those that share a build next to each other.
pub(crate) fn alone(package: &Package, runner: Runner) -> Vec<Step> {
    let Package { name, has_features, features, has_library, .. } = package;
    let clippy = |flags: &str| format!("cargo clippy -p {name}{flags} -- -D warnings");
    let mut lines = vec![CommandLine::new(clippy(" --all-targets"))];
    // What a binary does its tests have shown with those of the workspace; nobody builds upon it.
    if *has_library {
        lines.extend(test::lines(runner, Some(package), ""));
    }
    if *has_features {
        // Without the tests, whose dependencies would add features to those of the crate.
        lines.push(CommandLine::new(clippy(" --no-default-features")));
        lines.extend(features.iter().map(|feature| {
            CommandLine::new(clippy(&format!(" --no-default-features --features {feature}")))
        }));
        lines.push(CommandLine::new(clippy(" --all-targets --all-features")));
    }
    // A binary of the name of a library has no documentation of its own.
    if *has_library {
        lines.push(CommandLine::new(format!(
            "RUSTDOCFLAGS=-Dwarnings cargo doc -p {name} --no-deps --all-features"
        )));
    }
    let step = |line| Step { line, ..Step::new(format!("each: {name}"), "") };
    lines.into_iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(features: &[&str], published: bool) -> Package {
        let features: Vec<_> = features.iter().map(|&feature| feature.to_owned()).collect();
        Package {
            name: "a".to_owned(),
            has_features: !features.is_empty(),
            features,
            published,
            has_library: true,
            ..Package::default()
        }
    }

    fn check(features: &[&str], expected: &[&str]) {
        let steps = alone(&package(features, true), Runner::Cargo);
        let lines: Vec<String> = steps.iter().map(|step| step.line.to_string()).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn each_feature_is_linted_alone() {
        let doc = "RUSTDOCFLAGS=-Dwarnings cargo doc -p a --no-deps --all-features";
        check(
            &["x", "y"],
            &[
                "cargo clippy -p a --all-targets -- -D warnings",
                "cargo test -p a",
                "cargo clippy -p a --no-default-features -- -D warnings",
                "cargo clippy -p a --no-default-features --features x -- -D warnings",
                "cargo clippy -p a --no-default-features --features y -- -D warnings",
                "cargo clippy -p a --all-targets --all-features -- -D warnings",
                doc,
            ],
        );
        check(&[], &["cargo clippy -p a --all-targets -- -D warnings", "cargo test -p a", doc]);
        let binary = Package { has_library: false, ..package(&[], true) };
        assert_eq!(alone(&binary, Runner::Cargo).len(), 1);
    }

    #[test]
    fn a_crate_that_is_not_published_is_refused() {
        let of = |published| Workspace {
            packages: vec![package(&[], published)],
            ..Workspace::default()
        };
        assert_eq!(chosen(&of(true), &["a".to_owned()]).unwrap().len(), 1);
        assert_eq!(chosen(&of(true), &[]).unwrap().len(), 1);
        assert!(chosen(&of(false), &["a".to_owned()]).is_err());
        assert!(chosen(&of(true), &["b".to_owned()]).is_err());
    }
}
