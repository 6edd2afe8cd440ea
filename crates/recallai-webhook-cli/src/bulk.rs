//! Commands that change many things at once: they can count first, and they ask.

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::Args;

use crate::exit::Failure;
use crate::terminal::{self, printable};

#[derive(Debug, Args)]
pub(crate) struct Bulk {
    /// Change nothing; say what would be changed
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Do not ask. Without a terminal to ask at, nothing is done unless this is given
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
}

impl Bulk {
    /// Goes on only if somebody agrees; `question` ends without a question mark.
    pub(crate) fn confirm(&self, question: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Err(Failure::not_tried(format!(
                "{question}? There is no terminal to ask at: add --yes, or --dry-run to only look; \
                 nothing was changed"
            )));
        }
        terminal::eprint(&format!("{}? [y/N] ", printable(question)));
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        read.map_err(|error| Failure::not_tried_at("standard input", error))?;
        match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Failure::not_tried("nothing was changed")),
        }
    }
}
