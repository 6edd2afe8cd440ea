//! Why a delivery is refused.

use std::fmt;

use crate::{HeaderFamily, HeaderPart};

/// Why [`Verifier::verify`](crate::Verifier::verify) refused a delivery.
///
/// For logs and metrics, not for the caller: whoever sent the request learns that it was refused and
/// nothing more. No variant carries a secret, an expected signature or anything the request said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerifyError {
    /// The request has none of the six signature headers.
    NoSignatureHeaders,
    /// Neither family is complete; this is what the one that came closest lacks.
    MissingHeader {
        /// The family that came closest to being complete.
        family: HeaderFamily,
        /// Its first missing part.
        part: HeaderPart,
    },
    /// A header of the family in use has a value that no sender writes.
    InvalidHeader {
        /// The family in use.
        family: HeaderFamily,
        /// The malformed part.
        part: HeaderPart,
    },
    /// The id or the timestamp is given several times, with different values.
    ConflictingHeader {
        /// The family in use.
        family: HeaderFamily,
        /// The repeated part.
        part: HeaderPart,
    },
    /// More than 32 signatures over all signature lines.
    TooManySignatures,
    /// The timestamp lies further in the past than the tolerance allows.
    TooOld {
        /// How far before `now` the timestamp lies.
        seconds: u64,
    },
    /// The timestamp lies further in the future than the tolerance allows.
    TooNew {
        /// How far after `now` the timestamp lies.
        seconds: u64,
    },
    /// No signature has the version and the form that any of the keys could have made.
    NoUsableSignature,
    /// Well-formed signatures, but no active key made any of them for this id, timestamp and body.
    NoMatchingSignature,
    /// All keys of the verifier have expired.
    NoActiveSecret,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSignatureHeaders => f.write_str("no signature headers"),
            Self::MissingHeader { family, part } => {
                let name = family.header_name(*part);
                write!(f, "header {name} is missing")
            }
            Self::InvalidHeader { family, part } => {
                let name = family.header_name(*part);
                write!(f, "header {name} is malformed")
            }
            Self::ConflictingHeader { family, part } => {
                let name = family.header_name(*part);
                write!(f, "header {name} is repeated with different values")
            }
            Self::TooManySignatures => f.write_str("more than 32 signatures"),
            Self::TooOld { seconds } => write!(f, "timestamp is {seconds} s in the past"),
            Self::TooNew { seconds } => write!(f, "timestamp is {seconds} s in the future"),
            Self::NoUsableSignature => {
                f.write_str("no signature of a version and form that a configured key makes")
            }
            Self::NoMatchingSignature => {
                f.write_str("no signature matches: wrong secret or altered body")
            }
            Self::NoActiveSecret => f.write_str("all configured secrets have expired"),
        }
    }
}

impl std::error::Error for VerifyError {}

/// Who has to act when a delivery is refused.
///
/// Exhaustive, so that a caller who decides by it decides about all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blame {
    /// Whoever sent the request, or a proxy on its way.
    Sender,
    /// One of the two clocks, or somebody who replays an old delivery.
    Clock,
    /// The secret configured here, or whatever altered the body, id or timestamp on the way.
    SecretOrBody,
    /// The configuration here.
    Receiver,
}

impl VerifyError {
    /// Who has to act.
    #[must_use]
    pub const fn blame(self) -> Blame {
        match self {
            Self::NoSignatureHeaders
            | Self::MissingHeader { .. }
            | Self::InvalidHeader { .. }
            | Self::ConflictingHeader { .. }
            | Self::TooManySignatures
            | Self::NoUsableSignature => Blame::Sender,
            Self::TooOld { .. } | Self::TooNew { .. } => Blame::Clock,
            Self::NoMatchingSignature => Blame::SecretOrBody,
            Self::NoActiveSecret => Blame::Receiver,
        }
    }

    /// A name for metrics labels, stable across releases: one per variant, without its fields.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoSignatureHeaders => "no_signature_headers",
            Self::MissingHeader { .. } => "missing_header",
            Self::InvalidHeader { .. } => "invalid_header",
            Self::ConflictingHeader { .. } => "conflicting_header",
            Self::TooManySignatures => "too_many_signatures",
            Self::TooOld { .. } => "too_old",
            Self::TooNew { .. } => "too_new",
            Self::NoUsableSignature => "no_usable_signature",
            Self::NoMatchingSignature => "no_matching_signature",
            Self::NoActiveSecret => "no_active_secret",
        }
    }
}
