//! Lines on standard output: one for each verified message.

use std::io::{self, ErrorKind};
use std::time::UNIX_EPOCH;

use anstyle::Style;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recallai_webhook_dispatch::event::{Event, EventData};
use recallai_webhook_dispatch::{Context, HandlerResult, Message, Unreadable};
use serde_json::{Map, Value, json};
use tokio::sync::{mpsc, oneshot, watch};

use super::lines::{self, Lines};
use crate::arguments::Format;
use crate::terminal::{self, WARNING, printable};

/// How many lines may wait for a reader that is slow; deliveries beyond them wait in their turn.
const QUEUE: usize = 64;

/// Standard output, behind a thread of its own: whoever reads our output may be slow, and that is
/// not to hold up the threads that serve, nor the end of the program.
#[derive(Clone)]
pub(crate) struct Printer {
    queue: mpsc::Sender<Line>,
    /// Whether the reader has gone away, from which there is no way back.
    is_unread: watch::Receiver<bool>,
}

/// A line, and where to say how writing it went.
struct Line {
    text: String,
    written: oneshot::Sender<io::Result<()>>,
}

impl Printer {
    pub(crate) fn start() -> Self {
        let (queue, mut lines) = mpsc::channel::<Line>(QUEUE);
        let (unread, is_unread) = watch::channel(false);
        std::thread::spawn(move || {
            let mut out = Lines::new(lines::standard_output());
            while let Some(Line { text, written }) = lines.blocking_recv() {
                // Nobody waits for a delivery that ran out of time: the sender repeats it.
                if !written.is_closed() {
                    let result = out.write(&shown(&text));
                    if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
                        unread.send_replace(true);
                    }
                    let _ = written.send(result);
                }
            }
        });
        Self { queue, is_unread }
    }

    /// Completes when a line could not be written because the reader has gone away.
    pub(crate) async fn unread(mut self) {
        if self.is_unread.wait_for(|is_unread| *is_unread).await.is_err() {
            // The thread has ended, and nothing is written any more.
            std::future::pending::<()>().await;
        }
    }

    /// Writes a line and waits until it is written. A reader that is gone is an error, so the
    /// sender keeps the event.
    pub(crate) async fn line(&self, text: String) -> HandlerResult {
        let (written, done) = oneshot::channel();
        self.queue.send(Line { text, written }).await?;
        Ok(done.await??)
    }
}

/// The text as standard output takes it, with colours or without.
fn shown(text: &str) -> String {
    match anstream::stdout().current_choice() {
        anstream::ColorChoice::Never => anstream::adapter::strip_str(text).to_string(),
        _ => text.to_owned(),
    }
}

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
