//! Commands that are run one after the other, and the table that tells what became of them.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::Result;
use crate::command_line::CommandLine;
use crate::say::say;
use crate::table::Table;
use crate::workspace::Workspace;

/// Something that is done in the root of the workspace.
pub(crate) type Preparation = Box<dyn Fn(&Path) -> Result>;

/// One command of a run.
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) line: CommandLine,
    /// What has to be done in the root before it begins.
    pub(crate) before: Option<Preparation>,
    /// Tells why a part of it cannot run on this machine, if so. Asked for the table only: a step that
    /// does what it can passes, and should not look as if it had done all.
    pub(crate) skipped: Option<fn(&Workspace) -> Option<String>>,
}

impl Step {
    pub(crate) fn new(name: impl Into<String>, line: impl Into<String>) -> Self {
        Self { name: name.into(), line: CommandLine::new(line), before: None, skipped: None }
    }

    #[allow(clippy::disallowed_methods, reason = "a person waits, and wants to know for what")]
    pub(crate) fn run(&self, root: &Path) -> Result<Outcome> {
        if let Some(before) = &self.before {
            before(root)?;
        }
        let start = Instant::now();
        let passed = self.line.run(root)?;
        let time = start.elapsed();
        Ok(if passed { Outcome::Passed(time) } else { Outcome::Failed(time) })
    }
}

/// Prints the commands and runs none of them.
pub(crate) fn list(steps: &[Step]) -> Result {
    steps.iter().try_for_each(|step| say(&step.line.to_string()))
}

/// Runs every step, whatever became of those before it, and ends with the table.
pub(crate) fn run(steps: &[Step], workspace: &Workspace) -> Result {
    let mut report = Report::default();
    for step in steps {
        say(&format!("\n== {}\n$ {}", step.name, step.line))?;
        let outcome = step.run(&workspace.root)?;
        report.add(step, outcome, step.skipped.and_then(|skipped| skipped(workspace)));
    }
    say(&format!("\n{}", report.text()))?;
    match report.first_failure {
        None => Ok(()),
        Some(line) => Err(format!("the first that failed:\n\n{line}\n").into()),
    }
}

/// What became of a step.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    Passed(Duration),
    Failed(Duration),
}

impl Outcome {
    pub(crate) fn has_passed(self) -> bool {
        matches!(self, Self::Passed(_))
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
    fn add(&mut self, step: &Step, outcome: Outcome, skipped: Option<String>) {
        let (word, time) = match outcome {
            Outcome::Passed(time) => ("ok", time),
            Outcome::Failed(time) => ("FAILED", time),
        };
        if let Outcome::Failed(_) = outcome
            && self.first_failure.is_none()
        {
            self.first_failure = Some(step.line.clone());
        }
        self.time += time;
        let seconds = format!("{:.1}", time.as_secs_f64());
        let skipped = skipped.map_or(String::new(), |skipped| format!(" ({skipped})"));
        let line = format!("{}{skipped}", step.line);
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
    fn the_first_failure_is_kept() {
        let mut report = Report::default();
        let second = Duration::from_secs(1);
        report.add(&Step::new("one", "true"), Outcome::Passed(second), None);
        report.add(&Step::new("two", "false 2"), Outcome::Failed(second), None);
        let skipped = Some("skipped a part".to_owned());
        report.add(&Step::new("three", "false 3"), Outcome::Failed(second), skipped);
        assert_eq!(report.first_failure, Some(CommandLine::new("false 2")));
        let text = report.text();
        assert!(text.contains("FAILED") && text.ends_with("in all 3 s"), "{text}");
        assert!(text.contains("false 3 (skipped a part)"), "{text}");
    }

    #[test]
    fn a_failure_does_not_stop_the_rest_and_fails_the_run() {
        let steps = [Step::new("one", "git no-such-command"), Step::new("two", "git --version")];
        let workspace = Workspace { root: ".".into(), ..Workspace::default() };
        let error = run(&steps, &workspace).unwrap_err();
        assert!(error.to_string().contains("git no-such-command"), "{error}");
        run(&steps[1..], &workspace).unwrap();
    }
}
