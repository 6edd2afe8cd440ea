//! The diagnosis names the one thing to mend, in words, where the verifier stops at its first failure.

use std::time::SystemTime;

use recallai_webhook_signature::HeaderFamily::{Svix, Webhook};
use recallai_webhook_signature::HeaderPart::{Id, Signature, Timestamp};
use recallai_webhook_signature::{ClockSkew, Diagnosis, Finding, Verifier};

use crate::delivery::{
    ASYMMETRIC, BODY, GOOD, ID, Lines, SECONDS, TIMESTAMP, WRONG, at, now, other_secret, secret,
    svix, verifier, webhook,
};

const COMPACT: &[u8] = br#"{"test":2432232314}"#;

fn diagnose(headers: Lines<'_>, body: &[u8], now: SystemTime) -> Diagnosis {
    verifier().diagnose(headers, body, now, std::iter::empty())
}

/// Checks the finding and a part of the words.
fn check(headers: Lines<'_>, expected: &Finding, words: &str) {
    let diagnosis = diagnose(headers, BODY, now());
    assert_eq!(diagnosis.finding(), expected);
    assert_eq!(diagnosis.skew(), None);
    let text = diagnosis.to_string();
    assert!(text.contains(words), "{text:?} does not say {words:?}");
    assert!(!text.ends_with('.') && !text.contains("  "), "{text}");
}

fn default() -> String {
    "default".into()
}

#[test]
fn headers() {
    check(svix(ID, TIMESTAMP, GOOD), &Finding::Valid { key_label: default() }, "verifies");
    check(Lines::new(), &Finding::NoHeaders, "no webhook secret yet");

    let mut cut = svix(ID, TIMESTAMP, GOOD);
    cut.pop();
    let missing = Finding::IncompleteHeaders { family: Svix, part: Signature };
    check(cut.clone(), &missing, "svix-signature is missing");
    cut.push(("webhook-signature", GOOD.as_bytes()));
    check(cut, &Finding::SplitFamilies, "one family");

    let mut twice = webhook(ID, TIMESTAMP, GOOD);
    twice.push(("webhook-id", b"msg_2"));
    let conflict = Finding::ConflictingHeader { family: Webhook, part: Id };
    check(twice, &conflict, "webhook-id is there more than once");

    for (id, timestamp, signature, part) in [
        ("a.b", TIMESTAMP, GOOD, Id),
        (ID, "yesterday", GOOD, Timestamp),
        (ID, TIMESTAMP, "\u{e9}", Signature),
    ] {
        let finding = Finding::MalformedHeader { family: Svix, part };
        check(svix(id, timestamp, signature), &finding, "malformed");
    }
    let many = vec![GOOD; 33].join(" ");
    check(svix(ID, TIMESTAMP, &many), &Finding::TooManySignatures, "more than 32");
}

#[test]
fn signatures_that_cannot_match() {
    let other = |symmetric, asymmetric| Finding::OtherVersionsOnly { symmetric, asymmetric };
    check(svix(ID, TIMESTAMP, ASYMMETRIC), &other(false, true), "whpk_");
    check(svix(ID, TIMESTAMP, "v9,abc"), &other(false, false), "unknown versions");
    for signature in ["", "junk", "v1,", &GOOD[..20], ",x", &format!("{ASYMMETRIC} v1,x")] {
        check(
            svix(ID, TIMESTAMP, signature),
            &Finding::MalformedSignatures,
            "cut the header short",
        );
    }
}

#[test]
fn a_right_signature_at_the_wrong_time_is_the_clock() {
    let old = diagnose(svix(ID, TIMESTAMP, GOOD), BODY, at(SECONDS + 3600));
    assert_eq!(*old.finding(), Finding::Clock { key_label: default() });
    assert_eq!(old.skew(), Some(ClockSkew::Behind { seconds: 3600 }));
    assert!(old.to_string().contains("the signature is right"), "{old}");
    assert!(old.to_string().contains("3600 s in the past"), "{old}");

    let new = diagnose(svix(ID, TIMESTAMP, GOOD), BODY, at(SECONDS - 301));
    assert_eq!(new.skew(), Some(ClockSkew::Ahead { seconds: 301 }));
    assert!(new.to_string().contains("301 s in the future"), "{new}");

    let milliseconds = secret().sign(ID, SECONDS * 1000, BODY).unwrap();
    let odd = diagnose(svix(ID, "1614265330000", &milliseconds), BODY, now());
    assert!(odd.to_string().contains("milliseconds"), "{odd}");
}

#[test]
fn a_wrong_signature_at_the_wrong_time_is_a_wrong_signature() {
    let diagnosis = diagnose(svix(ID, TIMESTAMP, WRONG), BODY, at(SECONDS + 3600));
    assert_eq!(*diagnosis.finding(), Finding::WrongSecretOrBody);
    assert_eq!(diagnosis.skew(), Some(ClockSkew::Behind { seconds: 3600 }));
    let text = diagnosis.to_string();
    assert!(text.starts_with("no configured secret made this signature"), "{text}");
    assert!(text.contains("apart from that, the timestamp lies 3600 s in the past"), "{text}");
}

#[test]
fn a_body_that_was_rewritten_is_found_among_the_candidates() {
    let verifier = verifier();
    let candidates: [&[u8]; 3] = [b"{}", BODY, b""];
    let headers = svix(ID, TIMESTAMP, GOOD);
    let diagnosis = verifier.diagnose(headers.clone(), COMPACT, now(), candidates);
    let expected = Finding::ReserializedBody { candidate: 1, key_label: default() };
    assert_eq!(*diagnosis.finding(), expected);
    assert!(diagnosis.to_string().contains("candidate 1"), "{diagnosis}");

    let none = verifier.diagnose(headers, COMPACT, now(), [&b"{}"[..]]);
    assert_eq!(*none.finding(), Finding::WrongSecretOrBody);
}

#[test]
fn an_expired_secret_is_named() {
    let expired = |builder: recallai_webhook_signature::VerifierBuilder| {
        builder.expiring_secret("2025", secret(), at(SECONDS - 1)).build().unwrap()
    };
    let headers = || svix(ID, TIMESTAMP, GOOD);
    for verifier in
        [expired(Verifier::builder()), expired(Verifier::builder().secret("2026", other_secret()))]
    {
        let diagnosis = verifier.diagnose(headers(), BODY, now(), std::iter::empty());
        assert_eq!(*diagnosis.finding(), Finding::ExpiredSecret { key_label: "2025".into() });
        assert!(diagnosis.to_string().contains("\"2025\", which has expired"), "{diagnosis}");
    }
    let verifier = expired(Verifier::builder());
    let wrong = verifier.diagnose(svix(ID, TIMESTAMP, WRONG), BODY, now(), std::iter::empty());
    assert_eq!(*wrong.finding(), Finding::NoActiveSecret);
}
