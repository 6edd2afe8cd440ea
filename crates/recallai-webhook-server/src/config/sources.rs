//! Where a configuration is read from, again at each reload.

use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::layers::{self, ENDPOINT};
use super::tree::Node;
use super::{Config, ConfigError, Loaded, Source, check, file, reading};
use crate::secrets::Labelled;

/// The file that is read in the working folder if it is there.
pub const DEFAULT_FILE: &str = "recallai-webhook.toml";

/// Where a configuration is read from: a file, the environment, and arguments; an argument wins over a
/// variable, that over the file, and that over what is built in.
#[derive(Clone)]
#[must_use]
pub struct Sources {
    file: Option<PathBuf>,
    is_required: bool,
    /// Whether there was something in the file before.
    is_known: bool,
    variables: Arc<BTreeMap<String, String>>,
    arguments: Node,
    given: Arc<[Labelled]>,
}

impl Default for Sources {
    fn default() -> Self {
        Self {
            file: None,
            is_required: false,
            is_known: false,
            variables: Arc::default(),
            arguments: Node::empty(),
            given: Arc::default(),
        }
    }
}

impl Sources {
    /// Nothing but what is built in.
    pub fn new() -> Self {
        Self::default()
    }

    /// A file that has to be there.
    pub fn with_file(mut self, file: impl Into<PathBuf>) -> Self {
        (self.file, self.is_required) = (Some(file.into()), true);
        self
    }

    /// A file that may be there.
    pub fn with_optional_file(mut self, file: impl Into<PathBuf>) -> Self {
        (self.file, self.is_required) = (Some(file.into()), false);
        self
    }

    /// The environment. Secrets of endpoints, tokens and headers for the collector are looked up there too; outputs
    /// look theirs up in the environment of the process.
    pub fn with_variables(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        self.variables = Arc::new(variables.into_iter().collect());
        self
    }

    /// The value of an argument such as `--listen`, for a key such as `listen.address`.
    pub fn with_argument(mut self, flag: &str, key: &str, text: &str) -> Self {
        let key: Vec<_> = key.split('.').map(str::to_owned).collect();
        self.arguments.merge(Node::at(&key, Node::text(text, Source::Flag(flag.into()))));
        self
    }

    /// An argument `KEY=VALUE`, whose value is TOML, or text without quotes.
    ///
    /// # Errors
    ///
    /// There is no `=`, or no key.
    pub fn with_assignment(mut self, assignment: &str) -> Result<Self, ConfigError> {
        self.arguments.merge(layers::argument(assignment)?);
        Ok(self)
    }

    /// Files with the secrets of the endpoint `recall`, given by an argument.
    pub fn with_secret_files(mut self, flag: &str, files: &[PathBuf]) -> Self {
        let source = Source::Flag(flag.into());
        let place = |path: &PathBuf| {
            let file = Node::text(&path.to_string_lossy(), source.clone());
            Node::at(&["file".to_owned()], file)
        };
        let items = files.iter().map(place).collect();
        let key = ["endpoints", ENDPOINT, "secrets"].map(str::to_owned);
        self.arguments.merge(Node::at(&key, Node::Array { items, source }));
        self
    }

    /// Secrets of the endpoint `recall` themselves, which stay over all reloads.
    pub fn with_secrets(mut self, secrets: impl Into<Arc<[Labelled]>>) -> Self {
        self.given = secrets.into();
        self
    }

    /// The file, whether or not it is there.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Reads the configuration and checks what can be told from it alone. Secrets are not read.
    ///
    /// # Errors
    ///
    /// The file cannot be read; something in it, or above it, makes no sense.
    pub fn load(&self) -> Result<Loaded, ConfigError> {
        let file = self.read_file()?;
        let has_file = file.is_some();
        let mut tree = file.unwrap_or_else(Node::empty);
        let variables = self.variables.iter().map(|(name, text)| (&**name, &**text));
        let variables = layers::environment(variables, &tree);
        tree.merge(variables);
        tree.merge(self.arguments.clone());
        if tree.get(&["endpoints"]).is_none_or(|endpoints| endpoints.names().next().is_none()) {
            tree.merge(Node::at(&["endpoints", ENDPOINT].map(str::to_owned), Node::empty()));
        }
        let config: Config = reading::read(&tree)?;
        let mut loaded = Loaded {
            config,
            tree,
            warnings: Vec::new(),
            file: self.file.clone(),
            has_file,
            variables: Arc::clone(&self.variables),
            given: Arc::clone(&self.given),
        };
        loaded.warnings = check::check(&loaded)?;
        Ok(loaded)
    }

    /// The same once there was something in the file. From then on one that is gone or empty is about to be
    /// replaced, or was lost: it does not say that nothing is configured any more.
    pub(crate) fn after(mut self, loaded: &Loaded) -> Self {
        self.is_known |= loaded.has_file;
        self
    }

    /// What is in the file. Nothing if it is empty, or is not there and does not have to be.
    fn read_file(&self) -> Result<Option<Node>, ConfigError> {
        let Some(path) = &self.file else { return Ok(None) };
        let name = path.display().to_string();
        let failed = |reason: String| {
            Err(ConfigError::File { file: name.as_str().into(), reason: reason.into() })
        };
        let may_be_gone = !self.is_required && !self.is_known;
        match std::fs::read_to_string(path) {
            Ok(text) if text.trim().is_empty() => match self.is_known {
                true => failed("it is empty, and was not before".to_owned()),
                false => Ok(None),
            },
            Ok(text) => Ok(Some(file::parse(&name, text.trim_start_matches('\u{feff}'))?)),
            Err(error) if error.kind() == ErrorKind::NotFound && may_be_gone => Ok(None),
            Err(error) => failed(error.to_string()),
        }
    }
}

/// Without the environment, which has secrets.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").field("file", &self.file).finish_non_exhaustive()
    }
}
