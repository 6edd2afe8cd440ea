//! `inbox check`: look for what should not be.

use clap::Args;
use serde_json::json;

use crate::arguments::Format;
use crate::exit::{Code, Failure};
use crate::plural::count;
use crate::progress::Progress;
use crate::store::Database;
use crate::terminal::{self, BAD, GOOD, printable};

const NOTES: &str = "\
It reads the whole database: the file itself, whether the state of recordings is what their messages make, \
and whether every message has the jobs that it should have. Exit code 1 if anything was found.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Check {
    #[command(flatten)]
    database: Database,
}

pub(super) fn run(check: &Check, format: Format) -> Result<Code, Failure> {
    let progress = Progress::new(format);
    progress.show("reading the file");
    let faults = check.database.with(async |inbox| {
        let looked_at = |done, of| progress.show(&format!("{done} of {}", count(of, "message")));
        Ok(inbox.check_with(looked_at)?)
    })?;
    drop(progress);
    match format {
        Format::Json => {
            let faults: Vec<_> = faults
                .iter()
                .map(|fault| json!({ "check": fault.check, "found": fault.found }))
                .collect();
            terminal::print_json(&json!({ "sound": faults.is_empty(), "faults": faults }))?;
        }
        Format::Human if faults.is_empty() => {
            terminal::print(&format!("{GOOD}sound{GOOD:#}: nothing was found\n"))?;
        }
        Format::Human => {
            let faults_of = count(faults.len() as u64, "fault");
            let lines = faults.iter().map(|fault| {
                format!("  {}: {}\n", printable(fault.check), printable(&fault.found))
            });
            let lines: String = lines.collect();
            terminal::print(&format!("{BAD}{faults_of}{BAD:#}\n{lines}"))?;
        }
    }
    Ok(if faults.is_empty() { Code::Worked } else { Code::Failed })
}
