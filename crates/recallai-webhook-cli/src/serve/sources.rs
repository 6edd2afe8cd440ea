//! Where the configuration of a service comes from.

use recallai_webhook_server::config::{ConfigError, DEFAULT_FILE, ENDPOINT, Sources};

use super::Settings;
use crate::exit::Failure;

impl Settings {
    /// The file, the environment, and over them the arguments.
    pub(crate) fn sources(&self, filter: Option<&str>) -> Result<Sources, Failure> {
        let sources = Sources::new().with_variables(variables());
        let mut sources = match &self.config {
            Some(file) => sources.with_file(file),
            None => sources.with_optional_file(DEFAULT_FILE),
        };
        for assignment in &self.set {
            sources = sources.with_assignment(assignment)?;
        }
        let path = format!("endpoints.{ENDPOINT}.path");
        let listen = self.listen.map(|address| address.to_string());
        let database = self.database.as_ref().map(|file| file.to_string_lossy().into_owned());
        for (flag, key, value) in [
            ("--listen", "listen.address", listen),
            ("--path", &path, self.path.clone()),
            ("--database", "inbox.path", database),
            ("--log", "log.filter", filter.map(str::to_owned)),
        ] {
            if let Some(value) = value {
                sources = sources.with_argument(flag, key, &value);
            }
        }
        Ok(sources)
    }
}

/// The environment, as far as it is text.
fn variables() -> impl Iterator<Item = (String, String)> {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text)
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::not_tried(error)
    }
}
