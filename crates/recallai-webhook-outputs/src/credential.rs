//! Credentials: where a secret is found, never the secret itself.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Where a secret is found. Holds no secret, so it may be shown, logged and written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Credential {
    /// In a file, whose content without white space around it is the secret.
    File(PathBuf),
    /// In a variable of the environment.
    Env(String),
}

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The variable is not set, or is not text.
    #[error("${name} is not set")]
    Env {
        /// The variable.
        name: String,
    },
    /// What was found is empty.
    #[error("{place} is empty")]
    Empty {
        /// Where.
        place: String,
    },
}

impl Credential {
    /// Reads the secret.
    ///
    /// # Errors
    ///
    /// It is not there, or empty.
    pub fn read(&self) -> Result<Zeroizing<String>, CredentialError> {
        let (text, place) = match self {
            Self::File(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|source| CredentialError::File { path: path.clone(), source })?;
                (Zeroizing::new(text), path.display().to_string())
            }
            Self::Env(name) => {
                let text =
                    std::env::var(name).map_err(|_| CredentialError::Env { name: name.clone() })?;
                (Zeroizing::new(text), format!("${name}"))
            }
        };
        let secret = text.trim();
        if secret.is_empty() {
            return Err(CredentialError::Empty { place });
        }
        Ok(Zeroizing::new(secret.to_owned()))
    }
}
