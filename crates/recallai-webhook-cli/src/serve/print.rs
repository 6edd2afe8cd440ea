//! Lines on standard output: one for each verified message.

use std::time::UNIX_EPOCH;

use anstyle::Style;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recallai_webhook_dispatch::event::{Event, EventData};
use recallai_webhook_dispatch::{Context, Message, Unreadable};
use serde_json::{Map, Value, json};

use crate::arguments::Format;
use crate::terminal::{self, WARNING, printable};

/// A message of whatever sort.
pub(crate) fn message(format: Format, message: &Message, context: &Context) -> String {
    match message {
        Message::Event(known) => event(format, known, context),
        Message::Unreadable(message) => unreadable(format, message, context),
        other => other.event().map(|event| unknown(format, event, context)).unwrap_or_default(),
    }
}

/// A known event.
pub(crate) fn event(format: Format, event: &Event, context: &Context) -> String {
    match format {
        Format::Human => {
            let name = event.name().as_str();
            human(name, terminal::style_of_code(name), &facts(event), context)
        }
        Format::Json => json_line("event", context, |line| describe(event, line)),
    }
}

/// An event whose name is not in the catalogue.
pub(crate) fn unknown(format: Format, event: &Event, context: &Context) -> String {
    match format {
        Format::Human => human(event.name().as_str(), WARNING, "unknown event", context),
        Format::Json => json_line("unknown", context, |line| describe(event, line)),
    }
}

/// A verified message that is no readable event.
pub(crate) fn unreadable(format: Format, message: &Unreadable, context: &Context) -> String {
    match format {
        Format::Human => human("unreadable", WARNING, &message.error.to_string(), context),
        Format::Json => json_line("unreadable", context, |line| {
            line.insert("error".to_owned(), json!(message.error.to_string()));
        }),
    }
}

fn human(name: &str, style: Style, facts: &str, context: &Context) -> String {
    let (name, facts) = (printable(name), printable(facts));
    let id = context.message_id().map(|id| format!("  {}", printable(id))).unwrap_or_default();
    format!("{style}{name:<28}{style:#} {facts}{id}\n")
}

/// What a person wants to see first: the sub code, and which things the event is about.
fn facts(event: &Event) -> String {
    let mut facts = Vec::new();
    if let Some(sub_code) = event.status().and_then(|status| status.sub_code.as_ref()) {
        facts.push(sub_code.as_str().to_owned());
    }
    if let EventData::Artifact(artifact) = event.data()
        && artifact.artifact.id != artifact.recording.id
    {
        facts.push(format!("{} {}", artifact.kind, artifact.artifact.id));
    }
    let subjects = [
        ("recording", event.recording_id()),
        ("bot", event.bot_id()),
        ("upload", event.sdk_upload_id()),
    ];
    facts.extend(subjects.into_iter().filter_map(|(kind, id)| Some(format!("{kind} {}", id?))));
    facts.join("  ")
}

fn json_line(kind: &str, context: &Context, fill: impl FnOnce(&mut Map<String, Value>)) -> String {
    let delivery = context.delivery();
    let received_at = context.received_at().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut line = Map::new();
    line.insert("type".to_owned(), json!(kind));
    line.insert("endpoint".to_owned(), json!(context.endpoint()));
    line.insert("message_id".to_owned(), json!(context.message_id()));
    line.insert("timestamp".to_owned(), json!(delivery.timestamp()));
    line.insert("signature".to_owned(), json!(delivery.signature()));
    let family = delivery.header_family().map(|family| family.to_string());
    line.insert("header_family".to_owned(), json!(family));
    line.insert("key_label".to_owned(), json!(delivery.key_label()));
    line.insert("received_at".to_owned(), json!(received_at.as_secs_f64()));
    fill(&mut line);
    // What was signed, byte for byte: with id, timestamp and signature it can be verified again.
    match std::str::from_utf8(context.body()) {
        Ok(body) => line.insert("body".to_owned(), json!(body)),
        Err(_) => line.insert("body_base64".to_owned(), json!(STANDARD.encode(context.body()))),
    };
    terminal::json_line(&Value::Object(line))
}

fn describe(event: &Event, line: &mut Map<String, Value>) {
    let status = event.status();
    let ids = [
        ("recording_id", event.recording_id()),
        ("bot_id", event.bot_id()),
        ("sdk_upload_id", event.sdk_upload_id()),
    ];
    line.insert("event".to_owned(), json!(event.name()));
    line.insert("code".to_owned(), json!(status.map(|status| status.code.as_str())));
    line.insert("sub_code".to_owned(), json!(status.and_then(|status| status.sub_code.as_ref())));
    line.insert("updated_at".to_owned(), json!(status.map(|status| status.updated_at.as_str())));
    if let EventData::Artifact(artifact) = event.data() {
        let described = json!({ "kind": artifact.kind.as_str(), "id": artifact.artifact.id });
        line.insert("artifact".to_owned(), described);
    }
    line.extend(ids.map(|(name, id)| (name.to_owned(), json!(id))));
}
