//! Options of commands.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Period;

/// How to run a command.
///
/// ```
/// use recallai_webhook_outputs::{Command, CommandOptions};
///
/// let command = Command::new(
///     CommandOptions::new("/usr/local/bin/archive").with_arguments(["--from", "recall"]),
/// )?;
/// # Ok::<(), recallai_webhook_outputs::OutputError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CommandOptions {
    /// The program: a path, or a name that is looked for in `PATH`. No shell reads it.
    pub program: PathBuf,
    /// Its arguments, as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
    /// Variables that are set for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// Names of variables that it gets from the environment of this process, beside `PATH`, `HOME`, `USER`, `LANG`,
    /// `TZ` and `TMPDIR`. Nothing else is passed on: there may be secrets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherit: Vec<String>,
    /// The folder that it is run in; that of this process if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<PathBuf>,
    /// How long it may take. What it has started is told to end then (SIGTERM), and is killed 5 s later. The
    /// default is 60 s.
    #[serde(default = "CommandOptions::default_timeout")]
    pub timeout: Period,
    /// Exit codes after which it is not tried again, such as 65 for an input that is no good. By default every code
    /// but 0 has it tried again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permanent: Vec<i32>,
}

impl CommandOptions {
    /// A program without arguments.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            environment: BTreeMap::new(),
            inherit: Vec::new(),
            directory: None,
            timeout: Self::default_timeout(),
            permanent: Vec::new(),
        }
    }

    /// The same with these arguments.
    #[must_use]
    pub fn with_arguments(
        mut self,
        arguments: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.arguments = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// The same with a variable.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// The same with a variable of this process.
    #[must_use]
    pub fn with_inherited(mut self, name: impl Into<String>) -> Self {
        self.inherit.push(name.into());
        self
    }

    /// The same in a folder.
    #[must_use]
    pub fn with_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// The same with another limit on the time.
    #[must_use]
    pub fn with_timeout(mut self, timeout: impl Into<Period>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// The same with exit codes after which it is not tried again.
    #[must_use]
    pub fn with_permanent(mut self, codes: impl IntoIterator<Item = i32>) -> Self {
        self.permanent = codes.into_iter().collect();
        self
    }

    fn default_timeout() -> Period {
        Period::from_secs(60)
    }
}
