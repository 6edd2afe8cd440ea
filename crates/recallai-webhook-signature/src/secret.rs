//! Verification secrets: parsing them, with a hint for every usual mistake, and signing with them.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::engine::general_purpose::{GeneralPurpose, STANDARD_PAD_INDIFFERENT};
use base64::{DecodeError, DecodeSliceError, Engine};
use zeroize::Zeroizing;

use crate::mac::{Midstates, SignedContent};
use crate::{SecretError, SignError};

/// The prefix of a secret, optional when it is parsed.
const PREFIX: &str = "whsec_";
/// The lengths a sender makes, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=75;
/// The length of an API key of the vendor, in hexadecimal digits.
const API_KEY: usize = 40;

/// Base64 with optional padding that ignores what the last character holds beyond the last byte.
const ANY_TRAILING_BITS: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::general_purpose::PAD_INDIFFERENT.with_decode_allow_trailing_bits(true),
);

/// A verification secret: `whsec_` and base64, as the dashboard shows it.
///
/// Only the state that signing needs is kept, not the key itself. Clones share it, and it is
/// overwritten when the last of them is dropped. `Debug` shows nothing of it, and there is no
/// comparison and no way back to the text.
///
/// ```
/// use recallai_webhook_signature::{Secret, SecretError};
///
/// let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// assert_eq!(format!("{secret:?}"), "Secret([redacted])");
///
/// assert_eq!(Secret::parse("").unwrap_err(), SecretError::Empty);
/// # Ok::<(), SecretError>(())
/// ```
#[derive(Clone)]
pub struct Secret {
    pub(crate) midstates: Arc<Midstates>,
}

impl Secret {
    /// Parses a secret as the dashboard shows it.
    ///
    /// `whsec_` is optional, and so is the padding. The alphabet is the standard one. Trailing bits that
    /// are not zero are refused in a text that has its padding or is too short.
    ///
    /// # Errors
    ///
    /// A [`SecretError`] that says which mistake it looks like. Keys of fewer than 24 or more than 75
    /// bytes are refused: the sender makes none. [`danger`](crate::danger) has a way around.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let key = decode(text)?;
        Self::from_bytes(&key)
    }

    /// Takes the decoded key, 24 to 75 bytes of it.
    ///
    /// # Errors
    ///
    /// [`SecretError::Empty`], [`SecretError::TooShort`] or [`SecretError::TooLong`].
    pub fn from_bytes(key: &[u8]) -> Result<Self, SecretError> {
        let bytes = key.len();
        match bytes {
            0 => Err(SecretError::Empty),
            _ if bytes < *LENGTHS.start() => Err(SecretError::TooShort { bytes }),
            _ if bytes > *LENGTHS.end() => Err(SecretError::TooLong { bytes }),
            _ => Self::of_any_length(key),
        }
    }

    pub(crate) fn of_any_length(key: &[u8]) -> Result<Self, SecretError> {
        if key.is_empty() {
            return Err(SecretError::Empty);
        }
        Ok(Self { midstates: Arc::new(Midstates::from_key(key)) })
    }

    /// Signs a delivery as the sender does: `v1,` and the base64 of the HMAC-SHA256 of
    /// `id.timestamp.body`.
    ///
    /// ```
    /// # use recallai_webhook_signature::Secret;
    /// let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let body = br#"{"test": 2432232314}"#;
    /// assert_eq!(
    ///     secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)?,
    ///     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A [`SignError`] where [`Verifier::verify`](crate::Verifier::verify) would refuse the delivery.
    pub fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> Result<String, SignError> {
        if !crate::claims::is_id(id.as_bytes()) {
            return Err(SignError::InvalidId);
        }
        if !crate::claims::is_timestamp(timestamp) {
            return Err(SignError::InvalidTimestamp);
        }
        let timestamp = timestamp.to_string();
        let content = SignedContent { id: id.as_bytes(), timestamp: timestamp.as_bytes(), body };
        let mut signature = String::from("v1,");
        base64::engine::general_purpose::STANDARD
            .encode_string(self.midstates.mac(content), &mut signature);
        Ok(signature)
    }
}

impl FromStr for Secret {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        Self::parse(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

/// Decodes a secret's text; the length is the caller's to check.
pub(crate) fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    if let Some(mistake) = usual_mistake(text) {
        return Err(mistake);
    }
    let encoded = text.strip_prefix(PREFIX).unwrap_or(text);
    let mut key = Zeroizing::new(vec![0; base64::decoded_len_estimate(encoded.len())]);
    let mut decoded = STANDARD_PAD_INDIFFERENT.decode_slice(encoded, &mut key);
    if matches!(decoded, Err(DecodeSliceError::DecodeError(DecodeError::InvalidLastSymbol { .. })))
        && !encoded.ends_with('=')
    {
        // Published test secrets have such bits where the padding was dropped. In a text that is too
        // short, or still has its padding, they show that it was cut or mistyped.
        decoded = ANY_TRAILING_BITS
            .decode_slice(encoded, &mut key)
            .and_then(|length| if length < *LENGTHS.start() { decoded } else { Ok(length) });
    }
    match decoded {
        Ok(length) => {
            key.truncate(length);
            Ok(key)
        }
        // The decoder's own error carries a character of the secret and its place: it stays here.
        Err(DecodeSliceError::DecodeError(
            DecodeError::InvalidLastSymbol { .. } | DecodeError::InvalidLength(_),
        )) => Err(SecretError::TrailingBits),
        Err(_) => Err(SecretError::NotBase64),
    }
}

/// What the text is instead of a secret, if it is something that people paste by mistake.
fn usual_mistake(text: &str) -> Option<SecretError> {
    let trimmed = text.trim();
    let encoded = trimmed.strip_prefix(PREFIX).unwrap_or(trimmed);
    let is_quote = |c| matches!(c, '"' | '\'' | '`' | '“' | '”' | '‘' | '’');
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_url_safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
    Some(if encoded.is_empty() {
        SecretError::Empty
    } else if trimmed.starts_with(is_quote) || trimmed.ends_with(is_quote) {
        SecretError::Quoted
    } else if trimmed.starts_with("Token ")
        || trimmed.len() == API_KEY && trimmed.bytes().all(is_hex)
    {
        SecretError::ApiKey
    } else if text.contains(char::is_whitespace) {
        SecretError::Whitespace
    } else if text.starts_with("v1,") {
        SecretError::SignaturePrefix
    } else if encoded.starts_with(PREFIX) {
        SecretError::DoublePrefix
    } else if encoded.starts_with("whsk_") {
        SecretError::PrivateKey
    } else if encoded.starts_with("whpk_") {
        SecretError::PublicKey
    } else if encoded.contains(['-', '_']) && encoded.bytes().all(is_url_safe) {
        SecretError::UrlSafeAlphabet
    } else {
        return None;
    })
}
