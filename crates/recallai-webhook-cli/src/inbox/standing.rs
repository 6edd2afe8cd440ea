//! How subscriptions stand: as a table for people, as JSON for programs.

use recallai_webhook_inbox::{Interest, JobState, StoredSubscription};
use serde_json::{Map, Value, json};

use crate::table::{Cell, Table};
use crate::terminal::{self, BAD, WARNING};
use crate::time;

/// A row for each, with titles.
pub(crate) fn table(subscriptions: &[StoredSubscription]) -> Table {
    let mut table = Table::without_titles();
    let states = JobState::NOT_DONE.map(|state| state.as_str().to_uppercase());
    let heads = ["NAME", "ABOUT"].into_iter().chain(states.iter().map(String::as_str));
    table.titles(heads.chain(["OLDEST", "STATUS"]));
    for subscription in subscriptions {
        table.row(cells(subscription));
    }
    table
}

fn cells(stored: &StoredSubscription) -> Vec<Cell> {
    let subscription = &stored.subscription;
    let about = match &subscription.interest {
        Interest::Messages(_) => "messages".to_owned(),
        Interest::Need { need, .. } => need.to_string(),
        _ => "something newer".to_owned(),
    };
    let mut cells = vec![Cell::new(&subscription.name), Cell::new(about)];
    for state in JobState::NOT_DONE {
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

/// A line for each.
pub(crate) fn json_lines(subscriptions: &[StoredSubscription]) -> String {
    subscriptions.iter().map(|stored| terminal::json_line(&json(stored))).collect()
}

pub(crate) fn json(stored: &StoredSubscription) -> Value {
    let jobs: Map<_, _> = JobState::NOT_DONE
        .iter()
        .map(|state| (state.as_str().to_owned(), json!(stored.count(*state))))
        .collect();
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
