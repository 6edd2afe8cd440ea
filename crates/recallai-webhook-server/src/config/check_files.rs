//! Whether the files that are written are there to be written, each by one only.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use recallai_webhook_outputs::OutputOptions;

use super::check::Findings;
use crate::service::opening::folder;

const NO_FOLDER: &str = "its folder is not there: the file is made, and no folder";

pub(super) fn check(findings: &mut Findings<'_>) {
    let config = &findings.loaded.config;
    let inbox = &config.inbox.path;
    if !folder(inbox).is_dir() {
        findings.warning("inbox.path", NO_FOLDER);
    }
    let mut written = BTreeMap::from([(place(inbox), "inbox.path".to_owned())]);
    for (name, subscription) in &config.subscriptions {
        let Some(file) = file(&subscription.output) else { continue };
        let key = format!("subscriptions.{name}.output.path");
        if !folder(file).is_dir() {
            findings.warning(&key, NO_FOLDER);
        }
        match written.entry(place(file)) {
            Entry::Vacant(entry) => drop(entry.insert(key)),
            Entry::Occupied(entry) => {
                findings.problem(
                    &key,
                    format!("{} is this file too: each has one of its own", entry.get()),
                );
            }
        }
    }
}

/// The file that an output writes.
fn file(output: &OutputOptions) -> Option<&Path> {
    match output {
        #[cfg(feature = "file")]
        OutputOptions::File(options) => Some(&options.path),
        _ => None,
    }
}

/// A file, however it is spelled and whatever links lead to it, as far as it or its folder is there.
fn place(path: &Path) -> PathBuf {
    if let Ok(file) = path.canonicalize() {
        return file;
    }
    let folder = folder(path);
    let folder = folder.canonicalize().or_else(|_| std::path::absolute(&folder)).unwrap_or(folder);
    path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name))
}
