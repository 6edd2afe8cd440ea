//! `cargo xtask ci`: everything that has to pass before a change is merged.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::command_line::CommandLine;
use crate::table::Table;
use crate::test::{self, Runner};
use crate::workspace::{Package, Workspace};
use crate::{Arguments, Result};

pub(crate) const HELP: &str = "\
Runs every check, one after the other, and ends with a table of them. A failure does not stop the
rest; the first failing command is repeated at the end.

Usage: cargo xtask ci [--allow-dirty] [--list]

  --allow-dirty   package what is in the working tree, committed or not
  --list          print the commands and run none of them";

/// Where packages are verified: a directory of its own, so that nothing built before can help them,
/// and below it one of another name each time, because cargo keeps the sources of packages that
/// depend on each other by the path they were verified at.
const PACKAGE_TARGET: &str = "target/package-verify";

pub(crate) fn run(mut arguments: Arguments) -> Result {
    let allow_dirty = arguments.flag("--allow-dirty");
    let list = arguments.flag("--list");
    arguments.finish()?;
    let workspace = Workspace::load()?;
    let steps = steps(&workspace, Runner::installed(&workspace.root), allow_dirty);
    if list {
        steps.iter().for_each(|step| println!("{}", step.line));
        return Ok(());
    }

    let mut report = Report::default();
    for step in &steps {
        println!("\n== {}\n$ {}", step.name, step.line);
        report.add(step, step.run(&workspace)?);
    }
    println!("\n{}", report.text());
    match report.first_failure {
        None => Ok(()),
        Some(line) => Err(format!("the first that failed:\n\n{line}\n").into()),
    }
}

/// One command of the run.
struct Step {
    name: String,
    line: CommandLine,
    /// What has to be installed for it; it is skipped, and says so, where it is not.
    needs: Option<Tool>,
    /// A directory that must not be there when it begins.
    fresh: Option<&'static str>,
}

/// A program that not everybody has.
struct Tool {
    probe: &'static str,
    missing: &'static str,
}

const DENY: Tool = Tool { probe: "cargo deny --version", missing: "cargo-deny is not installed" };

/// What became of a step.
#[derive(Clone, Copy)]
enum Outcome {
    Passed(Duration),
    Failed(Duration),
    Skipped(&'static str),
}

fn steps(workspace: &Workspace, runner: Runner, allow_dirty: bool) -> Vec<Step> {
    let mut steps = vec![
        Step::new("format", "cargo fmt --all --check"),
        Step::new("tidy", "cargo xtask tidy"),
        Step::new("codegen", "cargo xtask codegen --check"),
        Step::new("clippy", "cargo clippy --workspace --all-targets --all-features -- -D warnings"),
    ];
    let tests = test::lines(runner, None, "--all-features");
    steps.extend(tests.into_iter().map(|line| Step { line, ..Step::new("tests", "") }));
    steps.push(Step::new(
        "documentation",
        "RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --all-features",
    ));
    steps.extend(workspace.published().flat_map(|package| alone(package, runner)));
    let dirty = if allow_dirty { " --allow-dirty" } else { "" };
    let package = format!(
        "cargo package --workspace --exclude xtask --target-dir {PACKAGE_TARGET}/{}{dirty}",
        nanoseconds()
    );
    steps.push(Step { fresh: Some(PACKAGE_TARGET), ..Step::new("packages", package) });
    // Advisories come from a repository that moves under one's feet: they are asked for by hand.
    let deny = Step::new("dependencies", "cargo deny check bans licenses sources");
    steps.push(Step { needs: Some(DENY), ..deny });
    steps
}

/// A number that no earlier run had.
#[allow(clippy::disallowed_methods, reason = "the clock is the point")]
fn nanoseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos()
}

/// A package without the others, because a build of the workspace adds up everybody's features: its
/// tests as a user gets it, then each feature without the rest.
fn alone(package: &Package, runner: Runner) -> Vec<Step> {
    let Package { name, features, .. } = package;
    let step = |line| Step { line, ..Step::new(format!("alone: {name}"), "") };
    let mut steps: Vec<Step> =
        test::lines(runner, Some(package), "").into_iter().map(step).collect();
    if features.is_empty() {
        return steps;
    }
    let clippy = |features: &str| {
        step(CommandLine::new(format!(
            "cargo clippy -p {name} --no-default-features{features} -- -D warnings"
        )))
    };
    steps.push(clippy(""));
    steps.extend(features.iter().map(|feature| clippy(&format!(" --features {feature}"))));
    steps
}

impl Step {
    fn new(name: impl Into<String>, line: impl Into<String>) -> Self {
        Self { name: name.into(), line: CommandLine::new(line), needs: None, fresh: None }
    }

    #[allow(clippy::disallowed_methods, reason = "a person waits, and wants to know for what")]
    fn run(&self, workspace: &Workspace) -> Result<Outcome> {
        if let Some(tool) = &self.needs
            && !CommandLine::new(tool.probe).succeeds(&workspace.root)
        {
            println!("skipped: {}", tool.missing);
            return Ok(Outcome::Skipped(tool.missing));
        }
        let leftover = self.fresh.map(|directory| workspace.root.join(directory));
        if let Some(leftover) = leftover.filter(|directory| directory.exists()) {
            std::fs::remove_dir_all(leftover)?;
        }
        let start = Instant::now();
        let passed = self.line.run(&workspace.root)?;
        let time = start.elapsed();
        Ok(if passed { Outcome::Passed(time) } else { Outcome::Failed(time) })
    }
}

/// What has been run so far.
struct Report {
    table: Table,
    time: Duration,
    first_failure: Option<CommandLine>,
}

impl Default for Report {
    fn default() -> Self {
        let table = Table::new(&["step", "", "seconds", "command"]);
        Self { table, time: Duration::ZERO, first_failure: None }
    }
}

impl Report {
    fn add(&mut self, step: &Step, outcome: Outcome) {
        let (word, time) = match outcome {
            Outcome::Passed(time) => ("ok", time),
            Outcome::Failed(time) => ("FAILED", time),
            Outcome::Skipped(_) => ("skipped", Duration::ZERO),
        };
        let remark = match outcome {
            Outcome::Skipped(why) => format!(" ({why})"),
            _ => String::new(),
        };
        if let Outcome::Failed(_) = outcome
            && self.first_failure.is_none()
        {
            self.first_failure = Some(step.line.clone());
        }
        self.time += time;
        let seconds = format!("{:.1}", time.as_secs_f64());
        let line = format!("{}{remark}", step.line);
        self.table.row([step.name.clone(), word.to_owned(), seconds, line]);
    }

    fn text(&self) -> String {
        format!("{}\nin all {:.0} s", self.table.plain(), self.time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_feature_is_linted_alone() {
        let features = vec!["x".to_owned(), "y".to_owned()];
        let package = Package { name: "a".to_owned(), features, ..Package::default() };
        let lines: Vec<String> =
            alone(&package, Runner::Cargo).iter().map(|step| step.line.to_string()).collect();
        let clippy = "cargo clippy -p a --no-default-features";
        assert_eq!(
            lines,
            [
                "cargo test -p a".to_owned(),
                format!("{clippy} -- -D warnings"),
                format!("{clippy} --features x -- -D warnings"),
                format!("{clippy} --features y -- -D warnings"),
            ]
        );
    }

    #[test]
    fn the_first_failure_is_kept() {
        let mut report = Report::default();
        let second = Duration::from_secs(1);
        report.add(&Step::new("one", "true"), Outcome::Passed(second));
        report.add(&Step::new("two", "false 2"), Outcome::Failed(second));
        report.add(&Step::new("three", "false 3"), Outcome::Failed(second));
        report.add(&Step::new("four", "deny"), Outcome::Skipped("not installed"));
        assert_eq!(report.first_failure, Some(CommandLine::new("false 2")));
        let text = report.text();
        assert!(text.contains("deny (not installed)") && text.ends_with("in all 3 s"), "{text}");
    }
}
