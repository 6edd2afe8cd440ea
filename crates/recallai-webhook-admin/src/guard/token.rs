//! The bearer token, by RFC 6750.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use recallai_webhook_dispatch::Token;

/// Whether there is one `authorization` header, with this token.
pub(super) fn is_given(token: &Token, headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    bearer(value.as_bytes()).is_some_and(|given| token.is(given))
}

fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}
