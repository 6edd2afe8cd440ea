//! `emulate`: play the sender of whole meetings, with what goes wrong on the way.

mod attempts;
mod check;
mod deliver;
mod meetings;
mod summary;
mod targets;

use std::time::Duration;

use clap::Args;
use recallai_webhook_emulator::{
    Emulation, Fault, Faults, Judgement, Seed, Sender, SenderOptions, Sending,
};

use crate::arguments::{Format, Secrets};
use crate::exit::Failure;
use crate::message::Family;
use crate::wire::Client;
use crate::{signals, time};
use check::Checking;
use deliver::Answer;
use meetings::Meetings;
use summary::Summary;
use targets::Targets;

pub(crate) use deliver::{Deliveries, Speed};
pub(crate) use meetings::chance;
pub(crate) use targets::add_endpoint;

const NOTES: &str = "\
Messages come as the sender sends them: signed, and tried again on its schedule until they are accepted. \
Its time goes --speed times as fast as usual, but each attempt is signed for the time of this machine. An \
endpoint that only fails for five days of that time is disabled, unless --speed is `max`. With \
--faults, attempts are doubled, delayed, forged and spoiled; in `FAULT:0.2` the number is how likely that is \
for an attempt.

Exit code 1 if a message never was accepted, or something was that has to be refused; with --check, if a \
case failed.

Examples:
  recallai-webhook emulate
  recallai-webhook emulate --scenario stop-and-start --faults all --attempts
  recallai-webhook emulate --scenario all --recordings 1000 --speed max \\
    --faults all:0.02
  recallai-webhook emulate --target http://127.0.0.1:3000/hooks#recording.done
  recallai-webhook emulate --check http://127.0.0.1:3000/hooks --junit check.xml";

#[derive(Debug, Args)]
#[command(after_help = notes())]
pub(crate) struct Emulate {
    #[command(flatten)]
    meetings: Meetings,

    /// What goes wrong, and how often: `all`, `none`, or a list such as `duplicate,reorder:0.2`
    #[arg(long, value_name = "LIST", default_value = "none")]
    faults: Faults,

    #[command(flatten)]
    targets: Targets,

    /// How much faster than usual meetings and retries go: 1 is as in the real world, 60 makes a minute of
    /// an hour, `max` waits for nothing but the receiver
    #[arg(long, value_name = "FACTOR", default_value = "60")]
    speed: Speed,

    /// How many requests are under way at once, at most
    #[arg(long, value_name = "N", default_value_t = 64,
        value_parser = clap::value_parser!(u32).range(1..=10_000))]
    connections: u32,

    /// The names of the signature headers
    #[arg(long, value_enum, default_value_t = Family::Webhook)]
    family: Family,

    /// Print a line for each attempt and its answer
    #[arg(long)]
    attempts: bool,

    #[command(flatten)]
    checking: Checking,

    #[command(flatten)]
    secrets: Secrets,
}

/// With all faults, in lines for a terminal of 80 columns.
fn notes() -> String {
    let mut lines = vec![String::from(" ")];
    for (index, fault) in Fault::ALL.iter().enumerate() {
        let comma = if index + 1 < Fault::ALL.len() { "," } else { "" };
        let word = format!(" {fault}{comma}");
        match lines.last_mut().filter(|line| line.len() + word.len() < 80) {
            Some(line) => line.push_str(&word),
            None => lines.push(format!(" {word}")),
        }
    }
    format!("{NOTES}\n\nFaults:\n{}", lines.join("\n"))
}

pub(crate) fn run(emulate: &Emulate, format: Format) -> Result<(), Failure> {
    if let Some(url) = &emulate.checking.url {
        return check(emulate, url, format);
    }
    let targets = emulate.targets.resolve()?;
    let secrets = targets::signing_secrets(&emulate.secrets)?;
    let seed = emulate.meetings.seed()?;
    let (trace, recordings) = emulate.meetings.trace(seed)?;

    let sender = Sender::new(options(seed, emulate.speed));
    let mut emulation = Emulation::new(sender, emulate.faults.clone().seeded(seed));
    let targets = targets.add_endpoints(emulation.sender_mut(), &secrets, emulate.family)?;
    let last = trace.messages.last().map_or(Duration::ZERO, |message| message.at);
    for message in trace.messages {
        emulation.publish(message);
    }

    if emulation.figures().messages == 0 {
        return Err(Failure::not_tried("nothing to send: no endpoint subscribes to what happens"));
    }
    let deliveries = Deliveries {
        emulation,
        targets,
        speed: emulate.speed,
        connections: emulate.connections as usize,
        on_answer: attempts::printer(emulate.attempts, format),
    };
    let summary = Summary::new(seed, recordings, format);
    summary.announce(&deliveries.emulation, emulate.speed.real(last));
    let (deliveries, is_whole) = deliver_all(deliveries, &summary)?;
    summary.report(&deliveries.emulation, deliveries.disabled(), is_whole, format)
}

/// Signs with the first of the secrets: the receiver is to know one.
fn check(emulate: &Emulate, url: &str, format: Format) -> Result<(), Failure> {
    let target = emulate.targets.parse(url)?;
    let secrets = targets::signing_secrets(&emulate.secrets)?;
    let secret = secrets.into_iter().next().ok_or_else(|| Failure::not_tried("no secret"))?;
    check::run(&emulate.checking, &target, secret, emulate.meetings.seed()?, format)
}

/// Runs to the end, or until somebody stops it; says which of both it was.
fn deliver_all<A>(
    mut deliveries: Deliveries<A>,
    summary: &Summary,
) -> Result<(Deliveries<A>, bool), Failure>
where
    A: FnMut(&Sending, &Answer, &Judgement) -> Result<(), Failure>,
{
    // The other processors are for the receiver.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let is_whole = runtime.map_err(Failure::failed)?.block_on(async {
        let client = Client::new();
        let stop = signals::stop()?;
        tokio::select! {
            ran = deliveries.run(&client, |emulation| summary.show(emulation)) => ran.map(|()| true),
            () = stop => Ok(false),
        }
    })?;
    Ok((deliveries, is_whole))
}

/// The sender as it is in the real world, beginning now.
pub(crate) fn options(seed: Seed, speed: Speed) -> SenderOptions {
    let mut options = SenderOptions::default();
    options.seed = seed;
    options.start = time::clock();
    options.speed = speed.factor();
    if speed == Speed::MAX {
        // Where days go by between two answers, they say nothing about the receiver.
        options.disable_after = Duration::MAX;
    }
    options
}
