//! The sender's own library as the oracle of our signatures.

use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use recallai_webhook_emulator::{
    EndpointOptions, Fault, Faults, HeaderFamily, Request, Seed, Sender, SigningSecret,
};
use svix::webhooks::Webhook;

use crate::receiver;
use crate::world::{HOUR, MINUTE, secret, steady};

fn oracle(secret: &SigningSecret) -> Webhook {
    Webhook::new(&secret.reveal()).unwrap()
}

fn accepts(secret: &SigningSecret, request: &Request) -> bool {
    let lines = request.headers.iter().map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    });
    let headers: HeaderMap = lines.collect();
    // The tests' time is not the clock's.
    oracle(secret).verify_ignoring_timestamp(&request.body, &headers).is_ok()
}

proptest! {
    #[test]
    fn signatures_are_the_librarys(
        seed: u64,
        id in "[a-zA-Z0-9_]{1,40}",
        timestamp in 0..=i64::MAX as u64,
        body in "\\PC{0,300}",
    ) {
        let secret = SigningSecret::generate(Seed(seed), "endpoint");
        let theirs = oracle(&secret).sign(&id, timestamp as i64, body.as_bytes()).unwrap();
        prop_assert_eq!(secret.sign(&id, timestamp, body.as_bytes()), theirs);
    }
}

#[test]
fn keys_of_any_length_are_the_librarys() {
    for bytes in 24..=75_usize {
        let encoded = "AQID".repeat(bytes / 3) + ["", "/w==", "/v8="][bytes % 3];
        let secret = SigningSecret::parse(&format!("whsec_{encoded}")).unwrap();
        let theirs = oracle(&secret).sign("msg_1", 1, b"{}").unwrap();
        assert_eq!(secret.sign("msg_1", 1, b"{}"), theirs, "{bytes} bytes");
    }
}

fn sender(family: HeaderFamily) -> Sender {
    let mut sender = steady();
    let mut options = EndpointOptions::new("a", secret("a"));
    options.family = family;
    let endpoint = sender.add_endpoint(options);
    sender.publish(receiver::message(1, HOUR));
    sender.rotate(endpoint, secret("b"), Sender::GRACE, MINUTE).unwrap();
    sender
}

#[test]
fn the_library_accepts_requests_of_both_families_during_a_rotation() {
    for family in [HeaderFamily::Svix, HeaderFamily::Webhook] {
        let attempt = sender(family).begin(HOUR).unwrap();
        assert!(accepts(&secret("a"), &attempt.request), "{family:?}, old key");
        assert!(accepts(&secret("b"), &attempt.request), "{family:?}, new key");
        assert!(!accepts(&secret("c"), &attempt.request), "{family:?}, another");
    }
}

#[test]
fn the_library_rejects_each_fault_of_the_signature_and_accepts_the_others() {
    for family in [HeaderFamily::Svix, HeaderFamily::Webhook] {
        for fault in Fault::ALL {
            let attempt = sender(family).begin(HOUR).unwrap();
            let plan = Faults::none().with(fault, 1.0).plan(&attempt);
            for send in &plan.sends {
                let is_good = match fault {
                    Fault::BadSignature
                    | Fault::WrongSecret
                    | Fault::MissingId
                    | Fault::MissingTimestamp
                    | Fault::MissingSignature
                    | Fault::Unsigned => false,
                    // It verifies text only.
                    Fault::NonUtf8Body => send.faults.is_empty(),
                    // The clock is not asked, and how the body is written not seen.
                    _ => true,
                };
                assert_eq!(accepts(&secret("a"), &send.request), is_good, "{family:?}, {fault}");
            }
        }
    }
}
