//! No headers, body, time or secret make anything panic.

use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use recallai_webhook_signature::{Secret, danger};

use crate::delivery::{ASYMMETRIC, GOOD, ID, TIMESTAMP, ageless, secret, verifier};

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => (prop_oneof![Just("svix"), Just("webhook")], prop_oneof![
            Just("id"), Just("timestamp"), Just("signature")
        ])
            .prop_map(|(family, part)| format!("{family}-{part}")),
        1 => any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(GOOD.as_bytes().to_vec()),
        Just(ASYMMETRIC.as_bytes().to_vec()),
        Just(ID.as_bytes().to_vec()),
        Just(TIMESTAMP.as_bytes().to_vec()),
        Just(b" ".to_vec()),
        Just(b",".to_vec()),
        Just(b"v1,".to_vec()),
        any::<u64>().prop_map(|number| number.to_string().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..50),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn on_any_delivery(
        headers in prop::collection::vec((name(), value()), 0..10),
        body in prop::collection::vec(any::<u8>(), 0..200),
        seconds in any::<i32>(),
    ) {
        let offset = Duration::from_secs(u64::from(seconds.unsigned_abs()));
        let now = if seconds < 0 { UNIX_EPOCH - offset } else { UNIX_EPOCH + offset };
        for verifier in [verifier(), ageless(secret())] {
            let lines = || headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
            let verdict = verifier.verify(lines(), &body, now);
            let diagnosis = verifier.diagnose(lines(), &body, now, std::iter::empty());
            let valid = matches!(
                diagnosis.finding(),
                recallai_webhook_signature::Finding::Valid { .. }
            );
            // The two agree, whatever the delivery.
            prop_assert_eq!(valid, verdict.is_ok());
            prop_assert!(!diagnosis.to_string().is_empty());
        }
    }

    #[test]
    fn on_any_secret(text in prop_oneof![
        any::<String>(),
        "(whsec_|v1,|whsk_|Token )?[A-Za-z0-9+/=_-]{0,120}",
    ]) {
        let _ = Secret::parse(&text);
        let _ = danger::secret_of_any_length(&text);
    }
}
