//! `inbox stats`: figures.

use std::fmt::Write as _;

use clap::Args;
use recallai_webhook_inbox::recording::SubjectKind;
use recallai_webhook_inbox::{Class, Inbox as _, Interest, JobState, StoredSubscription};
use serde_json::{Map, Value, json};

use crate::arguments::Format;
use crate::exit::Failure;
use crate::store::Database;
use crate::table::{Cell, Table};
use crate::terminal::{self, BAD, TITLE, WARNING};
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

/// The states in which a job is not over.
const OPEN: [JobState; 5] =
    [JobState::Waiting, JobState::Running, JobState::Retrying, JobState::Scheduled, JobState::Dead];

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
    let mut table = Table::without_titles();
    let states = OPEN.map(|state| state.as_str().to_uppercase());
    let heads = ["NAME", "ABOUT"].into_iter().chain(states.iter().map(String::as_str));
    table.titles(heads.chain(["OLDEST", "STATUS"]));
    for subscription in &stats.subscriptions {
        table.row(cells(subscription));
    }
    text.push_str(&table.render("  "));
    text
}

fn cells(stored: &StoredSubscription) -> Vec<Cell> {
    let subscription = &stored.subscription;
    let about = match &subscription.interest {
        Interest::Messages(_) => "messages".to_owned(),
        Interest::Need { need, .. } => need.to_string(),
        _ => "something newer".to_owned(),
    };
    let mut cells = vec![Cell::new(&subscription.name), Cell::new(about)];
    for state in OPEN {
        let number = stored.count(state);
        let cell = Cell::number(number);
        cells.push(if state == JobState::Dead && number > 0 { cell.with(BAD) } else { cell });
    }
    cells.push(Cell::new(stored.oldest.map(time::short).unwrap_or_default()));
    cells.push(match (stored.parked, stored.filled_to) {
        (true, _) => Cell::new("parked").with(WARNING),
        (_, Some(seq)) => Cell::new(format!("filling, at {seq}")),
        _ => Cell::new("live"),
    });
    cells
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
        "subscriptions": stats.subscriptions.iter().map(subscription_json).collect::<Vec<_>>(),
    })
}

fn subscription_json(stored: &StoredSubscription) -> Value {
    let jobs: Map<_, _> =
        OPEN.iter().map(|state| (state.as_str().to_owned(), json!(stored.count(*state)))).collect();
    let interest = stored.subscription.interest.to_json();
    json!({
        "name": &*stored.subscription.name,
        "interest": serde_json::from_str::<Value>(&interest).unwrap_or_default(),
        "parked": stored.parked,
        "filled_to": stored.filled_to,
        "jobs": jobs,
        "oldest": stored.oldest.map(time::rfc3339_at),
    })
}
