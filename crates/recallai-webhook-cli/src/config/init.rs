//! `config init`: an example to begin with.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;

use clap::Args;
use recallai_webhook_server::config::{DEFAULT_FILE, example};
use serde_json::json;

use crate::arguments::Format;
use crate::exit::Failure;
use crate::terminal;

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The file to write, which must not be there yet; `-` is standard output
    #[arg(value_name = "FILE", default_value = DEFAULT_FILE)]
    file: PathBuf,
}

pub(super) fn run(Init { file }: &Init, format: Format) -> Result<(), Failure> {
    if file.as_os_str() == "-" {
        return terminal::print_raw(example().as_bytes());
    }
    let name = file.display();
    let opened = OpenOptions::new().write(true).create_new(true).open(file);
    let mut opened = opened.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::not_tried(format!("{name} is there already, and is not overwritten"))
        }
        _ => Failure::failed_at(name.to_string(), error),
    })?;
    let written = opened.write_all(example().as_bytes()).and_then(|()| opened.sync_all());
    written.map_err(|error| Failure::failed_at(name.to_string(), error))?;
    match format {
        Format::Human => {
            terminal::print(&format!("wrote {}\n", terminal::printable(&name.to_string())))
        }
        Format::Json => terminal::print_json(&json!({ "file": name.to_string() })),
    }
}
