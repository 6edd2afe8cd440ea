//! A captured delivery that is to be sent once more.

use std::path::Path;

use recallai_webhook_dispatch::signature::{HeaderFamily, HeaderPart};

use crate::captured::{self, Capture, Headers};
use crate::exit::Failure;
use crate::header_name;
use crate::secrets::Labelled;
use crate::wire::{WireRequest, end_to_end};
use crate::{input, message, terminal};

/// The largest file that is read: it is held in memory.
const MOST: u64 = 2 << 30;

pub(super) struct Delivery {
    headers: Headers,
    body: Vec<u8>,
    /// The id of the message.
    pub(super) id: Option<String>,
    /// The name of the event, if the body is one.
    pub(super) event: Option<String>,
}

impl Delivery {
    /// Reads all deliveries of a file.
    pub(super) fn read(file: &Path) -> Result<Vec<Self>, Failure> {
        let at_file = |error: String| Failure::not_tried_at(input::name(file), error);
        let bytes = input::read_up_to(file, "captured deliveries", MOST)?;
        let (captures, torn) = captured::read_all(&bytes).map_err(at_file)?;
        for line in torn {
            let name = terminal::printable(&input::name(file));
            terminal::warn(&format!("{name}: line {line} is torn, and left out"));
        }
        captures.into_iter().map(Self::of).collect::<Result<_, _>>().map_err(at_file)
    }

    fn of(capture: Capture) -> Result<Self, String> {
        let Capture { headers, body, .. } = capture;
        let id = headers.message_id();
        let of = || id.as_deref().map(|id| format!(" of {id}")).unwrap_or_default();
        let body = body.and_then(|body| body.ok_or("the body was not captured".to_owned()));
        let body = body.map_err(|error| format!("the delivery{}: {error}", of()))?;
        let event = message::event_name(&body);
        Ok(Self { headers, body, id, event })
    }

    /// Signs it for a time, under the family of headers that it has. Lines of the other one would no
    /// longer verify.
    pub(super) fn sign(&mut self, timestamp: u64, secrets: &[Labelled]) -> Result<(), Failure> {
        let Some(id) = &self.id else {
            return Err(Failure::not_tried("--re-sign: a delivery has no message id to sign"));
        };
        let signatures = message::signatures(secrets, id, timestamp, &self.body)?;
        let family = self.headers.family().unwrap_or(HeaderFamily::Webhook);
        for (part, value) in [
            (HeaderPart::Id, id.clone()),
            (HeaderPart::Timestamp, timestamp.to_string()),
            (HeaderPart::Signature, signatures),
        ] {
            self.headers.set(family.header_name(part), value.as_bytes());
        }
        self.headers
            .retain(|name| !header_name::is_ours(name) || header_name::in_family(name, family));
        Ok(())
    }

    /// The request as it was, but for what was of its connection.
    pub(super) fn request(&self) -> WireRequest {
        WireRequest::post(end_to_end(self.headers.lines()), self.body.clone())
    }
}
