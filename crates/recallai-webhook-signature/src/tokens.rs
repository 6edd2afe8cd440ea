//! The signature header's tokens: which could match at all, decided before anything is hashed.

use arrayvec::ArrayVec;
#[cfg(feature = "ed25519")]
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::ascii;
use crate::mac::Mac;
use crate::mac_text;
use crate::{HeaderFamily, HeaderPart, VerifyError};

/// How many tokens a delivery may carry over all its signature lines. The sender uses at most eleven:
/// the newest key and ten older ones.
pub(crate) const MAX_TOKENS: usize = 32;

const SYMMETRIC: &[u8] = b"v1,";
#[cfg(feature = "ed25519")]
const ASYMMETRIC: &[u8] = b"v1a,";

/// A well-formed `v1` token and the code it carries.
pub(crate) struct MacToken<'d> {
    pub(crate) text: &'d [u8],
    pub(crate) mac: Mac,
}

/// A well-formed `v1a` token and the signature it carries.
#[cfg(feature = "ed25519")]
pub(crate) struct AsymmetricToken<'d> {
    pub(crate) text: &'d [u8],
    pub(crate) signature: [u8; 64],
}

/// The tokens of a delivery that a key could have made; all others are skipped.
#[derive(Default)]
pub(crate) struct Tokens<'d> {
    pub(crate) symmetric: ArrayVec<MacToken<'d>, MAX_TOKENS>,
    #[cfg(feature = "ed25519")]
    pub(crate) asymmetric: ArrayVec<AsymmetricToken<'d>, MAX_TOKENS>,
}

impl<'d> Tokens<'d> {
    /// Adds what `lines` hold. Filled in place, because the lists are too large to be moved about.
    #[inline]
    pub(crate) fn read(
        &mut self,
        lines: &[&'d [u8]],
        family: HeaderFamily,
    ) -> Result<(), VerifyError> {
        // No push fails: `for_each` visits no more than `MAX_TOKENS`.
        for_each(lines, family, |text| {
            if let Some(mac) = text.strip_prefix(SYMMETRIC).and_then(mac_text::decode) {
                let _ = self.symmetric.try_push(MacToken { text, mac });
            }
            #[cfg(feature = "ed25519")]
            if let Some(signature) = text.strip_prefix(ASYMMETRIC).and_then(decode_signature) {
                let _ = self.asymmetric.try_push(AsymmetricToken { text, signature });
            }
        })
    }
}

/// Splits all lines into tokens and hands each to `visit`.
#[inline]
pub(crate) fn for_each<'d>(
    lines: &[&'d [u8]],
    family: HeaderFamily,
    mut visit: impl FnMut(&'d [u8]),
) -> Result<(), VerifyError> {
    let mut count = 0;
    let mut visit = |token| {
        count += 1;
        if count > MAX_TOKENS {
            return Err(VerifyError::TooManySignatures);
        }
        visit(token);
        Ok(())
    };
    for &line in lines {
        if !ascii::all(line, is_printable) {
            return Err(VerifyError::InvalidHeader { family, part: HeaderPart::Signature });
        }
        if ascii::all(line, |byte| byte != b' ') {
            visit(line)?;
            continue;
        }
        let mut tokens =
            line.split(|&byte| byte == b' ').filter(|token| !token.is_empty()).peekable();
        while let Some(token) = tokens.next() {
            // A proxy that joins repeated lines writes `v1,A, v1,B`.
            let joined = if tokens.peek().is_some() { token.strip_suffix(b",") } else { None };
            visit(joined.unwrap_or(token))?;
        }
    }
    Ok(())
}

/// What HTTP allows in a field value, less what is not ASCII; a tab separates nothing here.
fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t')
}

/// Canonical base64 of exactly 64 bytes, or nothing.
#[cfg(feature = "ed25519")]
fn decode_signature(text: &[u8]) -> Option<[u8; 64]> {
    let mut signature = [0; 64];
    (STANDARD.decode_slice(text, &mut signature) == Ok(signature.len())).then_some(signature)
}
