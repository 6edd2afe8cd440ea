//! Every published and derived vector gets its verdict, and each difference from a published library
//! has a reason.

use std::time::Duration;

use recallai_webhook_signature::{HeaderPart, Secret, SecretError, Verifier, VerifyError, danger};
use serde_json::Value;

use crate::delivery::at;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/signatures/vectors.json");

const SVIX: &str = "observed_svix_2_9_1";
const STANDARD: &str = "observed_standardwebhooks_1_0_1";
const STANDARD_HEAD: &str = "observed_standardwebhooks_head";
const PYTHON: &str = "observed_python_svix";
const JS: &str = "observed_js_svix";
const RUST: &[&str] = &[SVIX, STANDARD, STANDARD_HEAD];
const ALL: &[&str] = &[SVIX, STANDARD, STANDARD_HEAD, PYTHON, JS];
const FIXED_TOLERANCE: &str = "the library has a fixed tolerance of 300 s";

/// Vector, the libraries whose verdict is not ours, and why.
const DIFFERENCES: &[(&str, &[&str], &str)] = &[
    ("valid v1a, ed25519 public key", ALL, "no published library verifies v1a"),
    (
        "custom tolerance 900, timestamp now-600",
        &[STANDARD, STANDARD_HEAD, PYTHON, JS],
        FIXED_TOLERANCE,
    ),
    (
        "custom tolerance 900, timestamp now+600",
        &[STANDARD, STANDARD_HEAD, PYTHON, JS],
        FIXED_TOLERANCE,
    ),
    ("custom tolerance 60, timestamp now-120", ALL, FIXED_TOLERANCE),
    ("custom tolerance 60, timestamp now+120", ALL, FIXED_TOLERANCE),
    ("custom tolerance 0, one second old", ALL, FIXED_TOLERANCE),
    (
        "old timestamp with tolerance disabled",
        &[STANDARD, STANDARD_HEAD, PYTHON, JS],
        FIXED_TOLERANCE,
    ),
    (
        "negative timestamp with tolerance spanning the epoch",
        &[SVIX],
        "no sender signs before 1970",
    ),
    ("timestamp 0, validly signed, now=100", ALL, "0 is an unset value, not a time"),
    (
        "timestamp syntax '+1614265330', signed over the canonical integer",
        ALL,
        "the signature covers the header text, not a number read from it",
    ),
    (
        "timestamp syntax '01614265330', signed over the canonical integer",
        ALL,
        "the signature covers the header text, not a number read from it",
    ),
    (
        "timestamp syntax '1614265330abc', signed over the canonical integer",
        &[JS],
        "the signature covers the header text, not a number read from it",
    ),
    ("double space between tokens", &[PYTHON], "an empty token is skipped, not a crash"),
    (
        "token without comma before the good one",
        &[PYTHON],
        "a foreign token is skipped, not a crash",
    ),
    ("two signature header lines, good one second", RUST, "all lines of the header are read"),
    ("signature non-canonical trailing bits (..1OF=)", &[PYTHON], "one signature has one text"),
    ("signature with embedded newline (obs-fold)", &[PYTHON], "a folded line is not printable"),
    ("1000 junk tokens then the good one (DoS bound)", ALL, "a sender makes at most 11 signatures"),
    (
        "svix- valid, webhook- garbage",
        &[STANDARD, STANDARD_HEAD],
        "a complete svix triple counts first",
    ),
    (
        "svix-id missing but webhook- family complete and svix-signature garbage",
        &[SVIX, PYTHON, JS],
        "names of two families never mix",
    ),
    ("non-ASCII id header", &[PYTHON, JS], "ids are printable ASCII"),
    (
        "dot ambiguity, reading 2: id='a.1614265330', body='{}'",
        ALL,
        "an id with a dot gives one signature two readings",
    ),
    (
        "non-UTF-8 body, validly signed",
        ALL,
        "the signature covers bytes; what they mean is for later",
    ),
];

/// The same for secrets, by their text.
const SECRET_DIFFERENCES: &[(&str, &[&str], &str)] = &[
    ("", &[STANDARD], "an empty secret lets anybody sign"),
    ("whsec_", &[STANDARD, "observed_js"], "an empty secret lets anybody sign"),
    (
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        &["observed_python", "observed_js"],
        "non-zero trailing bits are a cut or mistyped secret",
    ),
    ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr", &[SVIX, STANDARD], "padding is optional"),
    ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr", &[SVIX, STANDARD], "padding is optional"),
    (
        "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        &["observed_python"],
        "this decodes to another key",
    ),
    (
        "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==",
        &["observed_python"],
        "a private key is not a secret",
    ),
];

#[test]
fn every_delivery_gets_its_verdict() {
    let file = file();
    let vectors = file["verify"].as_array().unwrap();
    assert_eq!(vectors.len(), 99, "a vector was added or lost");
    for vector in vectors {
        let name = text(&vector["name"]);
        let Some(verifier) = verifier(vector) else {
            continue;
        };
        let headers: Vec<_> = vector["headers"].as_array().unwrap().iter().collect();
        let headers = headers.iter().map(|line| (text(&line[0]), text(&line[1]).as_bytes()));
        let (body, now) = (body(vector), at(vector["now"].as_u64().unwrap()));
        match (verifier.verify(headers, &body, now), text(&vector["expect"])) {
            (Ok(_), "accept") => {}
            (Err(error), "reject") => assert_error(name, error, text(&vector["error"])),
            (verdict, expected) => panic!("{name}: {verdict:?}, expected {expected}"),
        }
    }
}

#[test]
fn every_difference_from_a_published_library_has_a_reason() {
    let file = file();
    check_differences(&file["verify"], "name", DIFFERENCES);
    check_differences(&file["secrets"], "secret", SECRET_DIFFERENCES);
}

#[test]
fn every_secret_gets_its_verdict() {
    let file = file();
    for vector in file["secrets"].as_array().unwrap() {
        let secret = text(&vector["secret"]);
        match (Secret::parse(secret), vector["error"].as_str()) {
            (Ok(parsed), None) => {
                let key = hex(text(&vector["key_hex"]));
                let (same, ours) = (Secret::from_bytes(&key).unwrap(), parsed);
                assert_eq!(ours.sign("a", 1, b""), same.sign("a", 1, b""), "{secret}");
            }
            (Err(error), Some(expected)) => {
                let expected = match expected {
                    "EmptySecret" => SecretError::Empty,
                    "InvalidSecret (hint: truncated or mistyped)" => SecretError::TrailingBits,
                    "InvalidSecret(base64)" => SecretError::NotBase64,
                    "InvalidSecret (hint: drop 'v1,')" => SecretError::SignaturePrefix,
                    "InvalidSecret (private signing key; use the whpk_ public key)" => {
                        SecretError::PrivateKey
                    }
                    other => panic!("no expectation for {other}"),
                };
                assert_eq!(error, expected, "{secret}");
            }
            (verdict, expected) => panic!("{secret}: {verdict:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn every_signature_is_made_as_published() {
    let file = file();
    for vector in file["sign"].as_array().unwrap() {
        let secret = any_length(text(&vector["secret"]));
        let timestamp = vector["timestamp"].as_u64().unwrap();
        let signature = secret.sign(text(&vector["msg_id"]), timestamp, &body(vector)).unwrap();
        assert_eq!(signature, text(&vector["signature"]), "{}", vector["name"]);
    }
}

/// The specification's example has no secret: it is well formed, and gets as far as the comparison.
#[test]
fn the_specifications_example_is_well_formed() {
    let example = &file()["spec_example"]["headers"];
    let headers: Vec<_> = example.as_array().unwrap().iter().collect();
    let headers = headers.iter().map(|line| (text(&line[0]), text(&line[1]).as_bytes()));
    let verifier = crate::delivery::verifier();
    let verdict = verifier.verify(headers, b"", at(1_674_087_231));
    assert_eq!(verdict.unwrap_err(), VerifyError::NoMatchingSignature);
}

fn assert_error(name: &str, error: VerifyError, expected: &str) {
    use HeaderPart::{Id, Signature, Timestamp};
    let as_expected = match expected {
        "MissingHeader" => matches!(error, VerifyError::NoSignatureHeaders),
        "MissingHeader(id)" => matches!(error, VerifyError::MissingHeader { part: Id, .. }),
        "MissingHeader(timestamp)" => {
            matches!(error, VerifyError::MissingHeader { part: Timestamp, .. })
        }
        "MissingHeader(signature)" => {
            matches!(error, VerifyError::MissingHeader { part: Signature, .. })
        }
        "InvalidHeader(id)" => matches!(error, VerifyError::InvalidHeader { part: Id, .. }),
        "InvalidTimestamp" | "MissingHeader or InvalidTimestamp" => {
            matches!(error, VerifyError::InvalidHeader { part: Timestamp, .. })
        }
        "InvalidHeader(signature)" | "NoMatchingSignature or InvalidHeader" => {
            matches!(error, VerifyError::InvalidHeader { part: Signature, .. })
        }
        "TimestampTooOld" => matches!(error, VerifyError::TooOld { .. }),
        "TimestampTooNew" => matches!(error, VerifyError::TooNew { .. }),
        "TooManySignatures" => matches!(error, VerifyError::TooManySignatures),
        // We tell "none could match" from "none did"; `header_rules` says which is which.
        "NoMatchingSignature" => {
            matches!(error, VerifyError::NoMatchingSignature | VerifyError::NoUsableSignature)
        }
        "NoMatchingSignature (UnsupportedVersion hint)" => {
            matches!(error, VerifyError::NoUsableSignature)
        }
        other => panic!("{name}: no expectation for {other}"),
    };
    assert!(as_expected, "{name}: {error:?}, expected {expected}");
}

fn check_differences(vectors: &Value, key: &str, known: &[(&str, &[&str], &str)]) {
    let mut seen = 0;
    for vector in vectors.as_array().unwrap() {
        let name = text(&vector[key]);
        let expected = vector["expect"] == "accept";
        let differing: Vec<&str> = vector
            .as_object()
            .unwrap()
            .iter()
            .filter(|(column, _)| column.starts_with("observed_"))
            .filter_map(|(column, verdict)| Some((column.as_str(), verdict.as_str()?)))
            .filter(|(_, verdict)| verdict.starts_with("accept") != expected)
            .map(|(column, _)| column)
            .collect();
        let mut listed: Vec<&str> = Vec::new();
        for (_, libraries, why) in known.iter().filter(|(vector, ..)| *vector == name) {
            assert!(!why.is_empty());
            listed.extend(*libraries);
            seen += 1;
        }
        listed.sort_unstable();
        let mut differing = differing;
        differing.sort_unstable();
        assert_eq!(differing, listed, "libraries that differ on {name:?}");
    }
    assert_eq!(seen, known.len(), "a listed vector does not exist");
}

/// The verifier that a vector asks for; none when its key needs a feature that is off.
fn verifier(vector: &Value) -> Option<Verifier> {
    let text = text(&vector["secret"]);
    let builder = Verifier::builder();
    let builder = if text.starts_with("whpk_") {
        #[cfg(not(feature = "ed25519"))]
        return None;
        #[cfg(feature = "ed25519")]
        builder.public_key("vector", text.parse().unwrap())
    } else {
        builder.secret("vector", any_length(text))
    };
    let builder = match vector["tolerance_s"].as_u64() {
        Some(seconds) => {
            let tolerance = Duration::from_secs(seconds);
            builder.past_tolerance(tolerance).future_tolerance(tolerance)
        }
        None => danger::without_age_check(builder),
    };
    Some(builder.build().unwrap())
}

/// The opt-in is used only where it is needed.
fn any_length(text: &str) -> Secret {
    match Secret::parse(text) {
        Err(SecretError::TooShort { .. } | SecretError::TooLong { .. }) => {
            danger::secret_of_any_length(text).unwrap()
        }
        other => other.unwrap(),
    }
}

fn body(vector: &Value) -> Vec<u8> {
    use base64::Engine;
    if let Some(encoded) = vector["body_b64"].as_str() {
        return base64::engine::general_purpose::STANDARD.decode(encoded).unwrap();
    }
    match vector.get("body_gen") {
        Some(rule) => {
            let count = usize::try_from(rule["count"].as_u64().unwrap()).unwrap();
            text(&rule["repeat"]).repeat(count).into_bytes()
        }
        None => text(&vector["body"]).into(),
    }
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

pub(crate) fn file() -> Value {
    serde_json::from_slice(&std::fs::read(FILE).unwrap()).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not text: {value}"))
}
