//! Configuring a verifier: its keys and tolerances.

use std::fmt;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

#[cfg(feature = "ed25519")]
use crate::PublicKey;
use crate::claims::Tolerance;
use crate::key::{Key, KeyKind};
use crate::verifier::Inner;
use crate::{Secret, Verifier};

/// Configures a [`Verifier`].
#[derive(Debug)]
pub struct VerifierBuilder {
    keys: Vec<Key>,
    tolerance: Tolerance,
}

impl Default for VerifierBuilder {
    fn default() -> Self {
        let seconds = Tolerance::DEFAULT.as_secs();
        Self { keys: Vec::new(), tolerance: Tolerance { past: seconds, future: seconds } }
    }
}

impl VerifierBuilder {
    /// Adds a secret. Keys are tried in the order they were added; the label says which one matched.
    #[must_use]
    pub fn secret(self, label: impl Into<String>, secret: Secret) -> Self {
        self.key(label.into(), None, KeyKind::Secret(secret))
    }

    /// Adds a secret that no longer counts from `expires_at` on: the old one of a rotation.
    #[must_use]
    pub fn expiring_secret(
        self,
        label: impl Into<String>,
        secret: Secret,
        expires_at: SystemTime,
    ) -> Self {
        self.key(label.into(), Some(expires_at), KeyKind::Secret(secret))
    }

    /// Adds an Ed25519 public key, for `v1a` signatures.
    #[cfg(feature = "ed25519")]
    #[must_use]
    pub fn public_key(self, label: impl Into<String>, key: PublicKey) -> Self {
        self.key(label.into(), None, KeyKind::PublicKey(key))
    }

    /// How old a delivery may be: by default five minutes. Fractions of a second are dropped.
    ///
    /// Every attempt of the sender is signed anew, so this bounds clock skew and transit, not retries.
    /// Raising it lets a recorded delivery be replayed for longer.
    #[must_use]
    pub fn past_tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance.past = tolerance.as_secs();
        self
    }

    /// How far ahead of the receiver's clock a delivery may be: by default five minutes. Fractions of a
    /// second are dropped.
    #[must_use]
    pub fn future_tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance.future = tolerance.as_secs();
        self
    }

    /// The verifier.
    ///
    /// # Errors
    ///
    /// [`BuildError`] without any key, or with two keys of one label.
    pub fn build(self) -> Result<Verifier, BuildError> {
        if self.keys.is_empty() {
            return Err(BuildError::NoSecret);
        }
        for (index, key) in self.keys.iter().enumerate() {
            if self.keys[..index].iter().any(|earlier| earlier.label == key.label) {
                return Err(BuildError::DuplicateLabel { label: key.label.clone() });
            }
        }
        Ok(Verifier { inner: Arc::new(self.into_inner()) })
    }

    pub(crate) fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.tolerance = tolerance;
        self
    }

    fn key(mut self, label: String, expires_at: Option<SystemTime>, kind: KeyKind) -> Self {
        self.keys.push(Key { label, expires_at, kind });
        self
    }

    pub(crate) fn into_inner(self) -> Inner {
        Inner { keys: self.keys, tolerance: self.tolerance }
    }
}

/// Why there is no verifier.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// No key was added. A verifier without one could only refuse.
    NoSecret,
    /// Two keys have one label, so that a match would not say which.
    DuplicateLabel {
        /// The label that was given twice.
        label: String,
    },
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSecret => f.write_str("no verification secret: add at least one"),
            Self::DuplicateLabel { label } => {
                write!(f, "two secrets are labelled {label:?}: give each its own label")
            }
        }
    }
}

impl std::error::Error for BuildError {}
