//! `subscriptions list`: a line for each subscription.

use clap::Args;
use recallai_webhook_inbox::Inbox;

use crate::arguments::Format;
use crate::exit::Failure;
use crate::inbox::standing;
use crate::store::Database;
use crate::terminal;

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    database: Database,
}

pub(super) fn run(list: &List, format: Format) -> Result<(), Failure> {
    let stored = list.database.with(async |inbox| Ok(inbox.subscriptions().await?))?;
    match format {
        Format::Json => terminal::print(&standing::json_lines(&stored)),
        Format::Human if stored.is_empty() => {
            terminal::eprint("no subscriptions; `serve` makes one\n");
            Ok(())
        }
        Format::Human => terminal::print(&standing::table(&stored).render("")),
    }
}
