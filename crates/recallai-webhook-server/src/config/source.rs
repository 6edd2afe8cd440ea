//! Where a value comes from.

use std::fmt;
use std::sync::Arc;

/// Where a value of the configuration comes from. A later one in this list wins over an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// Nobody has set it.
    Default,
    /// The configuration file.
    File {
        /// Its name, as it was given.
        file: Arc<str>,
        /// The line, from 1.
        line: usize,
    },
    /// A variable of the environment.
    Variable(Arc<str>),
    /// An argument of the command line.
    Flag(Arc<str>),
}

impl Source {
    /// The kind of source, in a word: `default`, `file`, `variable` or `flag`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File { .. } => "file",
            Self::Variable(_) => "variable",
            Self::Flag(_) => "flag",
        }
    }
}

/// As a person looks for it: `recallai-webhook.toml:12`, `$RECALLAI_WEBHOOK_LISTEN__ADDRESS`, `--listen`.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { file, line } => write!(f, "{file}:{line}"),
            Self::Variable(name) => write!(f, "${name}"),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}
