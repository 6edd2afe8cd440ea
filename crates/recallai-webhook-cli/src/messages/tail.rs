//! `messages tail`: messages as they are stored.

use clap::Args;
use recallai_webhook_inbox::{Inbox as _, Seq, StoredMessage, Topic};

use super::describe;
use super::select::{self, Filters};
use crate::arguments::Format;
use crate::exit::Failure;
use crate::store::Database;
use crate::terminal;

#[derive(Debug, Args)]
pub(super) struct Tail {
    #[command(flatten)]
    filters: Filters,

    /// Begin after this message; by default with the next one
    #[arg(long, value_name = "SEQ")]
    after: Option<Seq>,

    /// With their bodies, which only JSON shows
    #[arg(long)]
    bodies: bool,

    #[command(flatten)]
    database: Database,
}

/// Follows until it is interrupted, or nobody reads it any more.
pub(super) fn run(tail: &Tail, format: Format) -> Result<(), Failure> {
    tail.database.with(async |inbox| {
        // First the watch, then the look: what is stored in between is told of.
        let mut watch = inbox.watch(Topic::Messages);
        let bodies = tail.bodies && format == Format::Json;
        let after = match tail.after {
            Some(after) => after,
            None => select::newest(inbox).await?.unwrap_or_default(),
        };
        let mut pages = tail.filters.pages().after(after).with_bodies(bodies);
        tracing::info!(after, "following");
        loop {
            while let Some(page) = pages.next(inbox).await? {
                let lines: String = page.iter().map(|message| line(message, format)).collect();
                if !terminal::print_more(&lines)? {
                    return Ok(());
                }
            }
            watch.changed().await;
        }
    })
}

fn line(message: &StoredMessage, format: Format) -> String {
    match format {
        Format::Human => describe::line(message),
        Format::Json => terminal::json_line(&describe::json(message)),
    }
}
