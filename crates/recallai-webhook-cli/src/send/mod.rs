//! `send`: sign a body as Recall.ai does, and post it; or make a delivery that has to be refused.

mod body;
mod post;

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, TypedValueParser};
use recallai_webhook_event::{CATALOGUE, catalogue};
use serde_json::json;

use crate::arguments::{Format, Secrets};
use crate::events;
use crate::exit::Failure;
use crate::message::{self, Family, Message};
use crate::secrets::{self, Labelled};
use crate::terminal::{self, BAD, GOOD};
use crate::time;
use body::Assignment;
use post::Target;

const DEFAULT_URL: &str = "http://127.0.0.1:8080/webhooks/recall";

/// How old a stale delivery is: receivers accept five minutes.
const STALE: u64 = 3600;

const EXAMPLES: &str = "\
Examples:
  recallai-webhook send recording.done
  recallai-webhook send transcript.failed --set data.data.sub_code=zoom_captions_failure
  recallai-webhook send --file body.json http://127.0.0.1:3000/hooks
  recallai-webhook send recording.done --duplicate       # both have to be accepted
  recallai-webhook send recording.done --bad-signature   # it has to be refused";

/// Every secret that is configured makes a signature, the first one first, as in a rotation.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Send {
    /// The event whose example is sent, such as `recording.done`
    #[arg(value_name = "EVENT", value_parser = NameOrUrl, hide_possible_values = true,
        required_unless_present = "file")]
    event: Option<String>,

    /// Where to post it
    #[arg(value_name = "URL")]
    url: Option<String>,

    /// Send this body, byte for byte, instead of an example; `-` is standard input
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// Change a member of the body: `data.bot.metadata.user=42`. The value is JSON, or else text;
    /// `\.` is a dot in a name, a number the place in an array. Can be given several times
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<Assignment>,

    /// Open the body in $VISUAL or $EDITOR before it is signed
    #[arg(long)]
    edit: bool,

    /// Send the message twice, byte for byte the same; both have to be accepted
    #[arg(long, conflicts_with_all = ["bad_signature", "stale"])]
    duplicate: bool,

    /// Sign with another secret than the configured ones: the receiver has to refuse it
    #[arg(long)]
    bad_signature: bool,

    /// Sign with a time of an hour ago: the receiver has to refuse it
    #[arg(long)]
    stale: bool,

    /// The names of the signature headers
    #[arg(long, value_enum, default_value_t = Family::Webhook)]
    family: Family,

    /// The message id; a new one if left out
    #[arg(long)]
    id: Option<String>,

    #[command(flatten)]
    secrets: Secrets,

    /// Post to an address that is not of this machine
    #[arg(long)]
    allow_remote: bool,
}

pub(crate) fn run(arguments: &Send, format: Format) -> Result<(), Failure> {
    let (event, url) = arguments.subjects()?;
    let target = Target::new(url, arguments.allow_remote)?;
    let secrets = arguments.signers()?;
    let body = arguments.body(event)?;
    let name = event.map_or_else(|| body::name(&body), str::to_owned);
    let message = Message {
        id: arguments.id.clone().map_or_else(message::new_id, Ok)?,
        timestamp: time::now() - if arguments.stale { STALE } else { 0 },
        body,
    };
    let headers = message.headers(arguments.family, &secrets)?;
    let mut all_as_expected = true;
    for attempt in 1..=if arguments.duplicate { 2 } else { 1 } {
        let status = target.post(&headers, &message.body)?;
        let as_expected = match arguments.has_to_be_refused() {
            false => status.is_success(),
            true => status.is_client_error(),
        };
        all_as_expected &= as_expected;
        match format {
            Format::Json => terminal::print_json(&json!({
                "event": name, "message_id": message.id, "url": url, "attempt": attempt,
                "status": status.as_u16(), "as_expected": as_expected,
            }))?,
            Format::Human => {
                let style = if as_expected { GOOD } else { BAD };
                let (name, id) = (terminal::printable(&name), terminal::printable(&message.id));
                terminal::print(&format!("{name} {id} -> {style}{status}{style:#}\n"))?;
            }
        }
    }
    match (all_as_expected, arguments.has_to_be_refused()) {
        (true, _) => Ok(()),
        (false, false) => Err(Failure::failed("the delivery was not accepted")),
        (false, true) => Err(Failure::failed(
            "the delivery was not refused with a status of 400 to 499, as one that does not verify has to be",
        )),
    }
}

impl Send {
    fn has_to_be_refused(&self) -> bool {
        self.bad_signature || self.stale
    }

    /// The event and the URL: with a file the first argument is the URL.
    fn subjects(&self) -> Result<(Option<&str>, &str), Failure> {
        let (event, url) = (self.event.as_deref(), self.url.as_deref());
        match (event, url) {
            (Some(first), None) if is_url(first) && self.file.is_some() => Ok((None, first)),
            (Some(first), _) if is_url(first) => {
                Err(Failure::usage("an event stands before the URL, or --file gives a body"))
            }
            (Some(_), _) if self.file.is_some() => {
                Err(Failure::usage("either an event or --file, not both"))
            }
            (event, url) => Ok((event, url.unwrap_or(DEFAULT_URL))),
        }
    }

    /// The secrets to sign with; for a bad signature one that nobody has.
    fn signers(&self) -> Result<Vec<Labelled>, Failure> {
        match self.bad_signature {
            true => Ok(vec![secrets::make()?]),
            false => secrets::load(&self.secrets),
        }
    }

    fn body(&self, event: Option<&str>) -> Result<Vec<u8>, Failure> {
        let body = match (&self.file, event.and_then(catalogue::find)) {
            (Some(file), _) => crate::input::read(file, "the body")?,
            (None, Some(entry)) => entry.example().into_bytes(),
            (None, None) => return Err(Failure::usage("no event and no --file")),
        };
        let body = body::assign(body, &self.set)?;
        if self.edit { body::edit(&body) } else { Ok(body) }
    }
}

/// The name of an event, or a URL in its place.
#[derive(Debug, Clone, Copy)]
struct NameOrUrl;

impl TypedValueParser for NameOrUrl {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        match value.to_str().filter(|text| is_url(text)) {
            Some(url) => Ok(url.to_owned()),
            None => events::Name.parse_ref(command, argument, value),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(CATALOGUE.iter().map(|entry| PossibleValue::new(entry.name))))
    }
}

fn is_url(text: &str) -> bool {
    text.contains("://")
}
