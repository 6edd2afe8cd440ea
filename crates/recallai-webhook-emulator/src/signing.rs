//! Signing as the sender does: HMAC-SHA256 of `id.timestamp.body`, written as `v1,` and base64.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Seed;

/// What a secret begins with.
const PREFIX: &str = "whsec_";
/// The lengths of a key, in bytes, that the sender takes.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=75;
/// The length of a key, in bytes, that the sender makes.
const GENERATED: usize = 24;

/// A secret that the sender signs with: `whsec_` and base64.
///
/// `Debug` shows nothing of it; [`reveal`](Self::reveal) gives the text, for the receiver under test.
/// Clones share the key.
///
/// ```
/// use recallai_webhook_emulator::SigningSecret;
///
/// let secret = SigningSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// assert_eq!(
///     secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, br#"{"test": 2432232314}"#),
///     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
/// );
/// assert_eq!(format!("{secret:?}"), "SigningSecret([redacted])");
/// # Ok::<(), recallai_webhook_emulator::SigningSecretError>(())
/// ```
#[derive(Clone)]
pub struct SigningSecret {
    key: Arc<[u8]>,
}

/// Why a text is not a secret to sign with. It never shows a character of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SigningSecretError {
    /// It does not begin with `whsec_`.
    #[error("signing secret does not begin with `whsec_`: copy it from the dashboard as it is")]
    Prefix,
    /// What follows `whsec_` is not base64 in the standard alphabet with its padding.
    #[error("signing secret is not base64 after `whsec_`")]
    NotBase64,
    /// Fewer bytes than the 24 that the sender asks for.
    #[error("signing secret has {}, and the sender takes 24 to 75", length(.bytes))]
    TooShort {
        /// The length of the key, in bytes.
        bytes: usize,
    },
    /// More bytes than the 75 that the sender allows.
    #[error("signing secret has {bytes} bytes, and the sender takes 24 to 75")]
    TooLong {
        /// The length of the key, in bytes.
        bytes: usize,
    },
}

/// The length of a key in words.
fn length(bytes: &usize) -> String {
    format!("{bytes} byte{}", if *bytes == 1 { "" } else { "s" })
}

impl SigningSecret {
    /// Reads a secret as the dashboard shows it.
    ///
    /// # Errors
    ///
    /// A [`SigningSecretError`] unless it is `whsec_` and the base64 of 24 to 75 bytes.
    pub fn parse(text: &str) -> Result<Self, SigningSecretError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(SigningSecretError::Prefix)?;
        // The decoder's own error carries a character of the secret and its place: it stays here.
        let key = STANDARD.decode(encoded).map_err(|_| SigningSecretError::NotBase64)?;
        let bytes = key.len();
        if bytes < *LENGTHS.start() {
            return Err(SigningSecretError::TooShort { bytes });
        }
        if bytes > *LENGTHS.end() {
            return Err(SigningSecretError::TooLong { bytes });
        }
        Ok(Self { key: key.into() })
    }

    /// Makes a secret as the sender does, of 24 bytes: the same for the same seed and label.
    pub fn generate(seed: Seed, label: &str) -> Self {
        let mut stream = seed.stream_for(&[b"signing secret", label.as_bytes()]);
        Self { key: stream.bytes::<GENERATED>().into() }
    }

    /// Signs a delivery: `v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`.
    ///
    /// `timestamp` is in seconds of Unix time. Nothing is checked: the faults need what a careful
    /// sender would refuse.
    pub fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let mut signature = String::from("v1,");
        STANDARD.encode_string(self.mac(id, &timestamp.to_string(), body), &mut signature);
        signature
    }

    /// The HMAC-SHA256 of `id.timestamp.body`, whatever the timestamp says.
    pub(crate) fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
        let mut hmac = hmac_sha256::HMAC::new(&self.key);
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            hmac.update(part);
        }
        hmac.finalize()
    }

    /// The secret of a receiver whose variable was not set: a key of no bytes.
    pub(crate) fn empty() -> Self {
        Self { key: [].into() }
    }

    /// The text of the secret, `whsec_...`: what a receiver is configured with.
    pub fn reveal(&self) -> String {
        let mut text = String::from(PREFIX);
        STANDARD.encode_string(&self.key, &mut text);
        text
    }
}

impl FromStr for SigningSecret {
    type Err = SigningSecretError;

    fn from_str(text: &str) -> Result<Self, SigningSecretError> {
        Self::parse(text)
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_key_is_told_in_words() {
        let error = |text: &str| SigningSecret::parse(text).unwrap_err().to_string();
        let said = "signing secret has 1 byte, and the sender takes 24 to 75";
        assert_eq!(error("whsec_YQ=="), said);
        assert!(error("whsec_YWE=").contains("has 2 bytes, "));
    }
}
