//! `messages reparse`: read stored bodies again with the catalogue of this version.

use clap::Args;
use recallai_webhook_inbox::{Inbox as _, Reading, Seq};
use serde_json::json;

use crate::arguments::Format;
use crate::exit::Failure;
use crate::plural::count;
use crate::progress::Progress;
use crate::store::Database;
use crate::terminal;

/// How many are read in one transaction: others get their turn in between.
const PIECE: usize = 500;

const NOTES: &str = "\
After an upgrade, events that were unknown or unreadable become what they are: their facts go into the
state of recordings, and the jobs that they should have made are made. What was read already does not
change, and no job is made twice.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Reparse {
    /// From the message with this place on, as `messages list` shows it; all by default
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    from: Seq,

    /// Change nothing; say what would be changed
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(reparse: &Reparse, format: Format) -> Result<(), Failure> {
    let dry_run = reparse.dry_run;
    let (examined, changed, jobs) = reparse.database.with(async |inbox| {
        let progress = Progress::new(format);
        let (mut examined, mut changed, mut jobs) = (0, 0, 0);
        let mut from = Some(reparse.from);
        while let Some(seq) = from {
            let piece = inbox.reparse(seq, PIECE, &Reading::of, dry_run).await?;
            examined += piece.examined;
            changed += piece.changed;
            jobs += piece.jobs;
            from = piece.next;
            progress.show(&format!("{} read, {changed} changed", count(examined, "message")));
        }
        Ok((examined, changed, jobs))
    })?;
    if format == Format::Json {
        return terminal::print_json(&json!({
            "examined": examined, "changed": changed, "jobs": jobs, "dry_run": dry_run,
        }));
    }
    let (read, jobs) = (count(examined, "message"), count(jobs, "job"));
    terminal::print(&match dry_run {
        true => format!("{read} read: {changed} would change, {jobs} would be made\n"),
        false => format!("{read} read: {changed} changed, {jobs} made\n"),
    })
}
