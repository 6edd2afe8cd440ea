//! Credentials: where a secret is found, never the secret itself.

use std::fmt;
use std::path::PathBuf;

use serde::de::{Error, MapAccess};
use serde::{Deserialize, Deserializer, Serialize};
use zeroize::Zeroizing;

/// Where a secret is found. Holds no secret, so it may be shown, logged and written down.
///
/// In a configuration it is `{ file = "PATH" }` or `{ env = "NAME" }`. A secret itself is refused there,
/// with an error that does not repeat it.
///
/// ```
/// use recallai_webhook_outputs::Credential;
///
/// let credential: Credential = serde_json::from_str(r#"{"env":"TOKEN"}"#)?;
/// assert_eq!(credential, Credential::Env("TOKEN".into()));
/// let error = serde_json::from_str::<Credential>(r#""hunter2""#).unwrap_err().to_string();
/// assert!(error.contains("{ file = \"PATH\" }") && !error.contains("hunter2"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    #[error("{} is not set", variable(name))]
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
                (Zeroizing::new(text), variable(name))
            }
        };
        let secret = text.trim();
        if secret.is_empty() {
            return Err(CredentialError::Empty { place });
        }
        Ok(Zeroizing::new(secret.to_owned()))
    }
}

/// The name of a variable, if it looks like one: somebody may have written the secret there.
fn variable(name: &str) -> String {
    let is_usual = |byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
    match name.bytes().all(is_usual) {
        true => format!("${name}"),
        false => "the variable (its name is not shown)".to_owned(),
    }
}

/// What is said to whoever wrote a secret where its place belongs.
const EXPECTED: &str = "a secret does not stand in the configuration: say where it is, as \
                        { file = \"PATH\" } or { env = \"NAME\" }";

impl<'de> Deserialize<'de> for Credential {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

/// Has a method for each sort of value: what serde says by default repeats the value.
struct Visitor;

impl<'de> serde::de::Visitor<'de> for Visitor {
    type Value = Credential;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Credential, A::Error> {
        let expected = || A::Error::custom(EXPECTED);
        let key = map.next_key::<Box<str>>()?.ok_or_else(expected)?;
        let credential = match &*key {
            "file" => Credential::File(map.next_value()?),
            "env" => Credential::Env(map.next_value()?),
            _ => return Err(expected()),
        };
        match map.next_key::<serde::de::IgnoredAny>()? {
            Some(_) => Err(expected()),
            None => Ok(credential),
        }
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Credential, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<Credential, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Credential, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Credential, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Credential, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Credential, E> {
        Err(E::custom(EXPECTED))
    }
}

/// The place, which is no secret.
impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Env(name) => write!(f, "${name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_comes_back() {
        for text in [r#"{"file":"/run/secrets/token"}"#, r#"{"env":"TOKEN"}"#] {
            let credential: Credential = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&credential).unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_place_is_refused_and_not_repeated() {
        for text in [
            r#""7777777""#,
            "7777777",
            "-7777777",
            "7777777.5",
            "true",
            "[7777777]",
            "null",
            "{}",
            r#"{"7777777":"7777777"}"#,
            r#"{"secret":"7777777"}"#,
            r#"{"env":"A","file":"7777777"}"#,
        ] {
            let error = serde_json::from_str::<Credential>(text).unwrap_err().to_string();
            assert!(error.contains("{ env = \"NAME\" }"), "{text}: {error}");
            assert!(!error.contains("7777777"), "{text}: {error}");
        }
    }

    #[test]
    fn a_secret_is_read_without_the_space_around_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let credential = Credential::File(path.clone());
        assert!(matches!(credential.read(), Err(CredentialError::File { .. })));
        std::fs::write(&path, " \n").unwrap();
        assert!(matches!(credential.read(), Err(CredentialError::Empty { .. })));
        std::fs::write(&path, "a b\r\n").unwrap();
        assert_eq!(credential.read().unwrap().as_str(), "a b");
        let unset = Credential::Env("RECALLAI_WEBHOOK_OUTPUTS_NOT_SET".into());
        assert!(matches!(unset.read(), Err(CredentialError::Env { .. })));
    }
}
