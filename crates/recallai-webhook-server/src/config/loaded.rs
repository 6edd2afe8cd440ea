//! A configuration with what is known of its values.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::tree::Node;
use super::{Config, Problem, Shown, Source};
use crate::secrets::Labelled;

/// A configuration that was read and makes sense, and where each of its values comes from.
#[derive(Clone)]
#[non_exhaustive]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// What is allowed and should be looked at.
    pub warnings: Vec<Problem>,
    pub(super) tree: Node,
    pub(super) file: Option<PathBuf>,
    /// Whether there was something in it.
    pub(super) has_file: bool,
    pub(super) variables: Arc<BTreeMap<String, String>>,
    pub(super) given: Arc<[Labelled]>,
}

impl Loaded {
    /// Where the value of a key such as `endpoints.recall.path` comes from. Of a key that is not set, it
    /// is [`Source::Default`].
    pub fn source(&self, key: &str) -> &Source {
        let key: Vec<_> = key.split('.').collect();
        self.tree.get(&key).map_or(&Source::Default, Node::source)
    }

    /// A problem with a key, where it is set or where it would be.
    pub(crate) fn problem(&self, key: impl Into<String>, reason: impl Into<Box<str>>) -> Problem {
        let key = key.into();
        let parts: Vec<_> = key.split('.').collect();
        Problem::new(self.tree.nearest(&parts).clone(), key, reason)
    }

    /// The file, whether or not it is there.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Secrets of the endpoint `recall` that were given beside the configuration.
    pub(crate) fn given(&self) -> &[Labelled] {
        &self.given
    }

    /// A variable of the environment.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// Every value with its key and its source, in the order of keys. What may be secret is left out.
    pub fn shown(&self) -> Vec<Shown> {
        super::show::show(self)
    }

    /// The files that the service depends on: its own, and those with secrets and certificates.
    pub fn files(&self) -> BTreeSet<PathBuf> {
        let mut files = files_of(&self.config);
        files.extend(self.file.clone());
        files
    }
}

/// The files that a part of a configuration reads.
pub(crate) fn files_of(part: &impl Serialize) -> BTreeSet<PathBuf> {
    named(part, |name| is_secret_file(name) || name.ends_with("_file"))
}

/// Those of them with secrets; certificates, which are public, are not among them.
pub(crate) fn secret_files_of(part: &impl Serialize) -> BTreeSet<PathBuf> {
    named(part, is_secret_file)
}

fn is_secret_file(name: &str) -> bool {
    name == "file"
}

/// The texts under keys of these names.
fn named(part: &impl Serialize, is_meant: impl Fn(&str) -> bool) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    let mut values = Vec::from_iter(serde_json::to_value(part));
    while let Some(value) = values.pop() {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match value.as_str() {
                        Some(path) if is_meant(&name) => drop(files.insert(path.into())),
                        _ => values.push(value),
                    }
                }
            }
            Value::Array(items) => values.extend(items),
            _ => {}
        }
    }
    files
}

/// The configuration, which has no secrets in it.
impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded")
            .field("file", &self.file)
            .field("config", &self.config)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}
