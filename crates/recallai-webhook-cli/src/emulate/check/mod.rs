//! `emulate --check`: ask a receiver in any language whether it is one, and name what is wrong.

mod json;
mod junit;
mod sending;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use recallai_webhook_emulator::check::{CheckOptions, CheckReport, cases};
use recallai_webhook_emulator::{Seed, SigningSecret};

use crate::arguments::Format;
use crate::exit::Failure;
use crate::plural::count;
use crate::wire::Target;
use crate::{duration, input, terminal};
use junit::Destination;

/// What the options are listed under that only a check has.
const CHECK: &str = "Check a receiver";

/// What only meetings have.
const OF_MEETINGS: [&str; 11] = [
    "scenario",
    "recordings",
    "rate",
    "start",
    "faults",
    "target",
    "realtime_target",
    "speed",
    "connections",
    "family",
    "attempts",
];

// Each says by itself that it goes with none of the others, since what conflicts with `--check` would excuse its
// absence.
#[derive(Debug, Args)]
pub(super) struct Checking {
    /// Send no meetings; send this receiver what it should take and what it should refuse, say how it answers,
    /// and name the mistakes. What it takes is made up, and of no meeting of yours
    #[arg(long = "check", value_name = "URL", help_heading = CHECK, conflicts_with_all = OF_MEETINGS)]
    pub(super) url: Option<String>,

    /// Fail for advice, too: for what costs something but stops no delivery and lets in no forgery
    #[arg(long, requires = "url", conflicts_with_all = OF_MEETINGS, help_heading = CHECK)]
    strict: bool,

    /// Write the results as JUnit XML, too; `-` is standard output, which then has nothing else
    #[arg(long, value_name = "FILE", requires = "url", conflicts_with_all = OF_MEETINGS,
        help_heading = CHECK)]
    junit: Option<PathBuf>,

    /// How long the receiver may take over an answer
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = timeout, requires = "url",
        conflicts_with_all = OF_MEETINGS, help_heading = CHECK)]
    timeout: Duration,

    /// Only this case, and ordinary deliveries before and after it. Can be given several times, or with commas
    #[arg(long, value_name = "CASE", value_delimiter = ',', value_parser = case_name, requires = "url",
        conflicts_with_all = OF_MEETINGS, help_heading = CHECK)]
    only: Vec<String>,
}

/// What a check was, beside its report.
struct Run {
    target: String,
    seed: Seed,
    is_strict: bool,
    took: Duration,
}

impl Run {
    fn is_passed(&self, report: &CheckReport) -> bool {
        if self.is_strict { report.is_passed_strictly() } else { report.is_passed() }
    }
}

pub(super) fn run(
    checking: &Checking,
    target: &Target,
    secret: SigningSecret,
    seed: Seed,
    format: Format,
) -> Result<(), Failure> {
    let is_json = format == Format::Json;
    let prints_junit = checking.junit.as_deref().is_some_and(input::is_standard_input);
    if prints_junit && is_json {
        return Err(Failure::not_tried("--junit - and --format json both want standard output"));
    }
    let junit = checking.junit.as_deref().map(Destination::open).transpose()?;
    let mut options = CheckOptions::new(secret);
    options.seed = seed;
    options.time_limit = checking.timeout;
    options.only = (!checking.only.is_empty()).then(|| checking.only.iter().cloned().collect());

    let began = Instant::now();
    let report = sending::send_all(options, target, format)?;
    let (target, is_strict) = (target.shown().to_owned(), checking.strict);
    let run = Run { target, seed, is_strict, took: began.elapsed() };

    if let Some(junit) = junit {
        junit.write(&report, &run)?;
    }
    match format {
        Format::Json => json::lines(&report, &run).try_for_each(|it| terminal::print_json(&it))?,
        Format::Human if prints_junit => terminal::eprint(&text::text(&report, &run)),
        Format::Human => terminal::print(&text::text(&report, &run))?,
    }
    verdict(&report, &run)
}

fn verdict(report: &CheckReport, run: &Run) -> Result<(), Failure> {
    if run.is_passed(report) {
        return Ok(());
    }
    let counts = report.counts();
    let failed = counts.failed + if run.is_strict { counts.advised } else { 0 };
    let bugs: BTreeSet<_> = report.failures().filter_map(|outcome| outcome.bug).collect();
    let named = match bugs.len() {
        0 => String::new(),
        number => format!(", by {}", count(number as u64, "mistake")),
    };
    let stopped = if report.is_stopped { "stopped before the end: " } else { "" };
    Err(Failure::failed(format!("{stopped}{} failed{named}", count(failed as u64, "case"))))
}

fn timeout(text: &str) -> Result<Duration, String> {
    let timeout = duration::parse(text)?;
    if timeout.is_zero() { Err("no time at all".to_owned()) } else { Ok(timeout) }
}

fn case_name(name: &str) -> Result<String, String> {
    let names = || cases().map(|case| case.name);
    if names().any(|known| known == name) {
        return Ok(name.to_owned());
    }
    let alike = names().map(|known| (strsim::normalized_damerau_levenshtein(name, known), known));
    let (_, alike) = alike.max_by(|(a, _), (b, _)| a.total_cmp(b)).unwrap_or_default();
    Err(format!("no case is called that; the nearest is `{alike}`"))
}
