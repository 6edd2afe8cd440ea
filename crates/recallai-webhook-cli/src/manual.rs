//! `man`: the manual, made from the same definition as `--help`.

use std::path::PathBuf;

use clap::Args;
use clap_mangen::Man as Page;
use serde_json::json;

use crate::arguments::{self, Format};
use crate::exit::Failure;
use crate::terminal;

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Write a page for the program and one for each of its commands into this directory
    #[arg(long, value_name = "DIRECTORY")]
    output: Option<PathBuf>,
}

pub(crate) fn run(Man { output }: &Man, format: Format) -> Result<(), Failure> {
    if let Some(directory) = output {
        return std::fs::create_dir_all(directory)
            .and_then(|()| clap_mangen::generate_to(arguments::command(), directory))
            .map_err(|error| Failure::failed_at(directory.display(), error));
    }
    let mut page = Vec::new();
    Page::new(arguments::command()).render(&mut page).map_err(Failure::failed)?;
    match format {
        Format::Human => terminal::print_raw(&page),
        Format::Json => terminal::print_json(&json!({
            "page": "recallai-webhook.1", "roff": String::from_utf8_lossy(&page),
        })),
    }
}
