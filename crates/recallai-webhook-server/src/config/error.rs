//! What is wrong with a configuration, and where.

use std::fmt;

use super::Source;

/// Something that is wrong with a configuration. Holds no value that was configured, since a secret may
/// have been put where none belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where it comes from.
    pub source: Source,
    /// The key, such as `endpoints.recall.path`; empty where it is about the file as a whole.
    pub key: Box<str>,
    /// What is wrong.
    pub reason: Box<str>,
}

impl Problem {
    /// Something about a key that comes from there.
    pub fn new(source: Source, key: impl Into<Box<str>>, reason: impl Into<Box<str>>) -> Self {
        Self { source, key: key.into(), reason: reason.into() }
    }
}

/// `recallai-webhook.toml:12: endpoints.recall.path: …`
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.source != Source::Default {
            write!(f, "{}: ", self.source)?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.reason)
    }
}

/// Why there is no configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{file}: {reason}")]
    File {
        /// The file.
        file: Box<str>,
        /// Why.
        reason: Box<str>,
    },
    /// It makes no sense, in so many places.
    #[error("{}", lines(.0))]
    Problems(Vec<Problem>),
}

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

fn lines(problems: &[Problem]) -> String {
    let lines: Vec<_> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}
