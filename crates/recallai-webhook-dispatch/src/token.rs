//! Tokens: for sources that cannot sign, such as the real-time events of the Desktop SDK.

use std::fmt;

use constant_time_eq::constant_time_eq;
use zeroize::Zeroizing;

/// The shortest token: 16 characters, about 95 bits if it is random.
const MIN_LEN: usize = 16;

/// A secret that the sender repeats in the URL (`?token=…`) or as `authorization: Bearer …`.
///
/// Weaker than a signature: it does not cover the body, and URLs end up in logs. Use it only for
/// what cannot be signed. Compared in constant time, wiped on drop, never shown.
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

/// Why a text is no token. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Shorter than 16 characters.
    #[error("token of {len} characters is too short, at least {MIN_LEN} are needed")]
    TooShort {
        /// How many characters it has.
        len: usize,
    },
    /// Holds a character that would need escaping in a URL.
    #[error("token may hold only letters, digits and - . _ ~")]
    NotUrlSafe,
}

/// Why a delivery to an endpoint with a token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenRefusal {
    /// Neither the query nor the `authorization` header has a token.
    #[error("no token in the query or the authorization header")]
    Missing,
    /// There is a token, and it is not the right one.
    #[error("wrong token")]
    Wrong,
}

impl Token {
    /// Takes a token of at least 16 characters that need no escaping in a URL.
    ///
    /// # Errors
    ///
    /// The text is too short, or holds other characters than letters, digits and `- . _ ~`.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)) {
            return Err(TokenError::NotUrlSafe);
        }
        if text.len() < MIN_LEN {
            return Err(TokenError::TooShort { len: text.len() });
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// Whether a text is this token. How long that takes does not depend on where they differ.
    pub fn is(&self, text: &[u8]) -> bool {
        constant_time_eq(text, self.0.as_bytes())
    }

    /// Whether another token is the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.is(other.0.as_bytes())
    }

    /// Looks for the token in the query, then in the headers. Every place that has one must agree.
    pub(crate) fn check<'h>(
        &self,
        query: Option<&str>,
        headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
    ) -> Result<(), TokenRefusal> {
        let in_query = query
            .into_iter()
            .flat_map(|query| query.split('&'))
            .filter_map(|pair| pair.strip_prefix("token="))
            .map(str::as_bytes);
        let in_headers = headers
            .into_iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("authorization"))
            .filter_map(|(_, value)| bearer(value));
        let mut given = in_query.chain(in_headers).peekable();
        given.peek().ok_or(TokenRefusal::Missing)?;
        match given.all(|token| self.is(token)) {
            true => Ok(()),
            false => Err(TokenRefusal::Wrong),
        }
    }
}

fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([redacted])")
    }
}
