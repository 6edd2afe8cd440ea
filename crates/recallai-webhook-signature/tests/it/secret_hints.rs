//! Each usual mistake with a secret has its own error, which says what to do and nothing of the secret.

use recallai_webhook_signature::{Secret, SecretError, danger};

const KEY: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn check(text: &str, expected: Result<(), SecretError>) {
    assert_eq!(Secret::parse(text).map(|_| ()), expected, "{text:?}");
    assert_eq!(text.parse::<Secret>().map(|_| ()), expected, "{text:?}");
}

#[test]
fn secrets_as_the_dashboard_shows_them() {
    check("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Ok(()));
    check(KEY, Ok(()));
    check("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg==", Ok(()));
    check("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg", Ok(()));
    check("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", Ok(()));
    // Published as valid: bits beyond the last byte, where the padding was dropped.
    check("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr", Ok(()));
}

#[test]
fn mistakes_and_their_hints() {
    use SecretError::{
        ApiKey, DoublePrefix, Empty, NotBase64, PrivateKey, PublicKey, Quoted, SignaturePrefix,
        TrailingBits, UrlSafeAlphabet, Whitespace,
    };
    let api_key = "0123456789abcdef0123456789abcdef01234567";
    for (text, expected) in [
        ("", Empty),
        ("whsec_", Empty),
        (" \n", Empty),
        ("whsec_ ", Empty),
        (&*format!("\"whsec_{KEY}\""), Quoted),
        (&format!("'whsec_{KEY}'\n"), Quoted),
        (&format!("whsec_{KEY}\""), Quoted),
        (&format!("“{KEY}”"), Quoted),
        (&format!("whsec_{KEY}\n"), Whitespace),
        (&format!(" whsec_{KEY}"), Whitespace),
        (&format!("whsec_{} {}", &KEY[..8], &KEY[8..]), Whitespace),
        (&format!("v1,whsec_{KEY}"), SignaturePrefix),
        ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", SignaturePrefix),
        (&format!("whsec_whsec_{KEY}"), DoublePrefix),
        (&format!("whsk_{KEY}"), PrivateKey),
        (&format!("whsec_whsk_{KEY}"), PrivateKey),
        ("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", PublicKey),
        ("whsec_C2FVsBQIhrscChlQIMV-b5sSYspob7oD", UrlSafeAlphabet),
        ("whsec_C2FVsBQIhrscChlQIMV_b5sSYspob7o=", UrlSafeAlphabet),
        (api_key, ApiKey),
        (&format!("Token {api_key}"), ApiKey),
        (&format!("{api_key}\n"), ApiKey),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", TrailingBits),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS=", TrailingBits),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwB", TrailingBits),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr==", TrailingBits),
        ("whsec_!!!!", NotBase64),
        ("whsec_MfKQ9r8GKYqrTwj*PD8ILPZIo2LaLaSw", NotBase64),
        ("whsec_====", NotBase64),
        ("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2+LaLaSw", NotBase64),
    ] {
        check(text, Err(expected));
        assert_eq!(danger::secret_of_any_length(text).map(|_| ()), Err(expected), "{text:?}");
    }
}

#[test]
fn lengths_are_24_to_75_bytes_unless_asked_otherwise() {
    for bytes in 0..=200 {
        let key = vec![0xa5; bytes];
        let expected = match bytes {
            0 => Err(SecretError::Empty),
            1..=23 => Err(SecretError::TooShort { bytes }),
            24..=75 => Ok(()),
            _ => Err(SecretError::TooLong { bytes }),
        };
        assert_eq!(Secret::from_bytes(&key).map(|_| ()), expected);
        let anyway = danger::secret_from_bytes_of_any_length(&key).map(|_| ());
        assert_eq!(anyway, if bytes == 0 { Err(SecretError::Empty) } else { Ok(()) });
    }
}

#[test]
fn one_byte_is_counted_as_one() {
    let error = |bytes: usize| Secret::from_bytes(&vec![1; bytes]).unwrap_err().to_string();
    assert!(error(1).starts_with("secret is 1 byte long, "), "{}", error(1));
    assert!(error(2).starts_with("secret is 2 bytes long, "), "{}", error(2));
}

/// A hint names what was found and, after a colon or in parentheses, what to do.
#[test]
fn messages_are_lower_case_without_a_full_stop() {
    for error in [
        SecretError::Empty,
        SecretError::Quoted,
        SecretError::Whitespace,
        SecretError::SignaturePrefix,
        SecretError::DoublePrefix,
        SecretError::PrivateKey,
        SecretError::PublicKey,
        SecretError::UrlSafeAlphabet,
        SecretError::ApiKey,
        SecretError::TrailingBits,
        SecretError::NotBase64,
        SecretError::TooShort { bytes: 18 },
        SecretError::TooLong { bytes: 99 },
    ] {
        let message = error.to_string();
        assert!(message.starts_with(|c: char| c.is_lowercase()), "{message}");
        assert!(!message.ends_with('.'), "{message}");
        assert!(message.contains(": "), "{message}");
    }
}
