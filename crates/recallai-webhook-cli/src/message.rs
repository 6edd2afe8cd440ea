//! A message as the sender makes it: an id, a time, a body, and the headers that vouch for them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use recallai_webhook_dispatch::signature::{HeaderFamily, HeaderPart};
use recallai_webhook_event::EventRef;

use crate::arguments::Secrets;
use crate::exit::Failure;
use crate::input;
use crate::secrets::{self, Labelled};

/// The names of the signature headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Family {
    /// `webhook-id`, `webhook-timestamp`, `webhook-signature`: newer workspaces
    Webhook,
    /// `svix-id`, `svix-timestamp`, `svix-signature`: older workspaces
    Svix,
}

impl Family {
    fn header_name(self, part: HeaderPart) -> &'static str {
        match self {
            Self::Webhook => HeaderFamily::Webhook.header_name(part),
            Self::Svix => HeaderFamily::Svix.header_name(part),
        }
    }
}

/// How a message is signed.
#[derive(Debug, Args)]
pub(crate) struct Signing {
    /// The names of the signature headers
    #[arg(long, value_enum, default_value_t = Family::Webhook)]
    family: Family,

    /// The message id; a new one if left out
    #[arg(long)]
    id: Option<String>,

    #[command(flatten)]
    secrets: Secrets,
}

/// What `--help` of the commands that sign adds.
pub(crate) const ROTATION: &str =
    "Each secret that is configured makes a signature, the first one first, as in a rotation.";

impl Signing {
    /// The secrets that are configured. The body must not want standard input if they come from there.
    pub(crate) fn secrets(&self, body: Option<&PathBuf>) -> Result<Vec<Labelled>, Failure> {
        input::read_by_one(self.secrets.secret_file.iter().chain(body))?;
        secrets::load(&self.secrets)
    }

    pub(crate) fn message(&self, timestamp: u64, body: Vec<u8>) -> Result<Message, Failure> {
        Ok(Message { id: self.id.clone().map_or_else(new_id, Ok)?, timestamp, body })
    }

    /// The three headers. There is one signature for each secret.
    pub(crate) fn headers(
        &self,
        message: &Message,
        secrets: &[Labelled],
    ) -> Result<[(&'static str, String); 3], Failure> {
        let Message { id, timestamp, body } = message;
        let signatures = signatures(secrets, id, *timestamp, body)?;
        let name = |part| self.family.header_name(part);
        Ok([
            (name(HeaderPart::Id), id.clone()),
            (name(HeaderPart::Timestamp), timestamp.to_string()),
            (name(HeaderPart::Signature), signatures),
        ])
    }
}

/// The value of the signature header: a signature for each secret.
pub(crate) fn signatures(
    secrets: &[Labelled],
    id: &str,
    timestamp: u64,
    body: &[u8],
) -> Result<String, Failure> {
    let sign = |labelled: &Labelled| labelled.secret.sign(id, timestamp, body);
    let signatures = secrets.iter().map(sign).collect::<Result<Vec<_>, _>>();
    Ok(signatures.map_err(Failure::not_tried)?.join(" "))
}

/// The event that a body tells of; `None` if it is no event.
pub(crate) fn event_name(body: &[u8]) -> Option<String> {
    EventRef::parse(body).ok().map(|event| event.name().to_owned())
}

/// How a line for people names what is no event.
pub(crate) const NO_EVENT: &str = "a body";

/// One attempt at a message.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    /// Seconds since the Unix epoch.
    pub(crate) timestamp: u64,
    pub(crate) body: Vec<u8>,
}

/// A new id in the shape of the sender's: `msg_` and 27 letters and digits.
fn new_id() -> Result<String, Failure> {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut random = [0; 27];
    getrandom::fill(&mut random).map_err(Failure::failed)?;
    let digits = random.iter().map(|byte| char::from(DIGITS[usize::from(*byte) % DIGITS.len()]));
    Ok("msg_".chars().chain(digits).collect())
}
