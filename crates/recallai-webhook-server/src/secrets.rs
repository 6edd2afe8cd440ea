//! Secrets as people keep them: texts with one or several, each with a label.

use std::fmt;

use recallai_webhook_dispatch::Secret;
use recallai_webhook_dispatch::signature::SecretError;
use zeroize::Zeroizing;

/// The label of a secret that nobody has named.
pub const LABEL: &str = "default";

/// A secret and the label it is known by in logs and events.
#[derive(Clone)]
#[non_exhaustive]
pub struct Labelled {
    /// The label.
    pub label: String,
    /// The secret.
    pub secret: Secret,
    /// As it was given: some mistakes can only be recognised from that.
    pub text: Zeroizing<String>,
}

/// Why a text holds no secrets. Never repeats a part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretsError {
    /// Something in it is no secret.
    #[error("{place}: {error}")]
    Secret {
        /// Where.
        place: Box<str>,
        /// What is wrong with it.
        error: SecretError,
    },
    /// What stands before a secret is no label.
    #[error(
        "{place}: what stands before `=whsec_` is no label; a label has letters, digits and . _ -, \
         and each secret stands on a line of its own"
    )]
    Label {
        /// Where.
        place: Box<str>,
    },
    /// There is nothing in it.
    #[error("{place}: no secret in this file")]
    Empty {
        /// Where.
        place: Box<str>,
    },
}

impl Labelled {
    /// A secret under a label.
    pub fn new(label: impl Into<String>, secret: Secret, text: Zeroizing<String>) -> Self {
        Self { label: label.into(), secret, text }
    }
}

/// Without the secret.
impl fmt::Debug for Labelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Labelled").field("label", &self.label).finish_non_exhaustive()
    }
}

/// Adds the secrets of a file: one a line, `whsec_…` or `label=whsec_…`; empty lines and those that begin
/// with `#` say nothing.
///
/// # Errors
///
/// There is none, or something else.
pub fn from_lines(
    text: &str,
    label: &str,
    place: &str,
    secrets: &mut Vec<Labelled>,
) -> Result<(), SecretsError> {
    let before = secrets.len();
    // As some editors begin a file.
    let text = text.trim_start_matches('\u{feff}');
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            add(line, label, &format!("{place}:{}", number + 1), secrets)?;
        }
    }
    match secrets.len() > before {
        true => Ok(()),
        false => Err(SecretsError::Empty { place: place.into() }),
    }
}

/// Adds the secrets of a variable, separated by white space or commas. None is no error.
///
/// # Errors
///
/// There is something else.
pub fn from_words(
    text: &str,
    label: &str,
    place: &str,
    secrets: &mut Vec<Labelled>,
) -> Result<(), SecretsError> {
    // Pasted from the wrong field or with too much around it: said of the whole, since parts of it make
    // no sense.
    if let Err(error @ (SecretError::SignaturePrefix | SecretError::ApiKey | SecretError::Quoted)) =
        Secret::parse(text.trim())
    {
        return Err(SecretsError::Secret { place: place.into(), error });
    }
    text.split([',', ' ', '\n', '\t', '\r'])
        .filter(|entry| !entry.is_empty())
        .try_for_each(|entry| add(entry, label, place, secrets))
}

/// Adds `label=whsec_…`, or a secret alone under the first free label made from `default`.
///
/// # Errors
///
/// It is neither.
pub fn add(
    entry: &str,
    default: &str,
    place: &str,
    secrets: &mut Vec<Labelled>,
) -> Result<(), SecretsError> {
    // A secret alone can end in `=` too; a label is followed by the prefix of a secret.
    let (label, text) = match entry.split_once('=') {
        Some((label, text)) if text.starts_with("whsec_") => (chosen_label(label, place)?, text),
        _ => (free_label(default, secrets), entry),
    };
    let secret =
        Secret::parse(text).map_err(|error| SecretsError::Secret { place: place.into(), error })?;
    secrets.push(Labelled { label, secret, text: Zeroizing::new(text.to_owned()) });
    Ok(())
}

/// A label as it will stand in logs and events; anything else may be a secret that ran into the
/// next one.
fn chosen_label(label: &str, place: &str) -> Result<String, SecretsError> {
    match is_label(label) {
        true => Ok(label.to_owned()),
        false => Err(SecretsError::Label { place: place.into() }),
    }
}

/// Whether a text can be the label of a secret.
pub(crate) fn is_label(label: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    !label.is_empty() && !label.contains("whsec_") && label.bytes().all(plain)
}

/// `default`, `default-2`, `default-3`… Labels that somebody chose are never changed; two alike
/// are an error of the verifier.
fn free_label(default: &str, secrets: &[Labelled]) -> String {
    let mut label = default.to_owned();
    let mut number = 1;
    while secrets.iter().any(|secret| secret.label == label) {
        number += 1;
        label = format!("{default}-{number}");
    }
    label
}
