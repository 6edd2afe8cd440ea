//! `sign`: the headers that the sender would put on a body.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value, json};

use crate::arguments::{Format, Secrets};
use crate::exit::Failure;
use crate::message::{self, Family, Message};
use crate::{input, secrets, terminal, time};

const EXAMPLE: &str = "\
To post a body with curl:
  recallai-webhook sign --body event.json > headers.txt
  curl -H @headers.txt -H 'content-type: application/json' --data-binary @event.json URL";

/// Each secret that is configured makes a signature, the first one first, as in a rotation.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Sign {
    /// The body, byte for byte as it will be posted; `-` is standard input
    #[arg(long, default_value = "-", value_name = "FILE")]
    body: PathBuf,

    /// The message id; a new one if left out
    #[arg(long)]
    id: Option<String>,

    /// The time of the attempt, in seconds since 1970 or as in `2021-02-25T15:02:10Z`; now if left out
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    timestamp: Option<u64>,

    /// The names of the headers
    #[arg(long, value_enum, default_value_t = Family::Webhook)]
    family: Family,

    #[command(flatten)]
    secrets: Secrets,
}

pub(crate) fn run(arguments: &Sign, format: Format) -> Result<(), Failure> {
    let secrets = secrets::load(&arguments.secrets)?;
    let message = Message {
        id: arguments.id.clone().map_or_else(message::new_id, Ok)?,
        timestamp: arguments.timestamp.unwrap_or_else(time::now),
        body: input::read(&arguments.body, "the body")?,
    };
    let headers = message.headers(arguments.family, &secrets)?;
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
