//! Observers and logs: every delivery is seen, with its outcome, and nothing secret with it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use recallai_webhook_dispatch::{Receiver, Report, any_event};
use support::{KNOWN, UNKNOWN, UNREADABLE, at, deliver, other_secret, router, secret, signed};

#[tokio::test]
async fn an_observer_sees_each_outcome_once() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let observed = Arc::clone(&seen);
    let observer = move |report: &Report<'_>| {
        let name = report.event_name.unwrap_or("-").to_owned();
        observed.lock().unwrap().push((report.outcome.name(), name, report.reply.status()));
    };
    let unhandled = Receiver::inline(signed("recall"), router().build());
    let fails = router().on(any_event(), |_, _| async { Err("x") }).build();
    let fails = Receiver::inline(signed("recall"), fails);
    let works = router().on(any_event(), |_, _| async {}).build();
    let works = Receiver::inline(signed("recall"), works);
    for (receiver, secret, body) in [
        (&works, secret(), KNOWN),
        (&unhandled, secret(), KNOWN),
        (&fails, secret(), KNOWN),
        (&works, secret(), UNKNOWN),
        (&works, secret(), UNREADABLE),
        (&works, other_secret(), KNOWN),
    ] {
        let receiver = receiver.clone().with_observer(observer.clone());
        deliver(&receiver, &secret, body, at()).await;
    }
    let expected = [
        ("handled", "transcript.done", 204),
        ("unhandled", "transcript.done", 204),
        ("failed", "transcript.done", 503),
        ("unknown", "hologram.done", 204),
        ("unreadable", "-", 204),
        ("no_matching_signature", "-", 401),
    ];
    let expected = expected.map(|(code, name, status)| (code, name.to_owned(), status));
    assert_eq!(*seen.lock().unwrap(), expected);
}

/// A log that the test can read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The operator reads the reason in the log, the sender does not; a flood writes little; neither
/// the secret nor the signature that would have been right is in it.
#[tokio::test]
async fn refusals_are_explained_to_the_operator_at_a_limited_rate() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let receiver = Receiver::inline(signed("recall"), router().build());
    for _ in 0..100 {
        deliver(&receiver, &other_secret(), KNOWN, at()).await;
    }
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 10, "{text}");
    assert!(text.contains("no_matching_signature") && text.contains("recall"), "{text}");
    let right = secret().sign("msg_1", 1_614_265_330, KNOWN.as_bytes()).unwrap();
    for secret in ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", right.strip_prefix("v1,").unwrap()] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// Whoever observes is told what the log says, and no more often than it.
#[tokio::test]
async fn a_refusal_that_is_logged_is_reported_with_its_diagnosis() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let observed = Arc::clone(&seen);
    let observer = move |report: &Report<'_>| {
        observed.lock().unwrap().push(report.diagnosis.map(str::to_owned));
    };
    let receiver = Receiver::inline(signed("recall"), router().build()).with_observer(observer);
    deliver(&receiver, &secret(), KNOWN, at()).await;
    for _ in 0..12 {
        deliver(&receiver, &other_secret(), KNOWN, at()).await;
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0], None, "it was let in");
    assert!(seen[1].as_ref().is_some_and(|text| text.contains("secret")), "{seen:?}");
    let explained: Vec<_> = seen.iter().map(Option::is_some).collect();
    let expected: Vec<_> = [&[false][..], &[true; 10], &[false; 2]].concat();
    assert_eq!(explained, expected);
}

/// A body that was parsed and serialised again on its way, the commonest mistake, is named.
#[tokio::test]
async fn a_re_serialised_body_is_named_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let compact = serde_json::from_str::<serde_json::Value>(UNKNOWN).unwrap().to_string();
    let spaced = compact.replace(':', ": ").replace(',', ", ");
    let signature = secret().sign("msg_1", 1_614_265_330, compact.as_bytes()).unwrap();
    let headers: [(&str, &[u8]); 3] = [
        ("svix-id", b"msg_1"),
        ("svix-timestamp", b"1614265330"),
        ("svix-signature", signature.as_bytes()),
    ];
    let receiver = Receiver::inline(signed("recall"), router().build());
    let delivery = recallai_webhook_dispatch::Delivery::new(headers, spaced.into(), at());
    assert_eq!(receiver.receive(delivery).await.status(), 401);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("written as JavaScript's JSON.stringify does"), "{text}");
}

#[tokio::test]
async fn an_observer_that_panics_does_not_take_the_reply_back() {
    let observer = |_: &Report<'_>| panic!("observer");
    let receiver = Receiver::inline(signed("recall"), router().build()).with_observer(observer);
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await.status(), 204);
}

/// Headers and query can hold a token, and the body is the user's data.
#[test]
fn debug_output_of_a_delivery_shows_nothing_of_it() {
    let headers: [(&str, &[u8]); 1] = [("authorization", b"Bearer hUq3-0Lk_9.x~Zabc")];
    let delivery = recallai_webhook_dispatch::Delivery::new(headers, KNOWN.into(), at())
        .with_query(Some("token=hUq3-0Lk_9.x~Zabc"));
    let text = format!("{delivery:?}");
    assert!(!text.contains("hUq3") && !text.contains("98, 101") && !text.contains("t1"), "{text}");
}
