//! `cargo xtask bench`: the benches, held against the budgets.

mod budget;
mod report;
mod round;

use std::path::Path;
use std::time::SystemTime;

use crate::command_line::CommandLine;
use crate::say::say;
use crate::workspace::Workspace;
use crate::{Arguments, Error, Result, date};
use report::Report;
use round::Round;

pub(crate) const HELP: &str = "\
Runs every bench in alternating rounds, prints what was measured beside the budgets as one table,
and writes docs/benchmarks.md. An unmet budget is no failure: machines are shared and noisy.

Usage: cargo xtask bench [--grow] [--quick] [--rounds <n>] [--write] [--read]

  --grow         also grow an inbox to five million messages, which takes some ten minutes
  --quick        one short round, and docs/benchmarks.md is left alone
  --rounds <n>   how often each bench runs; 5 if left out
  --write        write docs/benchmarks.md after a quick round too
  --read         run nothing: show what the last runs have left behind";

const PAGE: &str = "docs/benchmarks.md";

const ROUNDS: usize = 5;

/// Run by `--grow`.
const GROWTH: &str =
    "cargo bench -p recallai-webhook-inbox-sqlite --bench append -- --grow 5000000";

/// Benches that take turns with their peers by themselves, so one round of ours is enough.
const OWN_ROUNDS: &[&str] = &["adapter", "append", "durable"];

pub(crate) fn run(mut arguments: Arguments) -> Result {
    let grow = arguments.flag("--grow");
    let quick = arguments.flag("--quick");
    let read = arguments.flag("--read");
    let write = arguments.flag("--write") || !(quick || read);
    let rounds = arguments.number("--rounds")?.unwrap_or(if quick { 1 } else { ROUNDS });
    arguments.finish()?;
    let workspace = Workspace::load()?;

    let mut failed = Vec::new();
    let rounds = if read {
        vec![Round::read(&workspace.target, SystemTime::UNIX_EPOCH)?]
    } else {
        let rounds = (1..=rounds).map(|round| {
            say(&format!("== round {round} of {rounds}"))?;
            run_benches(&workspace, round == 1, quick, grow, &mut failed)
        });
        rounds.collect::<Result<_>>()?
    };

    let report = Report::new(&rounds);
    say(&format!("\n{}", report.terminal()))?;
    if write {
        let page = report.page(&Machine::ask(&workspace.root)?);
        std::fs::write(workspace.root.join(PAGE), page)?;
        say(&format!("wrote {PAGE}"))?;
    }
    failed.into_iter().next().map_or(Ok(()), Err)
}

#[allow(clippy::disallowed_methods, reason = "what was measured before this round is stale")]
fn run_benches(
    workspace: &Workspace,
    is_first: bool,
    quick: bool,
    grow: bool,
    failed: &mut Vec<Error>,
) -> Result<Round> {
    let start = SystemTime::now();
    for package in &workspace.packages {
        let wanted = |bench: &&String| is_first || !OWN_ROUNDS.contains(&bench.as_str());
        for bench in package.benches.iter().filter(wanted) {
            let quick = if quick { " -- --quick" } else { "" };
            let line = format!("cargo bench -p {} --bench {bench}{quick}", package.name);
            failed.extend(CommandLine::new(line).require(&workspace.root).err());
        }
    }
    if is_first && grow {
        failed.extend(CommandLine::new(GROWTH).require(&workspace.root).err());
    }
    Round::read(&workspace.target, start)
}

/// Where and when it was measured: an absolute figure says nothing without.
struct Machine {
    processor: String,
    cores: usize,
    /// Instructions for SHA-256, which the verifier is measured with.
    has_sha: bool,
    rustc: String,
    date: String,
}

impl Machine {
    fn ask(directory: &Path) -> Result<Self> {
        // Only Linux has it.
        let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Ok(Self {
            processor: cpu_field(&cpu, "model name").unwrap_or("not known").to_owned(),
            cores: std::thread::available_parallelism()?.get(),
            has_sha: ["flags", "Features"].into_iter().any(|field| {
                let mut flags = cpu_field(&cpu, field).unwrap_or_default().split(' ');
                flags.any(|flag| flag == "sha_ni" || flag == "sha2")
            }),
            rustc: CommandLine::new("rustc --version").read(directory)?.trim().to_owned(),
            date: date::today(directory)?,
        })
    }
}

fn cpu_field<'c>(cpu: &'c str, name: &str) -> Option<&'c str> {
    let mut fields = cpu.lines().filter_map(|line| line.split_once(':'));
    fields.find(|(field, _)| field.trim() == name).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_read() {
        let cpu = "processor\t: 0\nmodel name\t: A 9000\nflags\t\t: fpu sha_ni avx2\n";
        assert_eq!(cpu_field(cpu, "model name"), Some("A 9000"));
        assert_eq!(cpu_field(cpu, "flags"), Some("fpu sha_ni avx2"));
        assert_eq!(cpu_field(cpu, "flag"), None);
    }
}
