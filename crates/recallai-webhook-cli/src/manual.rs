//! `man`: the manual, made from the same definition as `--help`.

use std::io;
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
    let mut command = arguments::command();
    command.build();
    if let Some(directory) = output {
        return std::fs::create_dir_all(directory)
            .and_then(|()| {
                all(&command).into_iter().try_for_each(|command| {
                    let file = Page::new(command.clone()).get_filename();
                    std::fs::write(directory.join(file), page(command)?)
                })
            })
            .map_err(|error| Failure::failed_at(directory.display(), error));
    }
    let page = page(&command).map_err(Failure::failed)?;
    match format {
        Format::Human => terminal::print_raw(&page),
        Format::Json => terminal::print_json(&json!({
            "page": "recallai-webhook.1", "roff": String::from_utf8_lossy(&page),
        })),
    }
}

/// The command and all below it.
fn all(command: &clap::Command) -> Vec<&clap::Command> {
    let below = command.get_subcommands().filter(|command| command.get_name() != "help");
    std::iter::once(command).chain(below.flat_map(all)).collect()
}

fn page(command: &clap::Command) -> io::Result<Vec<u8>> {
    let page = Page::new(command.clone());
    let mut roff = Vec::new();
    page.render_title(&mut roff)?;
    page.render_name_section(&mut roff)?;
    page.render_synopsis_section(&mut roff)?;
    page.render_description_section(&mut roff)?;
    page.render_options_section(&mut roff)?;
    if command.has_subcommands() {
        page.render_subcommands_section(&mut roff)?;
    }
    if let Some(text) = command.get_after_help() {
        let title = if command.get_name() == "recallai-webhook" { "EXIT STATUS" } else { "NOTES" };
        roff.extend(format!(".SH {title}\n{}", notes(&text.to_string())).into_bytes());
    }
    Ok(roff)
}

/// Paragraphs, which roff breaks into lines, with commands and tables in between, which are indented and
/// whose lines are to stay as they are.
fn notes(text: &str) -> String {
    let mut roff = String::new();
    let mut is_kept = false;
    for line in text.lines() {
        if line.starts_with(' ') != is_kept {
            is_kept = !is_kept;
            roff.push_str(if is_kept { ".nf\n" } else { ".fi\n" });
        }
        roff.push_str(&literal(line));
    }
    roff.push_str(if is_kept { ".fi\n" } else { "" });
    roff
}

/// A line with nothing in it that acts on roff.
fn literal(line: &str) -> String {
    let line = line.replace('\\', "\\e").replace('-', "\\-");
    // Where a request would stand.
    let guard = if line.starts_with(['.', '\'']) { "\\&" } else { "" };
    format!("{guard}{line}\n")
}
