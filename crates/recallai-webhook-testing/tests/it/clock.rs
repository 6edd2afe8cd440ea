//! The virtual clock, and the runtimes that have none.

use std::time::Duration;

use recallai_webhook_testing::emulator::Scenario;
use recallai_webhook_testing::{Harness, RunError};
use tokio::time::Instant;

fn harness() -> Harness {
    Harness::new().scenario(Scenario::builtin("plain-bot").unwrap())
}

/// Whether tokio's time stands still.
fn is_paused() -> bool {
    let before = Instant::now();
    (0..10_000).all(|_| Instant::now() == before)
}

#[tokio::test]
async fn time_goes_on_after_a_run() {
    assert!(!is_paused());
    harness().run().await.unwrap();
    assert!(!is_paused());
    harness().run().await.unwrap();
}

#[tokio::test]
async fn time_goes_on_after_a_run_that_was_dropped() {
    let (seen, is_seen) = tokio::sync::oneshot::channel();
    let mut seen = Some(seen);
    let run = harness().at(Duration::from_secs(5), move |_| {
        assert!(is_paused());
        seen.take().unwrap().send(()).unwrap();
    });
    tokio::select! {
        biased;
        _ = is_seen => {}
        _ = run.run() => panic!("it should have been dropped"),
    }
    assert!(!is_paused());
}

#[tokio::test]
async fn two_runs_at_once_share_the_pause() {
    let (six_hours, short) = (Duration::from_secs(6 * 3600), Duration::from_secs(1));
    let (long, short) = tokio::join!(harness().down(short..six_hours).run(), harness().run());
    long.unwrap().assert_received();
    short.unwrap().assert_received();
    assert!(!is_paused());
}

#[tokio::test(start_paused = true)]
async fn time_that_was_paused_stays_paused() {
    let before = Instant::now();
    let run = harness().run().await.unwrap();
    assert!(is_paused());
    assert!(before.elapsed() >= run.elapsed());
}

#[tokio::test]
async fn work_on_other_threads_takes_no_virtual_time() {
    let run = harness()
        .receiver(|_| async {
            let before = Instant::now();
            let work = tokio::task::spawn_blocking(std::thread::yield_now);
            work.await.unwrap();
            assert_eq!(before, Instant::now());
            204_u16
        })
        .run();
    run.await.unwrap().assert_received();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runtime_with_several_threads_is_an_error() {
    let error = harness().run().await.unwrap_err();
    assert!(matches!(error, RunError::MultiThread), "{error}");
    assert!(error.to_string().contains("#[tokio::test]"), "{error}");
}

#[test]
fn no_runtime_is_an_error() {
    let mut run = Box::pin(harness().run());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let polled = run.as_mut().poll(&mut context);
    assert!(matches!(polled, std::task::Poll::Ready(Err(RunError::NoRuntime))));
}
