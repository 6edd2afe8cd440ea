//! `dead-letters list`: one line for each dead letter.

use clap::Args;
use recallai_webhook_inbox::StoredJob;

use super::Pages;
use crate::arguments::{Format, Limit};
use crate::exit::Failure;
use crate::store::Database;
use crate::table::{Cell, Table};
use crate::{job, terminal, time};

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only of this subscription
    #[arg(long, value_name = "NAME")]
    subscription: Option<String>,

    #[command(flatten)]
    limit: Limit,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(list: &List, format: Format) -> Result<(), Failure> {
    list.database.with(async |inbox| {
        let mut pages = Pages::new(list.subscription.as_deref());
        let mut left = list.limit.most();
        let mut is_first = true;
        while let Some(page) = pages.next(inbox).await? {
            let page = &page[..page.len().min(left)];
            left -= page.len();
            if !terminal::print_more(&lines(page, is_first, format))? {
                return Ok(());
            }
            if left == 0 {
                list.limit.tell(list.limit.most(), format);
                return Ok(());
            }
            is_first = false;
        }
        if is_first && format == Format::Human {
            terminal::eprint("no dead letters\n");
        }
        Ok(())
    })
}

fn lines(page: &[StoredJob], is_first: bool, format: Format) -> String {
    if format == Format::Json {
        return page.iter().map(|job| terminal::json_line(&job::json(job))).collect();
    }
    let mut table = Table::without_titles();
    if is_first {
        table.titles(["JOB", "SUBSCRIPTION", "ABOUT", "ATTEMPTS", "DIED", "ERROR"]);
    }
    for job in page {
        let [id, subscription, about, _, attempts, error] = job::cells(job);
        let died = Cell::new(job.ended_at.map(time::short).unwrap_or_default());
        table.row([id, subscription, about, attempts, died, error]);
    }
    table.render("")
}
