//! The output to a file: what is confirmed stands there once it is read back, whatever happens in between.

#![allow(clippy::disallowed_methods, reason = "it starts itself, and measures")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a child says what was confirmed, and tests print figures")]

#[cfg(unix)]
mod child;
mod ending;
mod files;
mod many;
mod options;

use std::fs;
use std::path::{Path, PathBuf};

use recallai_webhook_outputs::{Attribute, File, FileOptions, Outgoing};
use serde_json::Value;

/// A folder that goes with the test, and a file in it that is not there yet.
fn fresh() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.ndjson");
    (folder, path)
}

fn file(path: &Path) -> File {
    File::new(FileOptions::new(path)).unwrap()
}

fn outgoing(key: &str) -> Outgoing {
    Outgoing::json(key, r#"{"event":"transcript.done"}"#)
        .with_attribute(Attribute::Event, "transcript.done")
}

/// The file and those that were put aside, the oldest first.
fn all(path: &Path) -> Vec<PathBuf> {
    let is_one = |found: &PathBuf| {
        let name = found.to_str().unwrap();
        name.starts_with(path.to_str().unwrap()) && !name.ends_with(".lock")
    };
    let entries = fs::read_dir(path.parent().unwrap()).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(is_one).collect();
    let number = |file: &PathBuf| {
        let stamp = file.to_str().unwrap().strip_prefix(path.to_str().unwrap()).unwrap().to_owned();
        match stamp.split_once('-') {
            Some((second, number)) => (second.to_owned(), number.parse().unwrap()),
            None => (String::from("~"), 0_u32),
        }
    };
    files.sort_by_key(number);
    files
}

/// The keys in a file, every line of which has to be whole.
fn keys(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "{} is torn", path.display());
    let key = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["idempotency_key"].as_str().unwrap().to_owned()
    };
    text.lines().map(key).collect()
}

fn all_keys(path: &Path) -> Vec<String> {
    all(path).iter().flat_map(|file| keys(file)).collect()
}
