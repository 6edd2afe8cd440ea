//! `cargo xtask codegen`: documents that repeat code are written from it.
//!
//! It writes when asked to and only compares in CI, so what is committed is what readers get.

mod events;
mod markdown;
mod markers;
mod readme;
mod receivers;
mod top;

use crate::say::say;
use crate::workspace::Workspace;
use crate::{Arguments, Result};

pub(crate) const HELP: &str = "\
Writes the documents that repeat code:

  docs/events.md                   every event and sub code, from the catalogue
  docs/testing-your-receiver.md    the examples, between their markers
  README.md                        the table of crates and the example, between their markers
  crates/*/README.md               from the documentation of each crate

Usage: cargo xtask codegen [--check]

  --check   write nothing; fail and name the files that are stale";

const README: &str = "README.md";

pub(crate) fn run(mut arguments: Arguments) -> Result {
    let check = arguments.flag("--check");
    arguments.finish()?;
    let workspace = Workspace::load()?;
    let mut stale = Vec::new();
    for Document { path, text } in documents(&workspace)? {
        let file = workspace.root.join(&path);
        let Some(text) = text else {
            say(&format!("skipped {path}: {}", markers::MISSING))?;
            stale.push(path);
            continue;
        };
        // A missing file is a stale one.
        if std::fs::read_to_string(&file).is_ok_and(|current| current == text) {
            continue;
        }
        if !check {
            std::fs::write(&file, text).map_err(|error| format!("{path}: {error}"))?;
            say(&format!("wrote {path}"))?;
        }
        stale.push(path);
    }
    if stale.is_empty() {
        say("codegen: all documents are fresh")?;
    } else if check {
        let stale = stale.join("\n  ");
        return Err(format!("stale, `cargo xtask codegen` writes them:\n  {stale}").into());
    }
    Ok(())
}

/// A file as it should be.
struct Document {
    path: String,
    /// `None` if there is no place for it.
    text: Option<String>,
}

fn documents(workspace: &Workspace) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    let mut add = |path: &str, text| documents.push(Document { path: path.to_owned(), text });

    add("docs/events.md", Some(events::text()));
    add(receivers::PAGE, receivers::text(&workspace.root)?);
    let readme = std::fs::read_to_string(workspace.root.join(README)).unwrap_or_default();
    add(README, top::text(&readme, workspace)?);
    for package in workspace.published() {
        let path = format!("{}/README.md", package.directory);
        let source = readme::source(workspace, package)?;
        add(&path, Some(readme::text(package, &source)));
    }
    Ok(documents)
}
