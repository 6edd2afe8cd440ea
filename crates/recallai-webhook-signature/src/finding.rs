//! What can be wrong with a delivery, in words for whoever has to mend it.

use std::fmt;

use crate::{HeaderFamily, HeaderPart, VerifyError};

/// What is wrong with a delivery, if anything. `Display` says it; [`advice`](Self::advice) says what to
/// do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// Nothing: it verifies.
    Valid {
        /// The key that made the signature.
        key_label: String,
    },
    /// None of the six signature headers is there.
    NoHeaders,
    /// A family is incomplete.
    IncompleteHeaders {
        /// The family that came closest.
        family: HeaderFamily,
        /// Its first missing part.
        part: HeaderPart,
    },
    /// The two families have one triple between them.
    SplitFamilies,
    /// A header has a value that no sender writes.
    MalformedHeader {
        /// The family in use.
        family: HeaderFamily,
        /// The malformed part.
        part: HeaderPart,
    },
    /// A header is repeated with different values.
    ConflictingHeader {
        /// The family in use.
        family: HeaderFamily,
        /// The repeated part.
        part: HeaderPart,
    },
    /// More than 32 signatures.
    TooManySignatures,
    /// The signature is right, the timestamp outside of the tolerance: see [`Diagnosis::skew`](crate::Diagnosis::skew).
    Clock {
        /// The key that made the signature.
        key_label: String,
    },
    /// All signatures are of versions that no configured key makes.
    OtherVersionsOnly {
        /// There are `v1` signatures, which need a secret.
        symmetric: bool,
        /// There are `v1a` signatures, which need a public key.
        asymmetric: bool,
    },
    /// No signature is well formed.
    MalformedSignatures,
    /// All configured secrets have expired, and none of them made the signature.
    NoActiveSecret,
    /// The signature was made with a secret that has expired here.
    ExpiredSecret {
        /// The label of the expired secret.
        key_label: String,
    },
    /// One of the candidate bodies is what was signed.
    ReserializedBody {
        /// The position of the body among the candidates, from zero.
        candidate: usize,
        /// The key that made the signature.
        key_label: String,
    },
    /// No configured key made any of the signatures over this body.
    WrongSecretOrBody,
}

impl Finding {
    /// A name for output that programs read, stable across releases: one per variant, without its
    /// fields.
    ///
    /// ```
    /// use recallai_webhook_signature::Finding;
    /// assert_eq!(Finding::NoHeaders.name(), "no_headers");
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Valid { .. } => "valid",
            Self::NoHeaders => "no_headers",
            Self::IncompleteHeaders { .. } => "incomplete_headers",
            Self::SplitFamilies => "split_families",
            Self::MalformedHeader { .. } => "malformed_header",
            Self::ConflictingHeader { .. } => "conflicting_header",
            Self::TooManySignatures => "too_many_signatures",
            Self::Clock { .. } => "clock",
            Self::OtherVersionsOnly { .. } => "other_versions_only",
            Self::MalformedSignatures => "malformed_signatures",
            Self::NoActiveSecret => "no_active_secret",
            Self::ExpiredSecret { .. } => "expired_secret",
            Self::ReserializedBody { .. } => "reserialized_body",
            Self::WrongSecretOrBody => "wrong_secret_or_body",
        }
    }

    /// What an error says that was met before any key was tried.
    pub(crate) fn of_headers(error: VerifyError) -> Self {
        match error {
            VerifyError::NoSignatureHeaders => Self::NoHeaders,
            VerifyError::MissingHeader { family, part } => Self::IncompleteHeaders { family, part },
            VerifyError::InvalidHeader { family, part } => Self::MalformedHeader { family, part },
            VerifyError::ConflictingHeader { family, part } => {
                Self::ConflictingHeader { family, part }
            }
            VerifyError::TooManySignatures => Self::TooManySignatures,
            _ => Self::MalformedSignatures,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid { key_label } => write!(f, "the delivery verifies with key {key_label:?}"),
            Self::NoHeaders => f.write_str("there are no signature headers"),
            Self::IncompleteHeaders { family, part } => {
                write!(f, "the header {} is missing", family.header_name(*part))
            }
            Self::SplitFamilies => f.write_str(
                "svix-* and webhook-* headers have one set between them, and all three of one family are \
                 needed",
            ),
            Self::MalformedHeader { family, part } => {
                write!(f, "the header {} is malformed", family.header_name(*part))
            }
            Self::ConflictingHeader { family, part } => write!(
                f,
                "the header {} is there more than once, with different values",
                family.header_name(*part)
            ),
            Self::TooManySignatures => {
                f.write_str("there are more than 32 signatures, and a sender makes at most 11")
            }
            Self::Clock { key_label } => {
                write!(f, "the signature is right (key {key_label:?}), but the time is not")
            }
            Self::OtherVersionsOnly { asymmetric: true, .. } => f.write_str(
                "the sender signs with v1a (a public key) only, and there is no public key here",
            ),
            Self::OtherVersionsOnly { symmetric: true, .. } => {
                f.write_str("the sender signs with v1 (a secret) only, and there is no secret here")
            }
            Self::OtherVersionsOnly { .. } => f.write_str("all signatures are of unknown versions"),
            Self::MalformedSignatures => f.write_str("no signature is well formed"),
            Self::NoActiveSecret => f.write_str("all configured secrets have expired"),
            Self::ExpiredSecret { key_label } => write!(
                f,
                "the signature was made with secret {key_label:?}, which has expired here"
            ),
            Self::ReserializedBody { candidate, key_label } => write!(
                f,
                "the body was changed before it got here: candidate {candidate} is what was signed \
                 (key {key_label:?})"
            ),
            Self::WrongSecretOrBody => {
                f.write_str("no configured secret made this signature over this body")
            }
        }
    }
}
