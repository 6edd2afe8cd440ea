//! `sign`: the headers that the sender would put on a body.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value, json};

use crate::arguments::Format;
use crate::exit::Failure;
use crate::message::{ROTATION, Signing};
use crate::{input, terminal, time};

const EXAMPLE: &str = "\
To post a body with curl:
  recallai-webhook sign --body event.json > headers.txt
  curl -H @headers.txt -H 'content-type: application/json' \\
    --data-binary @event.json URL";

#[derive(Debug, Args)]
#[command(after_help = format!("{ROTATION}\n\n{EXAMPLE}"))]
pub(crate) struct Sign {
    /// The body, byte for byte as it will be posted; `-` is standard input
    #[arg(long, default_value = "-", value_name = "FILE")]
    body: PathBuf,

    /// The time of the attempt, in seconds since 1970 or as in `2021-02-25T15:02:10Z`; now if left out
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    timestamp: Option<u64>,

    #[command(flatten)]
    signing: Signing,
}

pub(crate) fn run(arguments: &Sign, format: Format) -> Result<(), Failure> {
    let secrets = arguments.signing.secrets(Some(&arguments.body))?;
    let body = input::read(&arguments.body, "the body")?;
    let timestamp = arguments.timestamp.unwrap_or_else(time::now);
    let message = arguments.signing.message(timestamp, body)?;
    let headers = arguments.signing.headers(&message, &secrets)?;
    match format {
        Format::Human => {
            let lines = headers.map(|(name, value)| format!("{name}: {value}\n"));
            terminal::print(&lines.concat())
        }
        Format::Json => {
            let headers = headers.map(|(name, value)| (name.to_owned(), Value::from(value)));
            terminal::print_json(&json!({ "headers": Map::from_iter(headers) }))
        }
    }
}
