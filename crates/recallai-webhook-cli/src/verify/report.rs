//! A judgement in words, or as JSON.

use std::fmt::Write as _;

use recallai_webhook_dispatch::signature::{ClockSkew, HeaderFamily, HeaderPart};
use recallai_webhook_event::EventRef;
use serde_json::{Value, json};

use super::delivery::Delivery;
use super::judgement::Judgement;
use crate::exit::Failure;
use crate::plural::count;
use crate::terminal::{self, BAD, GOOD, TITLE, printable};
use crate::time;

pub(super) fn human(delivery: &Delivery, judgement: &Judgement) -> Result<(), Failure> {
    let mut text = String::new();
    let message = printable(&judgement.message);
    let _ = match judgement.is_verified {
        true => writeln!(text, "{GOOD}verified{GOOD:#}: {message}"),
        false => writeln!(text, "{BAD}NOT verified{BAD:#}: {message}"),
    };
    if !judgement.next.is_empty() {
        let _ = writeln!(text, "\n{TITLE}What to do{TITLE:#}");
        for (number, step) in judgement.next.iter().enumerate() {
            let _ = writeln!(text, "  {}. {}", number + 1, printable(step));
        }
    }
    let _ = writeln!(text, "\n{TITLE}What was looked at{TITLE:#}");
    for (label, value) in facts(delivery, judgement) {
        let _ = writeln!(text, "  {label:<10} {}", printable(&value));
    }
    for note in &judgement.notes {
        let _ = writeln!(text, "  {:<10} {}", "note", printable(note));
    }
    terminal::print(&text)
}

fn facts(delivery: &Delivery, judgement: &Judgement) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(id) = value(delivery, HeaderPart::Id) {
        facts.push(("message", id));
    }
    if let Some(timestamp) = value(delivery, HeaderPart::Timestamp) {
        let time = timestamp.parse().map(time::rfc3339).unwrap_or_default();
        let distance = match judgement.skew {
            Some(ClockSkew::Behind { seconds }) => format!(", {} too old", time::roughly(seconds)),
            Some(ClockSkew::Ahead { seconds }) => format!(", {} ahead", time::roughly(seconds)),
            None => String::new(),
        };
        facts.push(("timestamp", format!("{timestamp} ({time}{distance})")));
    }
    let names: Vec<_> = delivery.headers.lines().map(|(name, _)| name).collect();
    facts.push(("headers", if names.is_empty() { "none".into() } else { names.join(", ") }));
    facts.push(("secrets", judgement.tried.join(", ")));
    facts.push((
        "body",
        format!("{}, {}", count(delivery.body.len() as u64, "byte"), body(delivery)),
    ));
    facts
}

/// What the body is, whoever wrote it.
fn body(delivery: &Delivery) -> String {
    match EventRef::parse(&delivery.body) {
        Err(error) => format!("no readable event: {error}"),
        Ok(event) => {
            let subjects = [("recording", event.recording_id()), ("bot", event.bot_id())];
            let subjects =
                subjects.into_iter().filter_map(|(kind, id)| Some(format!(", {kind} {}", id?)));
            let unknown = if event.entry().is_none() { " (not in the catalogue)" } else { "" };
            format!("{}{unknown}{}", event.name(), subjects.collect::<String>())
        }
    }
}

/// The value of a signature header, under the names that verification goes by.
fn value(delivery: &Delivery, part: HeaderPart) -> Option<String> {
    let family = delivery.family().unwrap_or(HeaderFamily::Webhook);
    delivery.headers.value(family.header_name(part))
}

pub(super) fn json(delivery: &Delivery, judgement: &Judgement) -> Result<(), Failure> {
    let event = EventRef::parse(&delivery.body);
    let skew = match judgement.skew {
        Some(ClockSkew::Behind { seconds }) => json!(i128::from(seconds)),
        Some(ClockSkew::Ahead { seconds }) => json!(-i128::from(seconds)),
        None => Value::Null,
    };
    terminal::print_json(&json!({
        "verified": judgement.is_verified,
        "finding": judgement.finding,
        "message": judgement.message,
        "next": judgement.next,
        "notes": judgement.notes,
        "key_label": judgement.key_label,
        "message_id": value(delivery, HeaderPart::Id),
        "timestamp": value(delivery, HeaderPart::Timestamp),
        // How old the delivery is, only where that is outside of the tolerance.
        "seconds_out_of_tolerance": skew,
        "body": {
            "bytes": delivery.body.len(),
            "event": event.as_ref().ok().map(|event| event.name()),
            "error": event.as_ref().err().map(ToString::to_string),
        },
    }))
}
