//! `send`: sign a body as Recall.ai does, and post it; or make a delivery that has to be refused.

mod body;
mod post;

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, TypedValueParser};
use recallai_webhook_event::Entry;
use serde_json::json;

use crate::arguments::Format;
use crate::events;
use crate::exit::Failure;
use crate::message::{NO_EVENT, ROTATION, Signing, event_name};
use crate::secrets::{self, Labelled};
use crate::terminal::{self, BAD, GOOD};
use crate::wire::Target;
use crate::{input, time};
use body::Assignment;
use post::Post;

pub(crate) use crate::listening::DEFAULT_URL;

/// How old a stale delivery is: receivers accept five minutes.
const STALE: u64 = 3600;

/// How a receiver says that a delivery does not verify. 404 or 405, say, tells of a wrong path.
pub(crate) const REFUSALS: [u16; 3] = [400, 401, 403];

const EXAMPLES: &str = "\
Examples:
  recallai-webhook send recording.done
  recallai-webhook send transcript.failed \\
    --set data.data.sub_code=zoom_captions_failure
  recallai-webhook send --file body.json http://127.0.0.1:3000/hooks
  recallai-webhook send recording.done --instant-resend  # both must be accepted
  recallai-webhook send recording.done --wrong-secret    # it must be refused";

#[derive(Debug, Args)]
#[command(after_help = format!("{ROTATION}\n\n{EXAMPLES}"))]
pub(crate) struct Send {
    /// The event whose example is sent, such as `recording.done`
    #[arg(value_name = "EVENT", value_parser = SubjectParser, hide_possible_values = true,
        required_unless_present = "file")]
    subject: Option<Subject>,

    #[arg(value_name = "URL", help = format!("Where to post it; {DEFAULT_URL} if left out"))]
    url: Option<String>,

    /// Send this body, byte for byte, instead of an example; `-` is standard input
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// Change a member of the body: `data.bot.metadata.user=42`. The value is JSON, or else text;
    /// `\.` is a dot in a name, a number the place in an array. The body is then written anew: compact,
    /// members sorted, numbers as 64-bit floats. Can be given several times
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<Assignment>,

    /// Open the body in $VISUAL or $EDITOR before it is signed
    #[arg(long)]
    edit: bool,

    /// Send the message twice, byte for byte the same; both have to be accepted
    #[arg(long, conflicts_with_all = ["wrong_secret", "stale_clock"])]
    instant_resend: bool,

    /// Sign with another secret than the configured ones: the receiver has to refuse it
    #[arg(long)]
    wrong_secret: bool,

    /// Sign with a time of an hour ago: the receiver has to refuse it
    #[arg(long)]
    stale_clock: bool,

    #[command(flatten)]
    signing: Signing,

    /// Post to an address that is not of this machine
    #[arg(long)]
    allow_remote: bool,
}

pub(crate) fn run(arguments: &Send, format: Format) -> Result<(), Failure> {
    let (entry, url) = arguments.event_and_url()?;
    let target = Target::parse(url, arguments.allow_remote)?;
    let secrets = arguments.signers()?;
    let body = arguments.body(entry)?;
    let event = entry.map(|entry| entry.name.to_owned()).or_else(|| event_name(&body));
    let age = if arguments.stale_clock { STALE } else { 0 };
    let message = arguments.signing.message(time::now() - age, body)?;
    let headers = arguments.signing.headers(&message, &secrets)?;
    let post = Post::new(&target, &headers, message.body)?;
    let mut all_as_expected = true;
    for attempt in 1..=if arguments.instant_resend { 2 } else { 1 } {
        let status = post.send()?;
        let as_expected = match arguments.has_to_be_refused() {
            false => status.is_success(),
            true => REFUSALS.contains(&status.as_u16()),
        };
        all_as_expected &= as_expected;
        match format {
            Format::Json => terminal::print_json(&json!({
                "type": "delivery", "event": event, "message_id": message.id, "url": target.shown(),
                "attempt": attempt, "status": status.as_u16(), "as_expected": as_expected,
            }))?,
            Format::Human => {
                let style = if as_expected { GOOD } else { BAD };
                let event = event.as_deref().unwrap_or(NO_EVENT);
                let (event, id) = (terminal::printable(event), terminal::printable(&message.id));
                terminal::print(&format!("{event} {id} -> {style}{status}{style:#}\n"))?;
            }
        }
    }
    match (all_as_expected, arguments.has_to_be_refused()) {
        (true, _) => Ok(()),
        (false, false) => Err(Failure::failed("the delivery was not accepted")),
        (false, true) => Err(Failure::failed(
            "the delivery was not refused with 400, 401 or 403, as one that does not verify has to be; any \
             other answer shows that it was accepted, or never got as far as its signature",
        )),
    }
}

impl Send {
    fn has_to_be_refused(&self) -> bool {
        self.wrong_secret || self.stale_clock
    }

    /// The row of the event, if one is named, and the URL: with a file the first argument is the URL.
    fn event_and_url(&self) -> Result<(Option<&'static Entry>, &str), Failure> {
        let url = self.url.as_deref();
        match (&self.subject, self.file.is_some()) {
            (Some(Subject::Event(_)), true) => {
                Err(Failure::not_tried("either an event or --file, not both"))
            }
            (Some(Subject::Url(first)), true) if url.is_none() => Ok((None, first)),
            (Some(Subject::Url(_)), _) => Err(Failure::not_tried(
                "one URL, and an event in front of it unless --file gives a body",
            )),
            (Some(Subject::Event(entry)), false) => Ok((Some(entry), url.unwrap_or(DEFAULT_URL))),
            (None, _) => Ok((None, DEFAULT_URL)),
        }
    }

    /// The secrets to sign with; for a bad signature one that nobody has.
    fn signers(&self) -> Result<Vec<Labelled>, Failure> {
        if self.wrong_secret {
            Ok(vec![secrets::make()?])
        } else {
            self.signing.secrets(self.file.as_ref())
        }
    }

    fn body(&self, entry: Option<&Entry>) -> Result<Vec<u8>, Failure> {
        let body = match (&self.file, entry) {
            (Some(file), _) => input::read(file, "the body")?,
            (None, Some(entry)) => entry.example().into_bytes(),
            (None, None) => return Err(Failure::not_tried("no event and no --file")),
        };
        let body = body::assign(body, &self.set)?;
        if self.edit { body::edit(&body) } else { Ok(body) }
    }
}

/// What the first argument is: with `--file` a URL may stand there.
#[derive(Debug, Clone)]
enum Subject {
    Event(&'static Entry),
    Url(String),
}

#[derive(Debug, Clone, Copy)]
struct SubjectParser;

impl TypedValueParser for SubjectParser {
    type Value = Subject;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Subject, clap::Error> {
        match value.to_str().filter(|text| text.contains("://")) {
            Some(url) => Ok(Subject::Url(url.to_owned())),
            None => events::Name.parse_ref(command, argument, value).map(Subject::Event),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(events::possible_values()))
    }
}
