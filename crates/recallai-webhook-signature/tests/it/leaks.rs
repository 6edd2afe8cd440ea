//! No text that this crate makes holds a secret, a key or an expected signature.

use std::fmt::{Debug, Display, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use recallai_webhook_signature::{Secret, Verifier};

use crate::delivery::{
    ASYMMETRIC, BODY, GOOD, ID, Lines, SECONDS, SECRET, TIMESTAMP, WRONG, at, now, secret, svix,
};

/// The texts that must not appear: the secret, the key and the expected signature, in usual spellings.
fn forbidden() -> Vec<String> {
    let key = STANDARD.decode(&SECRET[6..]).unwrap();
    let mac = STANDARD.decode(&GOOD[3..]).unwrap();
    let mut texts = vec![SECRET[6..].into(), GOOD[3..].into()];
    for bytes in [&key, &mac] {
        let list = |text: String| text.trim_matches(['[', ']']).to_owned();
        texts.push(list(format!("{:?}", &bytes[..4])));
        texts.push(list(format!("{:02x?}", &bytes[..4])));
        texts.push(bytes[..6].iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        }));
    }
    // Six characters of either are too many already.
    texts.extend([&SECRET[6..12], &SECRET[32..38], &GOOD[3..9], &GOOD[40..46]].map(String::from));
    texts
}

fn assert_clean(text: &str) {
    for forbidden in forbidden() {
        assert!(!text.contains(&forbidden), "{text:?} holds {forbidden:?}");
    }
}

fn debug(value: &impl Debug) {
    assert_clean(&format!("{value:?} {value:#?} {value:02x?}"));
}

fn both(value: &(impl Debug + Display)) {
    debug(value);
    assert_clean(&value.to_string());
}

#[test]
fn the_check_finds_what_it_looks_for() {
    assert!(forbidden().iter().any(|text| format!("key: {SECRET}").contains(text)));
    let key = STANDARD.decode(&SECRET[6..]).unwrap();
    assert!(forbidden().iter().any(|text| format!("{key:?}").contains(text)));
}

#[test]
fn secrets_and_verifiers() {
    debug(&secret());
    let builder =
        || Verifier::builder().secret("a", secret()).expiring_secret("b", secret(), now());
    debug(&builder());
    debug(&builder().build().unwrap());
    both(&builder().secret("a", secret()).build().unwrap_err());
}

#[test]
fn errors_about_secrets() {
    for spoil in ["\"{}\"", " {}", "v1,{}", "whsec_{}", "{}_-", "{}!", "{}=", "{}A", "{}{}{}{}{}"] {
        let text = spoil.replace("{}", SECRET);
        both(&Secret::parse(&text).unwrap_err());
    }
    // One character after another is damaged or cut off.
    for index in 6..SECRET.len() {
        for spoilt in
            [format!("{}*{}", &SECRET[..index], &SECRET[index + 1..]), SECRET[..index].into()]
        {
            both(&Secret::parse(&spoilt).unwrap_err());
        }
    }
}

#[test]
fn errors_diagnoses_and_verified_deliveries() {
    let verifier = Verifier::builder().secret("default", secret()).build().unwrap();
    let expired = Verifier::builder().expiring_secret("old", secret(), at(1)).build().unwrap();
    let cases: [(Lines<'_>, &[u8], u64); 10] = [
        (svix(ID, TIMESTAMP, GOOD), BODY, SECONDS),
        (svix(ID, TIMESTAMP, GOOD), BODY, SECONDS + 301),
        (svix(ID, TIMESTAMP, GOOD), BODY, SECONDS - 301),
        (svix(ID, TIMESTAMP, GOOD), b"changed", SECONDS),
        (svix(ID, TIMESTAMP, WRONG), BODY, SECONDS),
        (svix(ID, TIMESTAMP, ASYMMETRIC), BODY, SECONDS),
        (svix(ID, TIMESTAMP, &GOOD[..30]), BODY, SECONDS),
        (svix("msg.1", TIMESTAMP, GOOD), BODY, SECONDS),
        (svix(ID, GOOD, GOOD), BODY, SECONDS),
        (svix(ID, TIMESTAMP, GOOD)[..2].to_vec(), BODY, SECONDS),
    ];
    for (headers, body, seconds) in &cases {
        for verifier in [&verifier, &expired] {
            match verifier.verify(headers.iter().copied(), body, at(*seconds)) {
                Ok(verified) => debug(&verified),
                Err(error) => both(&error),
            }
            both(&verifier.diagnose(headers.iter().copied(), body, at(*seconds), [BODY]));
        }
    }
}
