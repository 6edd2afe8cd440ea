//! `inbox backup`: a copy in one file.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::arguments::Format;
use crate::exit::Failure;
use crate::progress::Progress;
use crate::store::{Database, failure_at};
use crate::terminal::{self, printable};

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to write, which must not exist
    #[arg(value_name = "FILE")]
    to: PathBuf,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(backup: &Backup, format: Format) -> Result<(), Failure> {
    let to = backup.to.as_path();
    backup.database.with(async |inbox| {
        let progress = Progress::new(format);
        let shown = |done, total| progress.show(&format!("{done} of {total} pages copied"));
        inbox.backup(to, shown).map_err(|error| failure_at(to, &error))
    })?;
    let size =
        std::fs::metadata(to).map_err(|error| Failure::failed_at(to.display(), error))?.len();
    let file = to.display().to_string();
    match format {
        Format::Json => terminal::print_json(&json!({ "file": file, "size": size })),
        Format::Human => terminal::print(&format!("{} written, {size} bytes\n", printable(&file))),
    }
}
