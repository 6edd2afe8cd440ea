//! `messages reparse`: read stored bodies again with the catalogue of this version.

use clap::Args;
use recallai_webhook_inbox::{Inbox, Reading, Seq};
use serde_json::json;

use crate::arguments::Format;
use crate::bulk::Bulk;
use crate::exit::Failure;
use crate::plural::count;
use crate::progress::Progress;
use crate::store::Database;
use crate::terminal;

/// How many are read in one transaction: others get their turn in between.
const PIECE: usize = 500;

const NOTES: &str = "\
After an upgrade, events that were unknown or unreadable become what they are: their facts go into the \
state of recordings, and the jobs that they should have made are made. What was read already does not \
change, and no job is made twice.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Reparse {
    /// From the message with this place on, as `messages list` shows it; all by default
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    from: Seq,

    #[command(flatten)]
    bulk: Bulk,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(reparse: &Reparse, format: Format) -> Result<(), Failure> {
    let dry_run = reparse.bulk.dry_run;
    let read = reparse.database.with(async |inbox| {
        let progress = Progress::new(format);
        let would = pieces(inbox, reparse.from, true, &progress).await?;
        progress.show("");
        if dry_run || would.changes_nothing() {
            return Ok(would);
        }
        let (messages, jobs) = (count(would.changed, "message"), count(would.jobs, "job"));
        reparse.bulk.confirm(&format!("change {messages} and make {jobs}"))?;
        pieces(inbox, reparse.from, false, &progress).await
    })?;
    let Read { examined, changed, jobs } = read;
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

/// What came of reading, or would come.
#[derive(Default)]
struct Read {
    examined: u64,
    changed: u64,
    jobs: u64,
}

impl Read {
    fn changes_nothing(&self) -> bool {
        self.changed == 0 && self.jobs == 0
    }
}

async fn pieces(
    inbox: &dyn Inbox,
    from: Seq,
    dry_run: bool,
    progress: &Progress,
) -> Result<Read, Failure> {
    let what = recallai_webhook_inbox::Reparse::new().with_limit(PIECE).with_dry_run(dry_run);
    let done = if dry_run { "to change" } else { "changed" };
    let mut read = Read::default();
    let mut from = Some(from);
    while let Some(seq) = from {
        let piece = inbox.reparse(&what.with_from(seq), &Reading::of).await?;
        read.examined += piece.examined;
        read.changed += piece.changed;
        read.jobs += piece.jobs;
        from = piece.next;
        let Read { examined, changed, .. } = read;
        progress.show(&format!("{} read, {changed} {done}", count(examined, "message")));
    }
    Ok(read)
}
