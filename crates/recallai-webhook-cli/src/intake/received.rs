//! A delivery as it came.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use recallai_webhook_dispatch::{Delivery, Endpoint};
use recallai_webhook_event::EventRef;
use serde_json::{Map, Value, json};

use crate::captured::Headers;
use crate::terminal::{self, printable};
use crate::{message, size, time};

/// The most of a name or an id that a line shows: those of the vendor are shorter, those of others may be as
/// long as a request.
const SHOWN: usize = 80;

/// A delivery, and what verification says of it.
#[derive(Debug)]
pub(crate) struct Received {
    /// All lines in the order in which each name first came; their names in lower case, which means the same.
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
    received_at: SystemTime,
    pub(crate) refusal: Option<Refusal>,
}

/// Why a delivery does not verify.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// A word for programs.
    reason: &'static str,
    /// The same in a few words.
    pub(crate) words: String,
    /// What is wrong, as far as it can be told, and what to do.
    diagnosis: Option<String>,
}

impl Received {
    /// Verifies what came now. Why something does not verify is in the log, too.
    pub(super) fn new(endpoint: &Endpoint, headers: Headers, body: Bytes) -> Self {
        let received_at = time::clock();
        let refusal = {
            let delivery = Delivery::new(headers.lines(), body.clone(), received_at);
            endpoint.verify(&delivery).err().map(|refusal| Refusal {
                reason: refusal.name(),
                words: refusal.to_string(),
                diagnosis: endpoint.diagnose(&delivery),
            })
        };
        Self { headers, body, received_at, refusal }
    }

    /// `recording.done msg_… (1.2 KiB)`.
    pub(crate) fn shown(&self) -> String {
        let name = message::event_name(&self.body);
        let (name, id) = (name.as_deref().unwrap_or(message::NO_EVENT), self.shown_id());
        let (name, style) = (shortened(name), terminal::style_of_code(name));
        format!("{style}{name}{style:#} {id} ({})", size::of(self.body.len() as u64))
    }

    /// The id of the message for people.
    pub(crate) fn shown_id(&self) -> String {
        self.headers.message_id().map_or_else(|| "without an id".to_owned(), |id| shortened(&id))
    }

    /// All there is of it, as `verify` and `replay` read it.
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let mut object = Map::new();
        let mut put = |name: &str, value| object.insert(name.to_owned(), value);
        put("type", json!("delivery"));
        put("received_at", json!(time::rfc3339_at(self.received_at)));
        put("verified", json!(self.refusal.is_none()));
        put("reason", json!(self.refusal.as_ref().map(|refusal| refusal.reason)));
        put("diagnosis", json!(self.refusal.as_ref().map(|refusal| &refusal.diagnosis)));
        put("message_id", json!(self.headers.message_id()));
        let event = EventRef::parse(&self.body);
        put("event", json!(event.as_ref().ok().map(EventRef::name)));
        put("headers", self.headers.to_json());
        match std::str::from_utf8(&self.body) {
            Ok(text) => put("body", json!(text)),
            Err(_) => put("body_base64", json!(STANDARD.encode(&self.body))),
        };
        object
    }
}

/// The beginning, made safe for a terminal.
fn shortened(text: &str) -> String {
    let short: String = text.chars().take(SHOWN).collect();
    let rest = if short.len() < text.len() { "…" } else { "" };
    printable(&short) + rest
}
