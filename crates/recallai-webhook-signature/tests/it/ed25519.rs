//! `v1a` signatures, made by the sender's own test key.

use recallai_webhook_signature::{Finding, PublicKey, PublicKeyError, Verifier, VerifyError};

use crate::delivery::{ASYMMETRIC, BODY, GOOD, ID, TIMESTAMP, at, now, other_secret, secret, svix};
use crate::vectors;

const PUBLIC_KEY: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";

fn verifier() -> Verifier {
    Verifier::builder().public_key("sender", PUBLIC_KEY.parse().unwrap()).build().unwrap()
}

#[test]
fn the_published_signature_verifies() {
    let vector = &vectors::file()["ed25519"];
    let text = |key: &str| vector[key].as_str().unwrap();
    let timestamp = vector["timestamp"].as_u64().unwrap();
    let key = PublicKey::parse(text("whpk")).unwrap();
    let verifier = Verifier::builder().public_key("sender", key).build().unwrap();
    let timestamp_text = timestamp.to_string();
    let headers = svix(text("msg_id"), &timestamp_text, text("signature"));
    let verified = verifier.verify(headers, text("body").as_bytes(), at(timestamp)).unwrap();
    assert_eq!(verified.key_label(), "sender");
    assert_eq!(verified.signature(), text("signature"));
}

#[test]
fn a_changed_delivery_does_not() {
    let verify = |id, timestamp, signature: &str, body: &[u8]| {
        verifier().verify(svix(id, timestamp, signature), body, now()).map(|_| ())
    };
    assert_eq!(verify(ID, TIMESTAMP, ASYMMETRIC, BODY), Ok(()));
    let wrong = ASYMMETRIC.replacen('h', "i", 1);
    for (id, timestamp, signature, body) in [
        ("msg_1", TIMESTAMP, ASYMMETRIC, BODY),
        (ID, "1614265331", ASYMMETRIC, BODY),
        (ID, TIMESTAMP, ASYMMETRIC, b"".as_slice()),
        (ID, TIMESTAMP, &*wrong, BODY),
    ] {
        let verdict = verify(id, timestamp, signature, body);
        assert_eq!(verdict, Err(VerifyError::NoMatchingSignature));
    }
    let unusable = [GOOD, "v1a,", &ASYMMETRIC[..80], &ASYMMETRIC.replace("Ag==", "Ah==")];
    for signature in unusable {
        let verdict = verify(ID, TIMESTAMP, signature, BODY);
        assert_eq!(verdict, Err(VerifyError::NoUsableSignature), "{signature}");
    }
}

#[test]
fn secrets_and_public_keys_work_side_by_side() {
    let verifier = Verifier::builder()
        .public_key("asymmetric", PUBLIC_KEY.parse().unwrap())
        .secret("symmetric", secret())
        .build()
        .unwrap();
    let both = format!("{GOOD} {ASYMMETRIC}");
    for (signature, label) in
        [(GOOD, "symmetric"), (ASYMMETRIC, "asymmetric"), (&both, "asymmetric")]
    {
        let verified = verifier.verify(svix(ID, TIMESTAMP, signature), BODY, now()).unwrap();
        assert_eq!(verified.key_label(), label);
    }
    let other = Verifier::builder()
        .public_key("asymmetric", PUBLIC_KEY.parse().unwrap())
        .secret("symmetric", other_secret())
        .build()
        .unwrap();
    let verdict = other.verify(svix(ID, TIMESTAMP, GOOD), BODY, now()).map(|_| ());
    assert_eq!(verdict, Err(VerifyError::NoMatchingSignature));
}

#[test]
fn the_diagnosis_knows_which_version_the_keys_make() {
    let verifier = verifier();
    let finding = |signature| {
        let headers = svix(ID, TIMESTAMP, signature);
        verifier.diagnose(headers, BODY, now(), std::iter::empty()).finding().clone()
    };
    let symmetric_only = Finding::OtherVersionsOnly { symmetric: true, asymmetric: false };
    assert_eq!(finding(GOOD), symmetric_only);
    assert_eq!(finding("v1a,x"), Finding::MalformedSignatures);
    assert_eq!(finding(ASYMMETRIC), Finding::Valid { key_label: "sender".into() });
}

#[test]
fn what_is_no_public_key_says_what_it_is() {
    for (text, expected) in [
        ("", PublicKeyError::Empty),
        (" ", PublicKeyError::Empty),
        ("whpk_", PublicKeyError::Length),
        ("whsk_abc", PublicKeyError::PrivateKey),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", PublicKeyError::Secret),
        (&PUBLIC_KEY[5..], PublicKeyError::NoPrefix),
        (&PUBLIC_KEY[..20], PublicKeyError::NotBase64),
        (&PUBLIC_KEY[..21], PublicKeyError::Length),
        ("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4*", PublicKeyError::NotBase64),
        // All zeros: a point of small order, for which anybody can sign.
        ("whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", PublicKeyError::NotAKey),
    ] {
        assert_eq!(PublicKey::parse(text).unwrap_err(), expected, "{text:?}");
    }
}
