//! Routing: every handler that registered for an event gets it, typed, and no other does.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::sync::{Arc, Mutex};

use recallai_webhook_dispatch::event::{ArtifactEvent, ArtifactKind, Code, names, names::families};
use recallai_webhook_dispatch::{
    Context, EventOf, Failure, Handler, HandlerResult, Receiver, Reply, any_event, artifact,
    handler_failure, unknown_event, unreadable_message,
};
use support::{KNOWN, OTHER, UNKNOWN, UNREADABLE, at, deliver, router, secret, signed};

/// The names of the handlers that ran.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<String>>>);

impl Calls {
    fn add(&self, call: impl Into<String>) {
        self.0.lock().unwrap().push(call.into());
    }

    fn take(&self) -> Vec<String> {
        let mut calls = std::mem::take(&mut *self.0.lock().unwrap());
        calls.sort();
        calls
    }
}

/// A handler of anything, which only notes that it ran.
struct Note(Calls, &'static str);

impl<E: Send + 'static> Handler<E> for Note {
    async fn handle(&self, _: E, _: Context) -> HandlerResult {
        self.0.add(self.1);
        Ok(())
    }
}

#[tokio::test]
async fn an_event_goes_to_every_handler_that_registered_for_it() {
    let calls = Calls::default();
    let note = |name| Note(calls.clone(), name);
    let router = router()
        .on_handler(names::TRANSCRIPT_DONE, note("name"))
        .on_handler(names::TRANSCRIPT_FAILED, note("other name"))
        .on_handler(families::TRANSCRIPT, note("family"))
        // The same prefix, another family: words of a meeting that is going on.
        .on_handler(families::TRANSCRIPT_STREAM, note("other family"))
        .on_handler(artifact(ArtifactKind::Transcript, Code::DONE), note("kind+code"))
        .on_handler(artifact(None, Code::DONE), note("code"))
        .on_handler(artifact(ArtifactKind::Transcript, None), note("kind"))
        .on_handler(artifact(None, Code::FAILED), note("other code"))
        .on_handler(artifact(ArtifactKind::Recording, None), note("other kind"))
        .on_handler(any_event(), note("any"))
        .on_handler(unknown_event(), note("unknown"))
        .on_handler(unreadable_message(), note("unreadable"))
        .build();
    let receiver = Receiver::inline(signed("recall"), router);

    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Acknowledged);
    assert_eq!(calls.take(), ["any", "code", "family", "kind", "kind+code", "name"]);
    assert_eq!(deliver(&receiver, &secret(), OTHER, at()).await, Reply::Acknowledged);
    assert_eq!(calls.take(), ["any", "other code", "other kind"]);
    assert_eq!(deliver(&receiver, &secret(), UNKNOWN, at()).await, Reply::Acknowledged);
    assert_eq!(calls.take(), ["unknown"]);
    assert_eq!(deliver(&receiver, &secret(), UNREADABLE, at()).await, Reply::Acknowledged);
    assert_eq!(calls.take(), ["unreadable"]);
}

#[tokio::test]
async fn handlers_get_what_they_registered_for_and_the_delivery() {
    let calls = Calls::default();
    let (done, unknown, unreadable) = (calls.clone(), calls.clone(), calls.clone());
    let router = router()
        .on(names::TRANSCRIPT_DONE, move |transcript, context| {
            done.add(format!("{} of {}", transcript.artifact.id, transcript.recording.id));
            assert_eq!(transcript.event().name(), &"transcript.done");
            assert_eq!(context.endpoint(), "recall");
            assert_eq!(context.message_id(), Some("msg_1"));
            assert_eq!(context.delivery().key_label(), Some("2026"));
            assert_eq!(context.delivery().timestamp(), Some(1_614_265_330));
            assert_eq!(context.received_at(), at());
            assert_eq!(context.body(), KNOWN);
            async {}
        })
        .on(unknown_event(), move |event, _| {
            unknown.add(event.name().as_str());
            async {}
        })
        .on(unreadable_message(), move |message, context| {
            unreadable.add(format!("{} in {} bytes", message.error.path(), context.body().len()));
            async {}
        })
        .build();
    let receiver = Receiver::inline(signed("recall"), router);
    for body in [KNOWN, UNKNOWN, UNREADABLE] {
        assert_eq!(deliver(&receiver, &secret(), body, at()).await, Reply::Acknowledged);
    }
    assert_eq!(calls.take(), ["data.data in 37 bytes", "hologram.done", "t1 of r1"]);
}

#[tokio::test]
async fn a_delivery_can_be_verified_again_from_what_it_keeps() {
    let router = router().on(any_event(), |_, context| async move {
        let delivery = context.delivery();
        let timestamp = delivery.timestamp().unwrap();
        let again = secret().sign(context.message_id().unwrap(), timestamp, context.body());
        assert_eq!(delivery.signature(), again.as_deref().ok());
    });
    let receiver = Receiver::inline(signed("recall"), router.build());
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Acknowledged);
}

#[tokio::test]
async fn a_type_can_be_a_handler() {
    struct Recorder(Calls);

    impl Handler<EventOf<ArtifactEvent>> for Recorder {
        async fn handle(&self, event: EventOf<ArtifactEvent>, _: Context) -> HandlerResult {
            self.0.add(event.kind.as_str());
            Ok(())
        }
    }

    let calls = Calls::default();
    let router = router().on_handler(families::TRANSCRIPT, Recorder(calls.clone())).build();
    let receiver = Receiver::inline(signed("recall"), router);
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Acknowledged);
    assert_eq!(calls.take(), ["transcript"]);
}

#[tokio::test]
async fn one_failure_stops_no_other_handler_and_failure_handlers_hear_of_each() {
    let calls = Calls::default();
    let (after, failures) = (calls.clone(), calls.clone());
    let router = router()
        .on(any_event(), |_, _| async { Err("first") })
        .on(any_event(), |_, _| support::panics("second"))
        .on(any_event(), move |_, _| {
            after.add("ran");
            async {}
        })
        .on(handler_failure(), move |failure, context| {
            failures.add(format!("{failure} at {}", context.endpoint()));
            async { Err("and this one fails itself") }
        })
        .build();
    let receiver = Receiver::inline(signed("recall"), router);
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Unavailable);
    assert_eq!(
        calls.take(),
        ["handler failed: first at recall", "handler panicked: second at recall", "ran"]
    );
}

#[tokio::test(start_paused = true)]
async fn handlers_run_side_by_side_and_a_timeout_is_told() {
    let calls = Calls::default();
    let told = calls.clone();
    let second = std::time::Duration::from_secs(6);
    let router = router()
        .on(any_event(), move |_, _| tokio::time::sleep(second))
        .on(any_event(), move |_, _| tokio::time::sleep(second))
        .on(handler_failure(), move |failure, _| {
            told.add(matches!(failure, Failure::TimedOut(_)).to_string());
            async {}
        })
        .build();
    let receiver = Receiver::inline(signed("recall"), router);
    // Twelve seconds of work in six: within the limit of ten.
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Acknowledged);
    let receiver = receiver.with_time_limit(std::time::Duration::from_secs(5));
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Unavailable);
    assert_eq!(calls.take(), ["true"]);
}

#[tokio::test(start_paused = true)]
async fn a_fast_handler_does_not_cut_a_slow_one_short() {
    let calls = Calls::default();
    let slow = calls.clone();
    let router = router()
        .on(any_event(), |_, _| async {})
        .on(any_event(), move |_, _| {
            let slow = slow.clone();
            async move {
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                slow.add("slow");
                Err("and its failure counts")
            }
        })
        .build();
    let receiver = Receiver::inline(signed("recall"), router);
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Unavailable);
    assert_eq!(calls.take(), ["slow"]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_handler_that_hangs_does_not_hold_up_the_reply() {
    let router = router()
        .on(any_event(), |_, _| async { Err("x") })
        .on(handler_failure(), |_, _| std::future::pending::<()>())
        .build();
    let receiver = Receiver::inline(signed("recall"), router);
    let before = tokio::time::Instant::now();
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Unavailable);
    // Virtual time, and less than the sender's 15 seconds after the time limit.
    assert_eq!(before.elapsed().as_secs(), 2);
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_it_is_cancelled_is_the_handlers_own() {
    let router = router().on(any_event(), |_, _| async {
        let _bomb = Bomb;
        std::future::pending::<()>().await;
    });
    let receiver = Receiver::inline(signed("recall"), router.build());
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Unavailable);
}
