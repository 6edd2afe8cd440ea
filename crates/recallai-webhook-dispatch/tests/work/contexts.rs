//! Contexts: what a handler is told, in a worker and in inline mode.

use recallai_webhook_dispatch::inbox::{InboxError, Lease, Turn};
use recallai_webhook_dispatch::recording::{Need, Subject};
use recallai_webhook_dispatch::signature::HeaderFamily;
use recallai_webhook_dispatch::trace::{Sampler, SpanId, TraceId, traceparent};
use recallai_webhook_dispatch::{Context, Receiver, any_event};

use crate::harness::{Bed, notes, start};
use crate::support::{KNOWN, at, deliver, router, secret, signed};

fn need() -> Need {
    "transcript".parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_handler_of_a_worker_is_told_about_delivery_job_and_state() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().on("w", any_event(), move |_, context: Context| {
        let note = note.clone();
        async move { note(context) }
    });
    let running = start(&bed, worker).await;
    let receiver = Receiver::durable(signed("recall").with_scope("acme"), bed.inbox());
    deliver(&receiver, &secret(), KNOWN, at()).await;
    let context = noted.recv().await.unwrap();

    assert_eq!((context.endpoint(), context.scope()), ("recall", "acme"));
    assert_eq!((context.subscription(), context.attempt()), (Some("w"), 1));
    assert_eq!(context.idempotency_key(), "w:recall:msg_1");
    assert_eq!(context.subject(), Some(&Subject::recording("r1")));
    assert_eq!((context.message_id(), context.received_at()), (Some("msg_1"), at()));
    assert_eq!(context.body(), KNOWN);
    // As it was verified, so that it can be verified again.
    let delivery = context.delivery();
    assert_eq!(delivery.header_family(), Some(HeaderFamily::Webhook));
    assert_eq!((delivery.key_label(), delivery.timestamp()), (Some("2026"), Some(1_614_265_330)));
    let signature = secret().sign("msg_1", 1_614_265_330, KNOWN.as_bytes()).unwrap();
    assert_eq!(delivery.signature(), Some(&*signature));

    let trace = TraceId::of_message("recall", "msg_1");
    let attempt = SpanId::of_attempt("w:recall:msg_1", Lease::new(1, 1));
    assert_eq!(context.traceparent(), traceparent(trace, attempt));
    assert_eq!(delivery.trace_id(), trace);

    let state = context.recording().await.unwrap().unwrap();
    assert_eq!(state, context.state(&Subject::recording("r1")).await.unwrap().unwrap());
    assert_eq!(context.state(&Subject::bot("nobody")).await.unwrap(), None);
    let readiness = context.readiness(&need()).await.unwrap().unwrap();
    assert_eq!(Turn::of(&readiness), Some(Turn::Ready));
    running.stop().await;
}

/// A service that is called keeps what we keep.
#[tokio::test]
async fn in_inline_mode_what_is_passed_on_says_whether_the_trace_is_kept() {
    for (ratio, flags) in [(0.0, "-00"), (1.0, "-01")] {
        let (note, mut noted) = notes();
        let router = router().on(any_event(), move |_, context: Context| {
            let note = note.clone();
            async move { note(context.traceparent()) }
        });
        let receiver = Receiver::inline(signed("recall"), router.build())
            .with_sampler(Sampler::of_ratio(ratio).unwrap());
        deliver(&receiver, &secret(), KNOWN, at()).await;
        let traceparent = noted.recv().await.unwrap();
        assert!(traceparent.ends_with(flags), "{traceparent}");
    }
}

#[tokio::test]
async fn in_inline_mode_there_is_no_job_and_no_store() {
    let (note, mut noted) = notes();
    let router = router().on(any_event(), move |_, context: Context| {
        let note = note.clone();
        async move { note(context) }
    });
    let receiver = Receiver::inline(signed("recall").with_scope("acme"), router.build());
    deliver(&receiver, &secret(), KNOWN, at()).await;
    let context = noted.recv().await.unwrap();
    assert_eq!((context.endpoint(), context.scope()), ("recall", "acme"));
    assert_eq!((context.subscription(), context.subject()), (None, None));
    assert_eq!((context.attempt(), context.is_cancelled()), (1, false));
    assert_eq!(context.idempotency_key(), "recall:msg_1");
    let root = SpanId::of_message("recall", "msg_1");
    let trace = TraceId::of_message("recall", "msg_1");
    assert_eq!(context.traceparent(), traceparent(trace, root));
    assert_eq!(context.delivery().root_span_id(), root);
    let unsupported = |error| matches!(error, InboxError::Unsupported { .. });
    assert!(context.recording().await.is_err_and(unsupported));
    assert!(context.readiness(&need()).await.is_err_and(unsupported));
}

/// Neither a body nor a signature reaches a log by way of a context.
#[tokio::test(start_paused = true)]
async fn debug_output_shows_no_body_and_no_signature() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().on("w", any_event(), move |_, context: Context| {
        note(format!("{context:?}"));
        async {}
    });
    let running = start(&bed, worker).await;
    let receiver = Receiver::durable(signed("recall"), bed.inbox());
    deliver(&receiver, &secret(), KNOWN, at()).await;
    let text = noted.recv().await.unwrap();
    assert!(text.contains("msg_1") && text.contains("attempt: 1"), "{text}");
    assert!(!text.contains("v1,") && !text.contains("transcript.done"), "{text}");
    running.stop().await;
}
