//! `config show`: what holds, and where it comes from.

use recallai_webhook_server::config::{Shown, Sources};
use serde_json::json;

use crate::arguments::Format;
use crate::exit::Failure;
use crate::table::{Cell, Table};
use crate::terminal;

pub(super) fn run(sources: &Sources, format: Format) -> Result<(), Failure> {
    let shown = sources.load()?.shown();
    match format {
        Format::Human => {
            let mut table = Table::new(["KEY", "VALUE", "SOURCE"]);
            for Shown { key, value, source, .. } in shown {
                let cells = [key, value.to_string(), source.to_string()];
                table.row(cells.map(Cell::new));
            }
            terminal::print(&table.render(""))
        }
        Format::Json => shown.iter().try_for_each(|Shown { key, value, source, .. }| {
            let place = source.to_string();
            terminal::print_json(
                &json!({ "key": key, "value": value, "source": source.kind(), "place": place }),
            )
        }),
    }
}
