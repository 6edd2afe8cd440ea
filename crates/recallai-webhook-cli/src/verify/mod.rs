//! `verify`: whether a captured delivery verifies, and if not, what is wrong and what to do.

mod delivery;
mod judgement;
mod mistake;
mod other_header;
mod report;
mod spelling;
mod token;

use std::path::PathBuf;

use clap::Args;

use crate::arguments::{Format, Secrets};
use crate::captured::FORMS;
use crate::exit::{Code, Failure};
use crate::{input, secrets, time};
use delivery::Delivery;
use judgement::Judgement;

const EXAMPLES: &str = "\
Examples:
  recallai-webhook verify request.txt                 # a raw HTTP request
  recallai-webhook verify curl.log --body body.json   # `curl -v … 2> curl.log`
  recallai-webhook verify session.har                 # of a browser or proxy
  recallai-webhook verify --body body.json \\
    -H 'webhook-id: msg_…' -H 'webhook-timestamp: 1614265330' \\
    -H 'webhook-signature: v1,…'

An old capture is out of time by now: --at judges it as of another time, --ignore-timestamp not at \
all. The body has to be what came over the wire, byte for byte, not what a framework made of it.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verify {
    #[arg(
        value_name = "CAPTURE",
        help = format!("The captured delivery; `-` is standard input. It may be {FORMS}")
    )]
    capture: Option<PathBuf>,

    /// The body, instead of the one in the capture; `-` is standard input, which is also read where
    /// nothing else gives a body
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,

    /// A header, instead of those of the same name in the capture. Can be given several times
    #[arg(short = 'H', long, value_name = "NAME: VALUE")]
    header: Vec<String>,

    /// Which request of a HAR file, counted from 1
    #[arg(long, value_name = "NUMBER")]
    entry: Option<usize>,

    /// The time to judge as of, in seconds since 1970 or as in `2021-02-25T15:02:10Z`; now if left out
    #[arg(long, value_name = "TIME", value_parser = time::parse, conflicts_with = "ignore_timestamp")]
    at: Option<u64>,

    /// How many seconds the timestamp may lie in the past or future
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    tolerance: u64,

    /// Judge the signature alone. A receiver that does this accepts a recorded delivery for ever
    #[arg(long, conflicts_with = "tolerance")]
    ignore_timestamp: bool,

    #[command(flatten)]
    secrets: Secrets,
}

pub(crate) fn run(arguments: &Verify, format: Format) -> Result<Code, Failure> {
    let Verify { capture, body, secrets, .. } = arguments;
    input::read_by_one(secrets.secret_file.iter().chain(capture).chain(body))?;
    let secrets = secrets::load(secrets)?;
    let delivery = Delivery::gather(arguments)?;
    let judgement = Judgement::of(&delivery, &secrets, &arguments.clock())?;
    match format {
        Format::Human => report::human(&delivery, &judgement)?,
        Format::Json => report::json(&delivery, &judgement)?,
    }
    Ok(if judgement.is_verified { Code::Worked } else { Code::NotVerified })
}

/// How the time of a delivery is judged.
#[derive(Debug, Clone, Copy)]
struct Clock {
    now: u64,
    /// In seconds, both ways; `None` leaves time out.
    tolerance: Option<u64>,
}

impl Verify {
    fn clock(&self) -> Clock {
        Clock {
            now: self.at.unwrap_or_else(time::now),
            tolerance: (!self.ignore_timestamp).then_some(self.tolerance),
        }
    }
}
