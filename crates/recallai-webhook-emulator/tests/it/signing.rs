//! Signing: published vectors, the receiver's verifier and the sender's own library as oracles.

use recallai_webhook_emulator::{Seed, SigningSecret, SigningSecretError};
use recallai_webhook_signature::{HeaderFamily, Secret, Verifier};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";

#[test]
fn published_vectors() {
    let secret = SigningSecret::parse(SECRET).unwrap();
    assert_eq!(
        secret.sign(ID, 1_614_265_330, br#"{"test": 2432232314}"#),
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    );
}

#[test]
fn the_receiver_computes_the_same() {
    for (number, length) in (0..40_u64).zip([0, 1, 55, 56, 63, 64, 65, 450, 4096].iter().cycle()) {
        let ours = SigningSecret::generate(Seed(number), "endpoint");
        let theirs = Secret::parse(&ours.reveal()).unwrap();
        let body: Vec<u8> = (0..*length).map(|at| (at as u64 * 31 + number) as u8).collect();
        let at = 1_700_000_000 + number;
        assert_eq!(ours.sign(ID, at, &body), theirs.sign(ID, at, &body).unwrap());
    }
}

#[test]
fn keys_of_every_length_that_the_sender_takes() {
    // Base64 of zero bytes: lengths that need no, one and two characters of padding.
    for (bytes, result) in [(23, Err(())), (24, Ok(())), (25, Ok(())), (75, Ok(())), (76, Err(()))]
    {
        let text = format!("whsec_{}", zeros(bytes));
        let parsed = SigningSecret::parse(&text);
        assert_eq!(parsed.as_ref().map(|_| ()).map_err(|_| ()), result, "{bytes} bytes");
        if let Ok(secret) = parsed {
            assert_eq!(secret.reveal(), text);
        }
    }
    let short = SigningSecret::parse("whsec_AAAA").unwrap_err();
    assert_eq!(short, SigningSecretError::TooShort { bytes: 3 });
    let long = SigningSecret::parse(&format!("whsec_{}", zeros(76))).unwrap_err();
    assert_eq!(long, SigningSecretError::TooLong { bytes: 76 });
}

#[test]
fn what_is_no_secret_is_named_and_never_shown() {
    use SigningSecretError::{NotBase64, Prefix, TooShort};
    for (text, error) in [
        ("", Prefix),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Prefix),
        ("whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Prefix),
        (" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Prefix),
        ("whsec_", TooShort { bytes: 0 }),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS_", NotBase64),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", NotBase64),
        ("whsec_whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NotBase64),
    ] {
        let found = SigningSecret::parse(text).unwrap_err();
        assert_eq!(found, error, "{text:?}");
        assert!(!found.to_string().contains("MfKQ"), "{found}");
    }
    let secret = SigningSecret::parse(SECRET).unwrap();
    assert_eq!(
        format!("{secret:?} {:?}", [&secret]),
        "SigningSecret([redacted]) [SigningSecret([redacted])]"
    );
}

#[test]
fn generated_secrets_follow_seed_and_label() {
    let secret = |seed, label| SigningSecret::generate(Seed(seed), label).reveal();
    assert_eq!(secret(7, "a"), secret(7, "a"));
    assert_ne!(secret(7, "a"), secret(8, "a"));
    assert_ne!(secret(7, "a"), secret(7, "b"));
    assert_eq!(secret(7, "a").len(), "whsec_".len() + 32);
    assert!(!secret(7, "a").contains('='));
}

#[test]
fn a_delivery_of_each_family_verifies() {
    let secret = SigningSecret::generate(Seed(1), "endpoint");
    let verifier = Verifier::new(Secret::parse(&secret.reveal()).unwrap());
    let signature = secret.sign("msg_1", 1_700_000_000, b"{}");
    for family in [HeaderFamily::Svix, HeaderFamily::Webhook] {
        let prefix = if family == HeaderFamily::Svix { "svix" } else { "webhook" };
        let [id, timestamp, sign] =
            ["id", "timestamp", "signature"].map(|part| format!("{prefix}-{part}"));
        let headers = [
            (id.as_str(), b"msg_1".as_slice()),
            (timestamp.as_str(), b"1700000000".as_slice()),
            (sign.as_str(), signature.as_bytes()),
        ];
        let now = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
        assert!(verifier.verify(headers, b"{}", now).is_ok(), "{family:?}");
    }
}

/// The base64 of `bytes` zero bytes.
fn zeros(bytes: usize) -> String {
    let full = "AAAA".repeat(bytes / 3);
    let rest = ["", "AA==", "AAA="][bytes % 3];
    format!("{full}{rest}")
}
