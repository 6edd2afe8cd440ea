//! Options of a file.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Period, Size};

/// How to append to a file.
///
/// ```
/// use recallai_webhook_outputs::{File, FileOptions, Size};
///
/// let options = FileOptions::new("/var/log/recall/events.ndjson").with_max_size(Size::from_mib(16));
/// let file = File::new(options.with_keep(100))?;
/// # Ok::<(), recallai_webhook_outputs::OutputError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FileOptions {
    /// The file. It is made if it is not there; its folder has to be. Beside it stands a file of the same
    /// name with `.lock` behind it, which keeps a second output away.
    pub path: PathBuf,
    /// How large the file may become before it is put aside; a single line that is larger has a file of its
    /// own. The default is 100 MiB.
    #[serde(default = "FileOptions::default_max_size")]
    pub max_size: Size,
    /// How old the file may become before it is put aside, which happens when the next line is appended. If
    /// left out, age does not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<Period>,
    /// How many of the files that were put aside are kept: the oldest are removed, read or not. If left
    /// out, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<u32>,
    /// How long a send may take until its line is on the disk. The default is 30 s.
    #[serde(default = "FileOptions::default_timeout")]
    pub timeout: Period,
}

impl FileOptions {
    /// To a file of up to 100 MiB; all that are put aside are kept.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            max_size: Self::default_max_size(),
            max_age: None,
            keep: None,
            timeout: Self::default_timeout(),
        }
    }

    /// The same with another limit on the size of a file.
    #[must_use]
    pub fn with_max_size(mut self, size: Size) -> Self {
        self.max_size = size;
        self
    }

    /// The same with a limit on the age of a file.
    #[must_use]
    pub fn with_max_age(mut self, age: impl Into<Period>) -> Self {
        self.max_age = Some(age.into());
        self
    }

    /// The same with so many of the files kept that were put aside.
    #[must_use]
    pub fn with_keep(mut self, files: u32) -> Self {
        self.keep = Some(files);
        self
    }

    /// The same with another limit on the time of a send.
    #[must_use]
    pub fn with_timeout(mut self, timeout: impl Into<Period>) -> Self {
        self.timeout = timeout.into();
        self
    }

    fn default_max_size() -> Size {
        Size::from_mib(100)
    }

    fn default_timeout() -> Period {
        Period::from_secs(30)
    }
}
