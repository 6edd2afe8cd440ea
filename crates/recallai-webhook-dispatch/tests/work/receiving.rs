//! Durable mode: what is stored, and what the sender is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use recallai_webhook_dispatch::inbox::{Erase, Inbox, InboxError, MessageQuery};
use recallai_webhook_dispatch::recording::Subject;
use recallai_webhook_dispatch::{Delivery, Endpoint, Receiver, Reply, Report, Token, danger};

use crate::harness::{Bed, unavailable};
use crate::support::{KNOWN, UNKNOWN, UNREADABLE, at, deliver, other_secret, secret, signed};

type Seen = Arc<Mutex<Vec<String>>>;

fn observed(receiver: Receiver) -> (Receiver, Seen) {
    let seen = Seen::default();
    let observer = Arc::clone(&seen);
    let receiver = receiver.with_observer(move |report: &Report<'_>| {
        let (outcome, name) = (report.outcome.name(), report.event_name.unwrap_or("-"));
        let line = format!("{outcome} {name} {}", report.reply.status());
        observer.lock().unwrap().push(line);
    });
    (receiver, seen)
}

async fn stored(bed: &Bed) -> Vec<recallai_webhook_dispatch::inbox::StoredMessage> {
    let query = MessageQuery::new().with_bodies(true);
    bed.messages(&query).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_is_acknowledged_is_stored_as_it_came() {
    let bed = Bed::new();
    let endpoint = signed("recall").with_scope("acme");
    let receiver = Receiver::durable(endpoint, bed.inbox());
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Acknowledged);

    let messages = stored(&bed).await;
    let [message] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!((&*message.endpoint, &*message.scope, &*message.id), ("recall", "acme", "msg_1"));
    assert_eq!(message.body.as_deref(), Some(KNOWN.as_bytes()));
    assert_eq!(message.received_at, at());
    assert_eq!(message.event_name.as_deref(), Some("transcript.done"));
    let signature = message.signed.as_ref().unwrap();
    assert_eq!((signature.family.as_str(), &*signature.key_label), ("webhook", "2026"));
    assert_eq!(signature.timestamp, 1_614_265_330);
    assert_eq!(
        *signature.signature,
        *secret().sign("msg_1", 1_614_265_330, KNOWN.as_bytes()).unwrap()
    );
    // Its state is kept in the scope, and not by the name of the endpoint.
    let recording = Subject::recording("r1");
    assert!(bed.subject("acme", &recording).await.unwrap().is_some());
    assert!(bed.subject("recall", &recording).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn each_outcome_is_told_the_sender_and_the_observer() {
    let bed = Bed::new();
    let (receiver, seen) = observed(Receiver::durable(signed("recall"), bed.inbox()));
    for (endpoint, body) in
        [("a", KNOWN), ("a", KNOWN), ("a", UNKNOWN), ("b", UNKNOWN), ("c", UNREADABLE)]
    {
        // All have one id: endpoints tell the messages apart.
        let (receiver, one) = observed(Receiver::durable(signed(endpoint), bed.inbox()));
        assert_eq!(deliver(&receiver, &secret(), body, at()).await, Reply::Acknowledged);
        seen.lock().unwrap().append(&mut one.lock().unwrap());
    }
    deliver(&receiver, &other_secret(), KNOWN, at()).await;
    bed.erase(&Erase::of("a", Subject::recording("r1"))).await.unwrap();
    let (again, one) = observed(Receiver::durable(signed("a"), bed.inbox()));
    assert_eq!(deliver(&again, &secret(), KNOWN, at()).await, Reply::Acknowledged);
    seen.lock().unwrap().append(&mut one.lock().unwrap());
    let expected = [
        "stored transcript.done 204",
        "duplicate transcript.done 204",
        "conflict hologram.done 204",
        "unknown hologram.done 204",
        "unreadable - 204",
        "no_matching_signature - 401",
        "forgotten transcript.done 204",
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
}

/// Whatever is wrong with the store, a person may mend it while the sender tries again; and only the
/// sender has the message.
#[tokio::test(start_paused = true)]
async fn what_is_not_stored_is_never_acknowledged() {
    let errors = [
        unavailable(),
        InboxError::Overloaded,
        InboxError::Closed,
        InboxError::Damaged { reason: "a page is gone".into() },
        InboxError::Unsupported { reason: "read-only".into() },
        InboxError::InUse { store: "inbox.db".into() },
    ];
    for error in errors {
        let bed = Bed::new();
        let (receiver, seen) = observed(Receiver::durable(signed("recall"), bed.inbox()));
        bed.fail("append", error.clone(), 1);
        for body in [KNOWN, UNKNOWN, UNREADABLE] {
            bed.fail("append", error.clone(), 1);
            let reply = deliver(&receiver, &secret(), body, at()).await;
            assert_eq!(reply, Reply::Unavailable, "{error}");
            assert_eq!(stored(&bed).await, []);
        }
        assert_eq!(seen.lock().unwrap()[0], "not_stored transcript.done 503");
        // The sender's next attempt is as good as the first.
        assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Acknowledged);
        assert_eq!(stored(&bed).await.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_is_not_waited_for_longer_than_the_sender_waits() {
    let bed = Bed::new();
    bed.hang();
    let receiver = Receiver::durable(signed("recall"), bed.inbox());
    let before = tokio::time::Instant::now();
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Unavailable);
    assert_eq!(before.elapsed(), Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_verified_reaches_no_store() {
    let bed = Bed::new();
    let receiver = Receiver::durable(signed("recall"), bed.inbox());
    assert_eq!(deliver(&receiver, &other_secret(), KNOWN, at()).await, Reply::Unauthorized);
    assert_eq!(bed.calls("append"), 0);
}

/// Nothing signed vouches for an id: the body is what a message is known by.
#[tokio::test(start_paused = true)]
async fn without_a_signature_equal_bodies_are_one_message() {
    const TOKEN: &str = "a-token-of-some-length";
    let token = Endpoint::token("desktop", Token::parse(TOKEN).unwrap());
    for endpoint in [token, danger::unverified_endpoint("open")] {
        let bed = Bed::new();
        let (receiver, seen) = observed(Receiver::durable(endpoint, bed.inbox()));
        for body in [KNOWN, KNOWN, UNKNOWN] {
            // An id that anybody can write does not count.
            let headers: [(&str, &[u8]); 1] = [("webhook-id", b"msg_1")];
            let delivery = Delivery::new(headers, body.into(), at());
            let query = format!("token={TOKEN}");
            assert_eq!(receiver.receive(delivery.with_query(Some(&query))).await.status(), 204);
        }
        let expected = [
            "stored transcript.done 204",
            "duplicate transcript.done 204",
            "unknown hologram.done 204",
        ];
        assert_eq!(*seen.lock().unwrap(), expected);
        let ids: Vec<_> = stored(&bed).await.iter().map(|message| message.id.clone()).collect();
        assert!(ids.iter().all(|id| id.len() == 5 + 64 && id.starts_with("body:")), "{ids:?}");
    }
}

/// A log that the test can read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A full disk is one thing to tell, however many deliveries meet it; and so is that it is over.
#[tokio::test(start_paused = true)]
async fn an_outage_of_the_store_is_told_at_a_limited_rate_and_its_end_once() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let bed = Bed::new();
    let receiver = Receiver::durable(signed("recall"), bed.inbox());
    bed.fail("append", unavailable(), 6);
    for second in [0, 0, 0, 10, 10, 25, 25, 25] {
        deliver(&receiver, &secret(), KNOWN, at() + Duration::from_secs(second)).await;
    }
    // Between two lines it may work and fail again as often as it likes.
    for _ in 0..3 {
        bed.fail("append", unavailable(), 1);
        for _ in 0..2 {
            deliver(&receiver, &secret(), KNOWN, at() + Duration::from_secs(26)).await;
        }
    }
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].contains("recall") && lines[0].contains("disk full"), "{text}");
    assert!(lines[3].contains("the store works again") && lines[3].contains("failed=6"), "{text}");
}
