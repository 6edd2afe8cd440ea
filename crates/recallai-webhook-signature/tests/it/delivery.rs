//! One delivery to test against, with published values: the vector that all official libraries carry.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use recallai_webhook_signature::{Secret, Verifier};

pub(crate) use crate::laws::request::{OLD_SECRET as OTHER_SECRET, SECONDS, SECRET, now};

pub(crate) const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
pub(crate) const TIMESTAMP: &str = "1614265330";
pub(crate) const BODY: &[u8] = br#"{"test": 2432232314}"#;
/// The signature of `SECRET` over the above.
pub(crate) const GOOD: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
/// Well formed, and of nothing.
pub(crate) const WRONG: &str = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";
/// A well-formed `v1a` signature, of the same delivery.
pub(crate) const ASYMMETRIC: &str =
    "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";

/// Header lines as (name, value).
pub(crate) type Lines<'a> = Vec<(&'a str, &'a [u8])>;

pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

pub(crate) fn secret() -> Secret {
    Secret::parse(SECRET).unwrap()
}

pub(crate) fn other_secret() -> Secret {
    Secret::parse(OTHER_SECRET).unwrap()
}

pub(crate) fn verifier() -> Verifier {
    Verifier::new(secret())
}

/// A complete triple of the svix family.
pub(crate) fn svix<'a>(id: &'a str, timestamp: &'a str, signature: &'a str) -> Lines<'a> {
    vec![
        ("svix-id", id.as_bytes()),
        ("svix-timestamp", timestamp.as_bytes()),
        ("svix-signature", signature.as_bytes()),
    ]
}

/// A complete triple of the webhook family.
pub(crate) fn webhook<'a>(id: &'a str, timestamp: &'a str, signature: &'a str) -> Lines<'a> {
    vec![
        ("webhook-id", id.as_bytes()),
        ("webhook-timestamp", timestamp.as_bytes()),
        ("webhook-signature", signature.as_bytes()),
    ]
}

/// A verifier without an age check.
pub(crate) fn ageless(secret: Secret) -> Verifier {
    let builder = Verifier::builder().secret("default", secret);
    recallai_webhook_signature::danger::without_age_check(builder).build().unwrap()
}
