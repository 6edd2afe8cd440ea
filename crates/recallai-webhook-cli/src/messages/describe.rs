//! A message: as a row of a table, and as JSON.

use anstyle::Style;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recallai_webhook_inbox::{Class, StoredMessage};
use serde_json::{Value, json};

use crate::table::{Cell, Table};
use crate::terminal::{WARNING, style_of_code};
use crate::time;

/// The titles of [`row`].
pub(super) const TITLES: [&str; 6] =
    ["SEQ", "RECEIVED", "EVENT", "DELIVERIES", "ENDPOINT", "MESSAGE"];

pub(super) fn row(message: &StoredMessage) -> [Cell; 6] {
    let deliveries = match message.conflicts {
        0 => Cell::number(message.deliveries),
        conflicts => Cell::number(format!("{} ({conflicts} differ)", message.deliveries)),
    };
    [
        Cell::number(message.seq),
        Cell::new(time::short(message.received_at)),
        Cell::new(name(message)).with(style(message)),
        deliveries,
        Cell::new(&message.endpoint),
        Cell::new(&message.id),
    ]
}

/// Rows for a line at a time, when no later one is known: as wide as such texts usually are.
pub(super) fn line(message: &StoredMessage) -> String {
    let mut table = Table::without_titles();
    let [seq, received, event, _, endpoint, id] = row(message);
    table.row([seq.at_least(6), received, event.at_least(28), endpoint, id]);
    table.render("")
}

fn name(message: &StoredMessage) -> &str {
    message.event_name.as_deref().unwrap_or(message.class.as_str())
}

fn style(message: &StoredMessage) -> Style {
    match message.class {
        Class::Unknown | Class::Unreadable => WARNING,
        _ => style_of_code(name(message)),
    }
}

pub(super) fn json(message: &StoredMessage) -> Value {
    let mut value = json!({
        "seq": message.seq,
        "endpoint": &*message.endpoint,
        "scope": &*message.scope,
        "message_id": message.id,
        "received_at": time::rfc3339_at(message.received_at),
        "last_received_at": time::rfc3339_at(message.last_received_at),
        "deliveries": message.deliveries,
        "conflicts": message.conflicts,
        "type": message.class.as_str(),
        "event": message.event_name,
        "error": message.error,
        "header_family": message.signed.as_ref().map(|signed| signed.family.as_str()),
        "timestamp": message.signed.as_ref().map(|signed| signed.timestamp),
        "signature": message.signed.as_ref().map(|signed| &signed.signature),
        "key_label": message.signed.as_ref().map(|signed| &*signed.key_label),
    });
    if let Some(body) = &message.body {
        match std::str::from_utf8(body) {
            Ok(body) => value["body"] = json!(body),
            Err(_) => value["body_base64"] = json!(STANDARD.encode(body)),
        }
    }
    value
}
