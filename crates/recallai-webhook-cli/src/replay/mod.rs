//! `replay`: send captured deliveries once more, as they were or signed anew.

mod delivery;

use std::path::PathBuf;

use clap::Args;
use http::StatusCode;
use serde_json::json;
use tokio::runtime::Builder;

use crate::arguments::{Format, Secrets};
use crate::captured::FORMS;
use crate::exit::Failure;
use crate::listening::DEFAULT_URL;
use crate::message::NO_EVENT;
use crate::secrets::{self, Labelled};
use crate::send::REFUSALS;
use crate::terminal::{self, BAD, GOOD, printable};
use crate::wire::{Client, PATIENCE, Target, WireError, WireReply};
use crate::{input, time};
use delivery::Delivery;

const EXAMPLES: &str = "\
Examples:
  recallai-webhook replay captured.ndjson             # as they came
  recallai-webhook replay captured.ndjson --re-sign   # signed for now
  recallai-webhook replay request.txt --to http://127.0.0.1:3000/hooks

Deliveries are sent one after the other, the same headers and the same bytes. A receiver has to refuse \
what is older than five minutes: --re-sign gives the time of now and signatures with the secrets that are \
configured, one for each. The ids of messages stay what they are, so that a receiver knows what it has \
had.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Replay {
    #[arg(
        value_name = "FILE",
        help = format!(
            "The captured deliveries, a line of JSON each; or one delivery, as {FORMS}. `-` is standard input"
        )
    )]
    file: PathBuf,

    /// Where to send them
    #[arg(long, value_name = "URL", default_value = DEFAULT_URL)]
    to: String,

    /// Sign them for now, with the secrets that are configured
    #[arg(long)]
    re_sign: bool,

    /// Only the message with this id. Can be given several times, or a list with commas
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    id: Vec<String>,

    /// Send to an address that is not of this machine
    #[arg(long)]
    allow_remote: bool,

    #[command(flatten)]
    secrets: Secrets,
}

pub(crate) fn run(arguments: &Replay, format: Format) -> Result<(), Failure> {
    let target = Target::parse(&arguments.to, arguments.allow_remote)?;
    let secrets = arguments.signers()?;
    let mut deliveries = arguments.deliveries()?;
    let sign = |delivery: &mut Delivery| match &secrets {
        Some(secrets) => delivery.sign(time::now(), secrets),
        None => Ok(()),
    };
    // Nothing is sent if there is one that cannot be signed.
    deliveries.iter_mut().try_for_each(sign)?;
    let runtime = Builder::new_current_thread().enable_all().build().map_err(Failure::failed)?;
    let client = Client::new();
    let mut tally = Tally::default();
    for delivery in &mut deliveries {
        // Those before it may have taken a while.
        sign(delivery)?;
        let request = delivery.request();
        let sent = runtime.block_on(client.send(&target, &request, PATIENCE));
        tally.count(&sent);
        terminal::print(&match format {
            Format::Human => human(delivery, &sent),
            Format::Json => json(delivery, &target, &sent),
        })?;
    }
    tally.print(format)?;
    if tally.refused > 0 && secrets.is_none() {
        terminal::warn(
            "what is older than five minutes has to be refused, and these are as they were sent; --re-sign \
             signs them for now",
        );
    }
    match tally.not_accepted() {
        0 => Ok(()),
        number => Err(Failure::failed(format!("{number} of {} not accepted", deliveries.len()))),
    }
}

impl Replay {
    fn signers(&self) -> Result<Option<Vec<Labelled>>, Failure> {
        if !self.re_sign {
            return Ok(None);
        }
        input::read_by_one(self.secrets.secret_file.iter().chain([&self.file]))?;
        secrets::load(&self.secrets).map(Some)
    }

    /// What is to be sent, in the order of the file.
    fn deliveries(&self) -> Result<Vec<Delivery>, Failure> {
        let mut deliveries = Delivery::read(&self.file)?;
        for id in &self.id {
            if !deliveries.iter().any(|delivery| delivery.id.as_ref() == Some(id)) {
                let place = input::name(&self.file);
                return Err(Failure::not_tried_at(place, format!("no message {id}")));
            }
        }
        if !self.id.is_empty() {
            let wanted =
                |delivery: &Delivery| delivery.id.as_ref().is_some_and(|id| self.id.contains(id));
            deliveries.retain(wanted);
        }
        Ok(deliveries)
    }
}

type Sent = Result<WireReply, WireError>;

/// `recording.done msg_… -> 204 No Content`.
fn human(delivery: &Delivery, sent: &Sent) -> String {
    let (style, result) = match sent {
        Ok(reply) => {
            let style = if is_accepted(reply) { GOOD } else { BAD };
            let status = StatusCode::from_u16(reply.status).map(|status| status.to_string());
            (style, status.unwrap_or_else(|_| reply.status.to_string()))
        }
        Err(error) => (BAD, error.to_string()),
    };
    let id = delivery.id.as_deref().unwrap_or("without an id");
    let event = delivery.event.as_deref().unwrap_or(NO_EVENT);
    let (event, id, result) = (printable(event), printable(id), printable(&result));
    format!("{event} {id} -> {style}{result}{style:#}\n")
}

fn json(delivery: &Delivery, target: &Target, sent: &Sent) -> String {
    let reply = sent.as_ref().ok();
    terminal::json_line(&json!({
        "type": "delivery",
        "event": delivery.event,
        "message_id": delivery.id,
        "url": target.shown(),
        "status": reply.map(|reply| reply.status),
        "took_ms": reply.map(WireReply::took_ms),
        "error": sent.as_ref().err().map(ToString::to_string),
    }))
}

fn is_accepted(reply: &WireReply) -> bool {
    (200..300).contains(&reply.status)
}

/// How it went, in numbers.
#[derive(Debug, Default)]
struct Tally {
    accepted: u64,
    /// Answered as what does not verify.
    refused: u64,
    /// Answered in any other way.
    failed: u64,
    unanswered: u64,
}

impl Tally {
    fn count(&mut self, sent: &Sent) {
        let figure = match sent {
            Ok(reply) if is_accepted(reply) => &mut self.accepted,
            Ok(reply) if REFUSALS.contains(&reply.status) => &mut self.refused,
            Ok(_) => &mut self.failed,
            Err(_) => &mut self.unanswered,
        };
        *figure += 1;
    }

    fn not_accepted(&self) -> u64 {
        self.refused + self.failed + self.unanswered
    }

    fn print(&self, format: Format) -> Result<(), Failure> {
        let Self { accepted, refused, failed, unanswered } = self;
        let sent = accepted + self.not_accepted();
        match format {
            Format::Human => terminal::print(&format!(
                "{sent} sent: {accepted} accepted, {refused} refused, {failed} failed, \
                 {unanswered} unanswered\n"
            )),
            Format::Json => terminal::print_json(&json!({
                "type": "summary", "sent": sent, "accepted": accepted, "refused": refused, "failed": failed,
                "unanswered": unanswered,
            })),
        }
    }
}
