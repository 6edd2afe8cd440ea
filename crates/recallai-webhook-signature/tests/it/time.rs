//! Timestamps: their one spelling, and how far from now they may lie.

use std::time::{Duration, UNIX_EPOCH};

use recallai_webhook_signature::{HeaderFamily, HeaderPart, SignError, Verifier, VerifyError};

use crate::delivery::{BODY, GOOD, ID, SECONDS, ageless, at, now, secret, svix, verifier};

const MAX: u64 = i64::MAX.unsigned_abs();

#[test]
fn the_tolerance_includes_its_ends() {
    let verifier = verifier();
    for (seconds, expected) in [
        (SECONDS + 300, Ok(())),
        (SECONDS + 301, Err(VerifyError::TooOld { seconds: 301 })),
        (SECONDS - 300, Ok(())),
        (SECONDS - 301, Err(VerifyError::TooNew { seconds: 301 })),
    ] {
        let verdict = verifier.verify(svix(ID, "1614265330", GOOD), BODY, at(seconds));
        assert_eq!(verdict.map(|_| ()), expected);
    }
    let within_the_second = at(SECONDS + 300) + Duration::from_millis(999);
    assert!(verifier.verify(svix(ID, "1614265330", GOOD), BODY, within_the_second).is_ok());
}

#[test]
fn past_and_future_have_their_own_tolerance() {
    let verifier = Verifier::builder()
        .secret("default", secret())
        .past_tolerance(Duration::from_secs(10))
        .future_tolerance(Duration::ZERO)
        .build()
        .unwrap();
    let verify =
        |seconds| verifier.verify(svix(ID, "1614265330", GOOD), BODY, at(seconds)).map(|_| ());
    assert_eq!(verify(SECONDS + 10), Ok(()));
    assert_eq!(verify(SECONDS + 11), Err(VerifyError::TooOld { seconds: 11 }));
    assert_eq!(verify(SECONDS), Ok(()));
    assert_eq!(verify(SECONDS - 1), Err(VerifyError::TooNew { seconds: 1 }));
}

#[test]
fn age_is_looked_at_before_the_signature() {
    let verdict = verifier().verify(svix(ID, "1614265330", "junk"), BODY, at(1)).map(|_| ());
    assert_eq!(verdict, Err(VerifyError::TooNew { seconds: SECONDS - 1 }));
}

#[test]
fn a_clock_before_1970_makes_deliveries_too_new() {
    let before = UNIX_EPOCH - Duration::from_secs(1000);
    let verdict = verifier().verify(svix(ID, "1614265330", GOOD), BODY, before).map(|_| ());
    assert_eq!(verdict, Err(VerifyError::TooNew { seconds: SECONDS }));
}

#[test]
fn a_timestamp_has_one_spelling() {
    let verifier = ageless(secret());
    for text in ["1", "9", "1614265330", &MAX.to_string()] {
        let signature = secret().sign(ID, text.parse().unwrap(), BODY).unwrap();
        let verified =
            verifier.verify(svix(ID, text, &signature), BODY, now()).map(|v| v.timestamp());
        assert_eq!(verified, Ok(text.parse().unwrap()));
    }
    let beyond = (MAX + 1).to_string();
    for text in [
        "",
        "0",
        "00",
        "-1",
        "+1",
        "01",
        "1.0",
        "1e9",
        "1_000",
        " 1",
        "1 ",
        "0x10",
        "١",
        "1\0",
        &beyond,
        "9999999999999999999",
        "18446744073709551616",
        "99999999999999999999999",
        "-9223372036854775808",
    ] {
        let error = verifier.verify(svix(ID, text, GOOD), BODY, now()).unwrap_err();
        let (family, part) = (HeaderFamily::Svix, HeaderPart::Timestamp);
        assert_eq!(error, VerifyError::InvalidHeader { family, part }, "{text:?}");
    }
}

#[test]
fn nothing_is_signed_that_would_be_refused() {
    let sign = |id, timestamp| secret().sign(id, timestamp, BODY).map(|_| ());
    assert_eq!(sign(ID, 1), Ok(()));
    assert_eq!(sign(ID, MAX), Ok(()));
    assert_eq!(sign(ID, 0), Err(SignError::InvalidTimestamp));
    assert_eq!(sign(ID, MAX + 1), Err(SignError::InvalidTimestamp));
    for id in ["", "a.b", "\n", "msg_\u{e9}"] {
        assert_eq!(sign(id, 1), Err(SignError::InvalidId), "{id:?}");
    }
}
