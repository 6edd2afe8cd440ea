//! `cargo xtask ci`: everything that has to pass before a change is merged.

use std::collections::BTreeSet;

use crate::steps::{self, Step};
use crate::test::Runner;
use crate::workspace::Workspace;
use crate::{Arguments, Result, changes, deny, each, msrv, package};

pub(crate) const HELP: &str = "\
Runs the checks one after the other, and ends with a table of them. A failure does not stop the rest;
the first failing command is repeated at the end.

Usage: cargo xtask ci [--full] [--allow-dirty] [--list]

  --full          every published crate by itself, and packages, size, msrv and deny
  --allow-dirty   package what is in the working tree, committed or not
  --list          print the commands and run none of them

Always: format, tidy, codegen, clippy, tests and documentation of the whole workspace. Without --full,
`each` then takes only the crates that changed, and those that need them. Changed is what differs,
committed or not, from where HEAD left `origin/main`, or `main` if there is no such branch; on a clean
main, from the commit before. A file of the root that every build reads concerns every crate
(Cargo.toml, Cargo.lock, rust-toolchain.toml, clippy.toml, .cargo); a fixture concerns the crates
whose sources name `fixtures/`.";

pub(crate) fn run(mut arguments: Arguments) -> Result {
    let full = arguments.flag("--full");
    let allow_dirty = arguments.flag("--allow-dirty");
    let list = arguments.flag("--list");
    arguments.finish()?;
    let workspace = Workspace::load()?;
    let scope =
        if full { Scope::Full { allow_dirty } } else { Scope::Changed(changed(&workspace)?) };
    let steps = steps(&workspace, Runner::installed(&workspace.root), &scope)?;
    if list {
        return steps::list(&steps);
    }
    steps::run(&steps, &workspace)
}

/// How far a run goes beyond the workspace as a whole.
enum Scope {
    /// The named crates by themselves.
    Changed(BTreeSet<String>),
    /// All crates by themselves, and what belongs to a release.
    Full { allow_dirty: bool },
}

/// On standard error, to leave the list of commands a list of commands.
fn changed(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let changes::Concerned { crates, because } = changes::concerned(workspace)?;
    eprintln!("ci: {because}");
    Ok(crates)
}

fn steps(workspace: &Workspace, runner: Runner, scope: &Scope) -> Result<Vec<Step>> {
    let mut steps = vec![
        Step::new("format", "cargo fmt --all --check"),
        Step::new("tidy", "cargo xtask tidy"),
        Step::new("codegen", "cargo xtask codegen --check"),
    ];
    if matches!(scope, Scope::Full { .. }) {
        // They take seconds, and what takes minutes should not keep their answer waiting.
        steps.push(Step::new("size", "cargo xtask size"));
        let deny = Step::new("deny", "cargo xtask deny");
        steps.push(Step { skipped: Some(deny::skipped), ..deny });
    }
    let clippy = "cargo clippy --workspace --all-targets --all-features -- -D warnings";
    steps.push(Step::new("clippy", clippy));
    steps.push(Step::new("tests", "cargo xtask test"));
    steps.push(Step::new(
        "documentation",
        "RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --all-features",
    ));
    let chosen = workspace.published().filter(|package| match scope {
        Scope::Changed(names) => names.contains(&package.name),
        Scope::Full { .. } => true,
    });
    steps.extend(chosen.flat_map(|package| each::alone(package, runner)));
    if let Scope::Full { allow_dirty } = *scope {
        let msrv = Step::new("msrv", "cargo xtask msrv");
        steps.push(Step { skipped: Some(msrv::skipped), ..msrv });
        steps.push(package::step(workspace, "--workspace --exclude xtask", allow_dirty)?);
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Package;

    fn names(scope: &Scope) -> Vec<String> {
        let package = |name: &str, published| Package {
            name: name.to_owned(),
            published,
            ..Package::default()
        };
        let packages = vec![package("a", true), package("b", true), package("xtask", false)];
        let workspace = Workspace { packages, ..Workspace::default() };
        let steps = steps(&workspace, Runner::Cargo, scope).unwrap();
        let mut names: Vec<String> = steps.into_iter().map(|step| step.name).collect();
        names.dedup();
        names
    }

    #[test]
    fn a_quick_run_takes_only_what_changed_by_itself() {
        let always = ["format", "tidy", "codegen", "clippy", "tests", "documentation"];
        assert_eq!(names(&Scope::Changed(BTreeSet::new())), always);
        let changed = names(&Scope::Changed(["b".to_owned()].into()));
        assert_eq!(changed[always.len()..], ["each: b"]);
    }

    #[test]
    fn a_full_run_takes_everything() {
        let names = names(&Scope::Full { allow_dirty: false });
        for step in ["size", "deny", "each: a", "each: b", "msrv", "packages"] {
            assert!(names.iter().any(|name| name == step), "{step}: {names:?}");
        }
    }
}
