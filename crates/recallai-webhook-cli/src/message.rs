//! A message as the sender makes it: an id, a time, a body, and the headers that vouch for them.

use clap::ValueEnum;
use recallai_webhook_dispatch::signature::{HeaderFamily, HeaderPart};

use crate::exit::Failure;
use crate::secrets::Labelled;

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

/// One attempt at a message.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    /// Seconds since the Unix epoch.
    pub(crate) timestamp: u64,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// The three headers. As in a rotation, there is one signature for each secret.
    pub(crate) fn headers(
        &self,
        family: Family,
        secrets: &[Labelled],
    ) -> Result<[(&'static str, String); 3], Failure> {
        let sign = |labelled: &Labelled| labelled.secret.sign(&self.id, self.timestamp, &self.body);
        let signatures = secrets.iter().map(sign).collect::<Result<Vec<_>, _>>();
        let signatures = signatures.map_err(Failure::usage)?;
        Ok([
            (family.header_name(HeaderPart::Id), self.id.clone()),
            (family.header_name(HeaderPart::Timestamp), self.timestamp.to_string()),
            (family.header_name(HeaderPart::Signature), signatures.join(" ")),
        ])
    }
}

/// A new id in the shape of the sender's: `msg_` and 27 letters and digits.
pub(crate) fn new_id() -> Result<String, Failure> {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut random = [0; 27];
    getrandom::fill(&mut random).map_err(Failure::failed)?;
    let digits = random.iter().map(|byte| char::from(DIGITS[usize::from(*byte) % DIGITS.len()]));
    Ok("msg_".chars().chain(digits).collect())
}
