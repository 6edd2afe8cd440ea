//! Inline mode: handlers are awaited before the reply.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use recallai_webhook_testing::dispatch::event::names::RECORDING_DONE;
use recallai_webhook_testing::dispatch::{Router, Unmatched};
use recallai_webhook_testing::emulator::Scenario;
use recallai_webhook_testing::{Harness, Run};

async fn run(router: Router) -> Run {
    let harness = Harness::new().scenario(Scenario::builtin("plain-bot").unwrap());
    harness.inline(router).run().await.unwrap()
}

#[tokio::test]
async fn a_handler_that_fails_is_called_again_when_the_sender_tries_again() {
    let calls = AtomicU32::new(0);
    let router = Router::builder(Unmatched::ACKNOWLEDGE).on(RECORDING_DONE, move |_, _| {
        let call = calls.fetch_add(1, Ordering::Relaxed);
        async move { if call < 3 { Err("full") } else { Ok(()) } }
    });
    let run = run(router.build()).await;
    run.assert_received();
    let calls = run.calls(Run::INLINE);
    assert_eq!((calls.failed().count(), calls.succeeded().count()), (3, 1));
    let statuses = run.exchanges().iter().filter(|e| &*e.event == "recording.done");
    let statuses: Vec<_> = statuses.map(|e| (e.attempt, e.status(), e.outcome)).collect();
    assert_eq!(
        statuses,
        [
            (1, Some(503), Some("failed")),
            (2, Some(503), Some("failed")),
            (3, Some(503), Some("failed")),
            (4, Some(204), Some("handled")),
        ]
    );
    // 5 seconds, 5 minutes and half an hour, each a fifth less at the least.
    assert!(run.elapsed() > Duration::from_secs(28 * 60));
}

#[tokio::test]
#[should_panic(expected = "not received, sent 8 times")]
async fn a_handler_that_always_fails_means_that_a_message_is_not_received() {
    let router = Router::builder(Unmatched::ACKNOWLEDGE)
        .on(RECORDING_DONE, |_, _| async { Err("full") })
        .build();
    run(router).await.assert_received();
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_answered_503_after_ten_seconds() {
    let router = Router::builder(Unmatched::ACKNOWLEDGE)
        .on(RECORDING_DONE, |_, _| tokio::time::sleep(Duration::from_secs(20)))
        .build();
    let run = run(router).await;
    let exchange = run.exchanges().iter().find(|e| &*e.event == "recording.done").unwrap();
    assert_eq!(exchange.status(), Some(503));
    assert_eq!((exchange.answered - exchange.sent).as_secs(), 10);
}
