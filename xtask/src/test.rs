//! `cargo xtask test`: the tests, of all crates or of one.

use std::path::Path;

use crate::command_line::CommandLine;
use crate::workspace::{Package, Workspace};
use crate::{Arguments, Result};

pub(crate) const HELP: &str = "\
Runs the tests with all features, the examples in the documentation too.

Usage: cargo xtask test [crate]

  [crate]   a crate, with or without `recallai-webhook-` in front; all of them if left out

With cargo-nextest installed the tests run under it, and under `cargo test` otherwise.";

pub(crate) fn run(mut arguments: Arguments) -> Result {
    let name = arguments.positional();
    arguments.finish()?;
    let workspace = Workspace::load()?;
    let package = name.map(|name| workspace.package(&name)).transpose()?;
    let lines = lines(Runner::installed(&workspace.root), package, "--all-features");
    lines.iter().try_for_each(|line| line.require(&workspace.root))
}

/// What runs the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runner {
    Cargo,
    Nextest,
}

impl Runner {
    /// The faster one, if it is there.
    pub(crate) fn installed(directory: &Path) -> Self {
        let nextest = CommandLine::new("cargo nextest --version");
        if nextest.succeeds(directory) { Self::Nextest } else { Self::Cargo }
    }
}

/// The commands that test a package, or all of them. Nextest runs no doctests, so it takes two.
pub(crate) fn lines(runner: Runner, package: Option<&Package>, features: &str) -> Vec<CommandLine> {
    let scope = match package {
        None => "--workspace".to_owned(),
        Some(package) => format!("-p {}", package.name),
    };
    let lines = match runner {
        Runner::Cargo => vec![format!("cargo test {scope} {features}")],
        Runner::Nextest => {
            let mut lines = vec![format!("cargo nextest run --no-tests=pass {scope} {features}")];
            // `cargo test --doc` refuses a package that has no library.
            if package.is_none_or(|package| package.has_library) {
                lines.push(format!("cargo test --doc {scope} {features}"));
            }
            lines
        }
    };
    lines.into_iter().map(|line| CommandLine::new(line.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(runner: Runner, package: Option<&Package>, expected: &[&str]) {
        let lines = lines(runner, package, "");
        assert_eq!(lines.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn nextest_leaves_doctests_to_cargo() {
        let library = Package { name: "a".to_owned(), has_library: true, ..Package::default() };
        let binary = Package { name: "b".to_owned(), ..Package::default() };
        check(Runner::Cargo, None, &["cargo test --workspace"]);
        check(Runner::Cargo, Some(&binary), &["cargo test -p b"]);
        check(Runner::Nextest, Some(&binary), &["cargo nextest run --no-tests=pass -p b"]);
        check(
            Runner::Nextest,
            Some(&library),
            &["cargo nextest run --no-tests=pass -p a", "cargo test --doc -p a"],
        );
    }
}
