//! `inbox prune`: remove old messages.

use std::time::Duration;

use clap::Args;
use recallai_webhook_inbox::{Endpoints, Inbox};
use serde_json::json;

use crate::arguments::Format;
use crate::bulk::Bulk;
use crate::exit::Failure;
use crate::plural::count;
use crate::progress::Progress;
use crate::store::Database;
use crate::{duration, terminal, time};

const NOTES: &str = "\
A message that still has a job which is not over is kept, and so is every dead letter's; with --parked those \
of parked subscriptions do not count, and go with the message. Messages are kept \
for 35 hours whatever is asked for, since the sender may try that long. The ids stay, so that a \
late delivery is known.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Prune {
    /// Prune messages whose last delivery is older, such as 90d
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    older_than: Duration,

    /// Prune only messages of this endpoint; may be given more than once
    #[arg(long = "endpoint", value_name = "NAME")]
    endpoints: Vec<String>,

    /// Keep nothing for parked subscriptions, which nobody works for: their jobs go with the messages
    #[arg(long)]
    parked: bool,

    #[command(flatten)]
    bulk: Bulk,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(prune: &Prune, format: Format) -> Result<(), Failure> {
    let before = time::clock().checked_sub(prune.older_than);
    let before = before.ok_or_else(|| Failure::not_tried("--older-than: before all times"))?;
    let dry_run = prune.bulk.dry_run;
    let pruned = prune.database.with(async |inbox| {
        let progress = Progress::new(format);
        let what = recallai_webhook_inbox::Prune::before(before);
        let mut what = what.with_parked(prune.parked);
        if !prune.endpoints.is_empty() {
            what.endpoints = Endpoints::only(prune.endpoints.iter().map(String::as_str));
        }
        let dry = what.clone().with_dry_run(true);
        let old = pieces(inbox, dry, &progress, "to prune").await?;
        progress.show("");
        if dry_run || old == 0 {
            return Ok(old);
        }
        let since = time::length(prune.older_than);
        let of = match &*prune.endpoints {
            [] => String::new(),
            endpoints => format!(" of {}", endpoints.join(", ")),
        };
        prune.bulk.confirm(&format!("prune {}{of} older than {since}", count(old, "message")))?;
        pieces(inbox, what, &progress, "pruned").await
    })?;
    if format == Format::Json {
        return terminal::print_json(&json!({ "messages": pruned, "dry_run": dry_run }));
    }
    let messages = count(pruned, "message");
    terminal::print(&match dry_run {
        true => format!("{messages} would be pruned; nothing was changed\n"),
        false => format!("{messages} pruned\n"),
    })
}

async fn pieces(
    inbox: &dyn Inbox,
    mut prune: recallai_webhook_inbox::Prune,
    progress: &Progress,
    done: &str,
) -> Result<u64, Failure> {
    let mut changed = 0;
    loop {
        let piece = inbox.prune(&prune).await?;
        changed += piece.changed;
        progress.show(&format!("{} {done}", count(changed, "message")));
        match piece.next {
            Some(next) => prune.from = next,
            None => return Ok(changed),
        }
    }
}
