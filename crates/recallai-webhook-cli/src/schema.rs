//! `schema export`: the JSON Schema of all events, or of one.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use recallai_webhook_event::{Entry, schema};

use crate::events;
use crate::exit::Failure;
use crate::terminal;

#[derive(Debug, Subcommand)]
pub(crate) enum Schema {
    /// Write a JSON Schema (draft 2020-12)
    Export(Export),
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// One event, such as `recording.done`; all of them if left out
    #[arg(value_name = "EVENT", value_parser = events::Name, hide_possible_values = true)]
    event: Option<&'static Entry>,

    /// The file to write; standard output if left out
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The same in every format: a schema is JSON, indented for those who keep it in a file.
pub(crate) fn run(Schema::Export(Export { event, output }): &Schema) -> Result<(), Failure> {
    let schema = match event {
        None => schema::document(),
        Some(entry) => schema::event(entry.name).unwrap_or_default(),
    };
    let text = terminal::json_pretty(&schema);
    match output {
        None => terminal::print_raw(text.as_bytes()),
        Some(file) => {
            std::fs::write(file, text).map_err(|error| Failure::failed_at(file.display(), error))
        }
    }
}
