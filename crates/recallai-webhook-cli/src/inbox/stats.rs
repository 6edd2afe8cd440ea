//! `inbox stats`: figures.

use std::fmt::Write as _;

use clap::Args;
use recallai_webhook_inbox::recording::SubjectKind;
use recallai_webhook_inbox::{Class, Inbox as _};
use serde_json::{Value, json};

use super::standing;
use crate::arguments::Format;
use crate::exit::Failure;
use crate::store::Database;
use crate::table::{Cell, Table};
use crate::terminal::{self, TITLE};
use crate::{size, time};

#[derive(Debug, Args)]
pub(super) struct Stats {
    #[command(flatten)]
    database: Database,
}

pub(super) fn run(stats: &Stats, format: Format) -> Result<(), Failure> {
    let stats = stats.database.with(async |inbox| Ok(inbox.stats().await?))?;
    match format {
        Format::Human => terminal::print(&human(&stats)),
        Format::Json => terminal::print_json(&json(&stats)),
    }
}

fn human(stats: &recallai_webhook_inbox::Stats) -> String {
    let messages: u64 = stats.messages.values().sum();
    let mut table = Table::without_titles();
    let mut row = |label: &str, figure: String, note: String| {
        table.row([Cell::new(label), Cell::number(figure), Cell::new(note)]);
    };
    let classes = Class::ALL.map(|class| {
        format!("{} {}", stats.messages.get(&class).copied().unwrap_or_default(), class.as_str())
    });
    row("messages", messages.to_string(), classes.join(", "));
    row("repeats", stats.repeats.to_string(), format!("{} with another body", stats.conflicts));
    row("forgotten", stats.forgotten.to_string(), "pruned or erased; only the id is kept".into());
    for kind in SubjectKind::ALL {
        let figure = stats.subjects.get(&kind).copied().unwrap_or_default();
        let label = format!("{}s", kind.as_str().replace('_', " "));
        row(&label, figure.to_string(), String::new());
    }
    if let Some(size) = stats.size {
        row("size", size::of(size), format!("{size} bytes"));
    }
    let mut text = format!("{TITLE}Stored{TITLE:#}\n{}", table.render("  "));
    if let (Some(oldest), Some(newest)) = (stats.oldest, stats.newest) {
        let (oldest, newest) = (time::short(oldest), time::short(newest));
        let _ = writeln!(text, "  received from {oldest} to {newest} UTC");
    }
    let _ = writeln!(text, "\n{TITLE}Subscriptions{TITLE:#}");
    if stats.subscriptions.is_empty() {
        text.push_str("  none; `serve` makes one\n");
        return text;
    }
    text.push_str(&standing::table(&stats.subscriptions).render("  "));
    text
}

fn json(stats: &recallai_webhook_inbox::Stats) -> Value {
    let count = |pairs: &mut dyn Iterator<Item = (&'static str, u64)>| {
        Value::Object(pairs.map(|(name, number)| (name.to_owned(), json!(number))).collect())
    };
    let messages = &stats.messages;
    let subjects = &stats.subjects;
    json!({
        "messages": count(&mut Class::ALL.into_iter()
            .map(|class| (class.as_str(), messages.get(&class).copied().unwrap_or_default()))),
        "repeats": stats.repeats,
        "conflicts": stats.conflicts,
        "forgotten": stats.forgotten,
        "subjects": count(&mut SubjectKind::ALL.into_iter()
            .map(|kind| (kind.as_str(), subjects.get(&kind).copied().unwrap_or_default()))),
        "oldest": stats.oldest.map(time::rfc3339_at),
        "newest": stats.newest.map(time::rfc3339_at),
        "size": stats.size,
        "subscriptions": stats.subscriptions.iter().map(standing::json).collect::<Vec<_>>(),
    })
}
