//! `messages list`: one line for each message.

use clap::Args;

use super::describe;
use super::select::Conditions;
use crate::arguments::{Format, Limit};
use crate::exit::Failure;
use crate::store::Database;
use crate::table::Table;
use crate::terminal;

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    conditions: Conditions,

    /// In the order in which they were stored, not the latest first
    #[arg(long)]
    oldest_first: bool,

    /// With their bodies, which only JSON shows
    #[arg(long)]
    bodies: bool,

    #[command(flatten)]
    limit: Limit,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(list: &List, format: Format) -> Result<(), Failure> {
    list.database.with(async |inbox| {
        let bodies = list.bodies && format == Format::Json;
        let pages = list.conditions.pages().at_most(list.limit.most()).with_bodies(bodies);
        let mut pages = if list.oldest_first { pages } else { pages.newest_first() };
        let (mut is_first, mut shown) = (true, 0);
        while let Some(page) = pages.next(inbox).await? {
            let lines = match format {
                Format::Json => {
                    page.iter().map(|row| terminal::json_line(&describe::json(row))).collect()
                }
                Format::Human => {
                    let mut table = Table::without_titles();
                    if is_first {
                        table.titles(describe::TITLES);
                    }
                    page.iter().for_each(|message| table.row(describe::row(message)));
                    table.render("")
                }
            };
            is_first = false;
            shown += page.len();
            if !terminal::print_more(&lines)? {
                return Ok(());
            }
        }
        if is_first && format == Format::Human {
            terminal::eprint("no messages\n");
        }
        list.limit.tell(shown, format);
        Ok(())
    })
}
