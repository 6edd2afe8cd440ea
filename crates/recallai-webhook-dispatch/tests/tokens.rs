//! Tokens: where they are looked for, and that nothing but the right one lets in.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use bytes::Bytes;
use recallai_webhook_dispatch::{Delivery, Endpoint, Refusal, Token, TokenError, TokenRefusal};
use support::{KNOWN, at};

const TOKEN: &str = "hUq3-0Lk_9.x~Zabc";

#[track_caller]
fn check(query: Option<&str>, headers: &[(&str, &[u8])], expected: Result<(), TokenRefusal>) {
    let endpoint = Endpoint::token("desktop", Token::parse(TOKEN).unwrap());
    let delivery =
        Delivery::new(headers.iter().copied(), Bytes::from(KNOWN), at()).with_query(query);
    let verified = endpoint.verify(&delivery).map(drop);
    assert_eq!(verified, expected.map_err(Refusal::Token), "{query:?} {headers:?}");
}

#[test]
fn a_token_is_found_in_the_query_and_in_the_authorization_header() {
    check(Some("token=hUq3-0Lk_9.x~Zabc"), &[], Ok(()));
    check(Some("a=b&token=hUq3-0Lk_9.x~Zabc&c"), &[], Ok(()));
    check(None, &[("authorization", b"Bearer hUq3-0Lk_9.x~Zabc")], Ok(()));
    check(None, &[("Authorization", b"bearer hUq3-0Lk_9.x~Zabc")], Ok(()));
}

#[test]
fn anything_else_is_refused() {
    let missing = Err(TokenRefusal::Missing);
    check(None, &[], missing);
    check(Some(""), &[], missing);
    check(Some("mytoken=hUq3-0Lk_9.x~Zabc"), &[], missing);
    check(None, &[("authorization", b"Basic hUq3-0Lk_9.x~Zabc")], missing);
    let wrong = Err(TokenRefusal::Wrong);
    check(Some("token="), &[], wrong);
    check(Some("token=hUq3-0Lk_9.x~Zab"), &[], wrong);
    check(Some("token=hUq3-0Lk_9.x~Zabcd"), &[], wrong);
    check(Some("token=HUQ3-0LK_9.X~ZABC"), &[], wrong);
    check(None, &[("authorization", b"Bearer ")], wrong);
    // Two places that disagree: one of them is somebody else's.
    check(Some("token=hUq3-0Lk_9.x~Zabc&token=x"), &[], wrong);
    check(Some("token=hUq3-0Lk_9.x~Zabc"), &[("authorization", b"Bearer x")], wrong);
}

#[test]
fn weak_tokens_are_refused_and_none_is_shown() {
    assert_eq!(Token::parse("short").unwrap_err(), TokenError::TooShort { len: 5 });
    assert_eq!(Token::parse("").unwrap_err(), TokenError::TooShort { len: 0 });
    assert_eq!(Token::parse("sixteen chars + a space").unwrap_err(), TokenError::NotUrlSafe);
    assert_eq!(format!("{:?}", Token::parse(TOKEN).unwrap()), "Token([redacted])");
}

#[test]
fn a_text_is_the_token_or_not() {
    let token = Token::parse(TOKEN).unwrap();
    for (text, expected) in [
        (TOKEN, true),
        ("", false),
        ("hUq3-0Lk_9.x~Zab", false),
        ("hUq3-0Lk_9.x~Zabcd", false),
        ("HUQ3-0LK_9.X~ZABC", false),
    ] {
        assert_eq!(token.is(text.as_bytes()), expected, "{text}");
    }
}
