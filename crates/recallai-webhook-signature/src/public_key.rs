//! Ed25519 public keys, for senders that sign with `v1a`.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT;
use ed25519_dalek::{Signature, VerifyingKey};

use crate::mac::SignedContent;

const PREFIX: &str = "whpk_";

/// A sender's Ed25519 public key: `whpk_` and base64.
#[derive(Clone)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Parses a public key; unlike a secret's, its prefix is required.
    ///
    /// # Errors
    ///
    /// A [`PublicKeyError`] that says what the text is instead.
    pub fn parse(text: &str) -> Result<Self, PublicKeyError> {
        let Some(encoded) = text.strip_prefix(PREFIX) else {
            return Err(match text {
                _ if text.trim().is_empty() => PublicKeyError::Empty,
                _ if text.starts_with("whsk_") => PublicKeyError::PrivateKey,
                _ if text.starts_with("whsec_") => PublicKeyError::Secret,
                _ => PublicKeyError::NoPrefix,
            });
        };
        let mut key = [0; ed25519_dalek::PUBLIC_KEY_LENGTH];
        match STANDARD_PAD_INDIFFERENT.decode_slice(encoded, &mut key) {
            Ok(length) if length == key.len() => {}
            Ok(_) | Err(base64::DecodeSliceError::OutputSliceTooSmall) => {
                return Err(PublicKeyError::Length);
            }
            Err(_) => return Err(PublicKeyError::NotBase64),
        }
        match VerifyingKey::from_bytes(&key) {
            Ok(key) if !key.is_weak() => Ok(Self(key)),
            _ => Err(PublicKeyError::NotAKey),
        }
    }

    /// Strict verification: one signature per message and key, no small-order points.
    pub(crate) fn matches(&self, content: SignedContent<'_>, signature: &[u8; 64]) -> bool {
        let SignedContent { id, timestamp, body } = content;
        let message = [id, b".", timestamp, b".", body].concat();
        self.0.verify_strict(&message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, PublicKeyError> {
        Self::parse(text)
    }
}

/// Not secret, but a page of bytes helps nobody.
impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(..)")
    }
}

/// Why a text is not a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublicKeyError {
    /// Nothing, or only whitespace.
    Empty,
    /// It begins with `whsk_`.
    PrivateKey,
    /// It begins with `whsec_`.
    Secret,
    /// It does not begin with `whpk_`.
    NoPrefix,
    /// A character that base64 does not have, or a cut text.
    NotBase64,
    /// Not 32 bytes.
    Length,
    /// 32 bytes that are no Ed25519 key, or a weak one that anybody can sign for.
    NotAKey,
}

impl fmt::Display for PublicKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str(
                "public key is empty: check that the variable or file it comes from is set",
            ),
            Self::PrivateKey => f.write_str(
                "this is a private signing key (`whsk_`), which only the sender holds: \
         replace it there, then use the public key (`whpk_`) here",
            ),
            Self::Secret => f.write_str(
                "this is a secret (`whsec_`) and not a public key: configure it as a secret",
            ),
            Self::NoPrefix => f.write_str("public key does not begin with `whpk_`: copy all of it"),
            Self::NotBase64 => f.write_str("public key is not base64: copy it again"),
            Self::Length => {
                f.write_str("public key is not 32 bytes long: copy all of it and nothing else")
            }
            Self::NotAKey => f.write_str("this is not a usable ed25519 key: copy it again"),
        }
    }
}

impl std::error::Error for PublicKeyError {}
