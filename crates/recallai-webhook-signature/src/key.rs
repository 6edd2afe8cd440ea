//! One key of a verifier, and what it makes of a delivery's signatures.

use std::fmt;
use std::time::SystemTime;

use constant_time_eq::constant_time_eq_32;

#[cfg(feature = "ed25519")]
use crate::PublicKey;
use crate::Secret;
use crate::mac::SignedContent;
use crate::tokens::Tokens;

/// One key of a verifier.
pub(crate) struct Key {
    pub(crate) label: String,
    pub(crate) expires_at: Option<SystemTime>,
    pub(crate) kind: KeyKind,
}

pub(crate) enum KeyKind {
    Secret(Secret),
    #[cfg(feature = "ed25519")]
    PublicKey(PublicKey),
}

impl Key {
    pub(crate) fn is_active(&self, now: SystemTime) -> bool {
        self.expires_at.is_none_or(|expires_at| now < expires_at)
    }

    /// The version of the signatures that this kind of key makes.
    pub(crate) fn version(&self) -> &'static [u8] {
        match self.kind {
            KeyKind::Secret(_) => b"v1",
            #[cfg(feature = "ed25519")]
            KeyKind::PublicKey(_) => b"v1a",
        }
    }

    /// Whether any token has the version and form that this kind of key makes.
    pub(crate) fn may_match(&self, tokens: &Tokens<'_>) -> bool {
        match self.kind {
            KeyKind::Secret(_) => !tokens.symmetric.is_empty(),
            #[cfg(feature = "ed25519")]
            KeyKind::PublicKey(_) => !tokens.asymmetric.is_empty(),
        }
    }

    /// The text of the token that this key made.
    pub(crate) fn matching<'d>(
        &self,
        tokens: &Tokens<'d>,
        content: SignedContent<'d>,
    ) -> Option<&'d [u8]> {
        match &self.kind {
            KeyKind::Secret(secret) => {
                let expected = secret.midstates.mac(content);
                let matches = |mac| constant_time_eq_32(mac, &expected);
                tokens.symmetric.iter().find(|token| matches(&token.mac)).map(|token| token.text)
            }
            #[cfg(feature = "ed25519")]
            KeyKind::PublicKey(key) => {
                let mut tokens = tokens.asymmetric.iter();
                tokens.find(|token| key.matches(content, &token.signature)).map(|token| token.text)
            }
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("label", &self.label)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
