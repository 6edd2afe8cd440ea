//! What can be wrong with a secret, and with what is to be signed.

use std::fmt;

/// Why a text is not a verification secret, and what to do about it.
///
/// It never carries a character of the text, nor a position in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretError {
    /// Nothing, only whitespace, or `whsec_` alone. An empty key would let anybody sign.
    Empty,
    /// Quotes around the secret.
    Quoted,
    /// Whitespace in or around the secret.
    Whitespace,
    /// It begins with `v1,`.
    SignaturePrefix,
    /// It begins with `whsec_whsec_`.
    DoublePrefix,
    /// It begins with `whsk_`.
    PrivateKey,
    /// It begins with `whpk_`.
    PublicKey,
    /// `-` or `_` where standard base64 has `+` and `/`.
    UrlSafeAlphabet,
    /// Forty hexadecimal digits, or `Token ...`.
    ApiKey,
    /// The last character holds bits that belong to no byte.
    TrailingBits,
    /// A character that base64 does not have.
    NotBase64,
    /// Fewer than 24 bytes.
    TooShort {
        /// The length of the decoded key.
        bytes: usize,
    },
    /// More than 75 bytes.
    TooLong {
        /// The length of the decoded key.
        bytes: usize,
    },
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("secret is empty: check that the variable or file it comes from is set \
         (an empty secret would let anybody sign)"),
            Self::Quoted => f.write_str("secret is in quotes: remove them, some env files keep them as part of the value"),
            Self::Whitespace => f.write_str("secret contains whitespace: remove spaces and line ends in and around it"),
            Self::SignaturePrefix => f.write_str("secret begins with `v1,`: remove that if `whsec_` follows, \
         otherwise this is a signature and not a secret"),
            Self::DoublePrefix => f.write_str("secret begins with `whsec_` twice: remove one"),
            Self::PrivateKey => f.write_str("this is a private signing key (`whsk_`), which only the sender holds: \
         replace it there, then use the public key (`whpk_`) or a secret (`whsec_`) here"),
            Self::PublicKey => f.write_str("this is a public key (`whpk_`) and not a secret: configure it as a public key, \
         which needs the feature `ed25519`"),
            Self::UrlSafeAlphabet => f.write_str("secret is in url-safe base64: copy it from the dashboard again, unconverted"),
            Self::ApiKey => f.write_str("this looks like an API key and not a webhook secret: \
         create or copy the secret (`whsec_...`) on the dashboard's webhook page"),
            Self::TrailingBits => f.write_str("secret is cut short or mistyped: its last character does not fit, copy it again"),
            Self::NotBase64 => f.write_str("secret is not base64: copy it again, it is `whsec_` and letters, digits, `+` and `/`"),
            Self::TooShort { bytes: 1 } => f.write_str("secret is 1 byte long, fewer than the 24 a sender makes: copy all of it"),
            Self::TooShort { bytes } => write!(f, "secret is {bytes} bytes long, fewer than the 24 a sender makes: copy all of it \
         (documentation examples may be shorter, and need an explicit opt-in)"),
            Self::TooLong { bytes } => write!(f, "secret is {bytes} bytes long, more than the 75 a sender makes: copy only the secret"),
        }
    }
}

impl std::error::Error for SecretError {}

/// Why nothing was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignError {
    /// The id is empty, has a dot, or is not printable ASCII.
    InvalidId,
    /// The timestamp is 0 or more than a signed 64-bit number holds.
    InvalidTimestamp,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidId => {
                f.write_str("message id is empty, has a dot or is not printable ascii")
            }
            Self::InvalidTimestamp => f.write_str("timestamp is zero or out of range"),
        }
    }
}

impl std::error::Error for SignError {}
