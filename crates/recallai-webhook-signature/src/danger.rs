//! What weakens verification, under a name that shows up in review.

use crate::claims::Tolerance;
use crate::{Secret, SecretError, VerifierBuilder};

/// Parses a secret of any length from one byte.
///
/// For examples in documentation, whose keys may be shorter than a sender makes, and for senders that do
/// not keep to 24 to 75 bytes. A short key can be guessed.
///
/// ```
/// use recallai_webhook_signature::{Secret, SecretError, danger};
///
/// let example = "whsec_aGVsbG8=";
/// assert_eq!(Secret::parse(example).unwrap_err(), SecretError::TooShort { bytes: 5 });
/// assert!(danger::secret_of_any_length(example).is_ok());
/// ```
///
/// # Errors
///
/// As [`Secret::parse`], less the two about length. An empty secret stays an error.
pub fn secret_of_any_length(text: &str) -> Result<Secret, SecretError> {
    Secret::of_any_length(&crate::secret::decode(text)?)
}

/// Takes a decoded key of any length from one byte; see [`secret_of_any_length`].
///
/// # Errors
///
/// [`SecretError::Empty`].
pub fn secret_from_bytes_of_any_length(key: &[u8]) -> Result<Secret, SecretError> {
    Secret::of_any_length(key)
}

/// Accepts deliveries of any age, past and future.
///
/// For looking at stored deliveries. On a receiver it lets whoever recorded one delivery send it again
/// for ever.
#[must_use]
pub fn without_age_check(builder: VerifierBuilder) -> VerifierBuilder {
    builder.tolerance(Tolerance::NONE)
}
