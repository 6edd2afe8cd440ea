//! Receivers of one's own.

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use recallai_webhook_testing::dispatch::{
    Delivery, Endpoint, Receiver, Router, Secret, Unmatched, Verifier,
};
use recallai_webhook_testing::emulator::{AttemptResult, Scenario, Seed, SigningSecret};
use recallai_webhook_testing::{Arrival, Harness, Problem, Receive, Response, Run};

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn run(receiver: impl Receive, faults: &str) -> Run {
    Harness::new()
        .scenario(Scenario::builtin("plain-bot").unwrap())
        .seed(3)
        .faults(faults.parse().unwrap())
        .receiver(receiver)
        .run()
        .await
        .unwrap()
}

/// A receiver as people write it: duplicates are conflicts, and what it does not know is an error.
fn strict() -> impl Receive {
    let seen = Mutex::new(HashSet::new());
    move |arrival: Arrival| {
        let id = arrival.request.header("webhook-id").map(str::to_owned);
        let body = String::from_utf8_lossy(&arrival.request.body).into_owned();
        let status: u16 = if body.contains("hologram") {
            500
        } else if seen.lock().unwrap().insert(id) {
            200
        } else {
            409
        };
        async move { status }
    }
}

#[tokio::test]
#[should_panic(expected = "409 instead of 2xx")]
async fn a_duplicate_that_is_refused_fails_the_assertion() {
    run(strict(), "duplicate:0.3").await.assert_received();
}

#[tokio::test]
#[should_panic(expected = "500 instead of 2xx")]
async fn an_unknown_event_that_is_not_taken_fails_the_assertion() {
    run(strict(), "unknown-event:0.3").await.assert_received();
}

#[tokio::test]
async fn problems_name_what_was_answered_and_what_was_not_received() {
    let run = run(strict(), "unknown-event:1").await;
    let problems = run.problems();
    let wrong =
        problems.iter().filter(|p| matches!(p, Problem::WrongAnswer(e) if e.status() == Some(500)));
    let missing = problems.iter().filter(
        |p| matches!(p, Problem::NotReceived { what, requests: 8, .. } if &**what == "unknown-event"),
    );
    assert_eq!((wrong.count(), missing.count(), problems.len()), (15 * 8, 15, 15 * 9));
    let first = problems[0].to_string();
    assert!(first.starts_with("recall unknown-event msg_"), "{first}");
    assert!(first.ends_with(" 1 unknown-event 500 instead of 2xx"), "{first}");
}

#[tokio::test]
#[should_panic(expected = "200 instead of 401")]
async fn a_forgery_that_is_taken_fails_the_assertion() {
    run(|_: Arrival| async { 200_u16 }, "wrong-secret:0.3").await.assert_received();
}

#[tokio::test]
#[should_panic(expected = "no answer in time")]
async fn a_receiver_that_does_not_answer_fails_the_assertion() {
    run(|_: Arrival| std::future::pending::<u16>(), "none").await.assert_received();
}

#[tokio::test]
async fn headers_of_the_answer_are_heeded() {
    let run = run(
        |_: Arrival| async {
            Response::new(500, vec![("webhook-delivery".to_owned(), "abort-message".to_owned())])
        },
        "none",
    )
    .await;
    assert_eq!(run.exchanges().len(), 15); // nothing is tried again
    assert!(run.exchanges().iter().all(|e| e.result != AttemptResult::status(500)));
}

/// A receiver that verifies by a clock.
fn verifying(
    secret: &SigningSecret,
    now: impl Fn(&Arrival) -> SystemTime + Send + Sync + 'static,
) -> impl Receive {
    let verifier = Verifier::new(Secret::parse(&secret.reveal()).unwrap());
    let router = Router::builder(Unmatched::ACKNOWLEDGE).build();
    let receiver = Receiver::inline(Endpoint::signed("own", verifier), router);
    move |arrival: Arrival| {
        let (receiver, now) = (receiver.clone(), now(&arrival));
        async move {
            let headers = &arrival.request.headers;
            let headers: Vec<_> = headers.iter().map(|(k, v)| (&**k, v.as_bytes())).collect();
            receiver
                .receive(Delivery::new(headers, arrival.request.body.to_vec().into(), now))
                .await
        }
    }
}

fn harness(secret: SigningSecret) -> Harness {
    let harness = Harness::new().scenario(Scenario::builtin("plain-bot").unwrap()).seed(5);
    harness.faults("all:0.3".parse().unwrap()).secret(secret)
}

#[tokio::test]
async fn it_can_verify_by_the_time_that_it_is_told() {
    let secret = SigningSecret::generate(Seed(9), "own");
    let receiver = verifying(&secret, |arrival| arrival.received_at);
    let run = harness(secret).receiver(receiver).run().await.unwrap();
    run.assert_received();
    assert!(run.figures().rejected > 0);
    assert_eq!(run.states().iter().count(), 0);
}

#[tokio::test]
#[allow(clippy::disallowed_methods, reason = "it is about receivers that read the clock")]
async fn it_can_verify_by_the_clock_of_the_machine() {
    let secret = SigningSecret::generate(Seed(9), "own");
    let receiver = verifying(&secret, |_| SystemTime::now());
    let start = SystemTime::now();
    let run = harness(secret.clone()).signed_at(start);
    let run = run.receiver(receiver).run().await.unwrap();
    run.assert_received();
    assert!(run.figures().rejected > 0);
    // It is as it would be otherwise, but for the signatures.
    let receiver = verifying(&secret, |arrival| arrival.received_at);
    let other = harness(secret).sender(move |options| options.start = start);
    let other = other.receiver(receiver).run().await.unwrap();
    let seen = |run: &Run| -> Vec<_> {
        let all = run.exchanges().iter();
        all.map(|e| (e.sent, e.answered, e.what().to_owned(), e.attempt, e.status())).collect()
    };
    assert_eq!(seen(&run), seen(&other));
}

#[tokio::test]
async fn receivers_of_ours_go_by_the_time_of_the_signatures_too() {
    let harness = Harness::new().scenario(Scenario::builtin("plain-bot").unwrap());
    let run = harness.signed_at(UNIX_EPOCH + HOUR).faults("all:0.3".parse().unwrap()).run();
    run.await.unwrap().assert_received();
}

#[tokio::test]
#[should_panic(expected = "what is this?")]
async fn a_panic_of_the_receiver_is_one_of_the_run() {
    run(|_: Arrival| async { if true { panic!("what is this?") } else { 200_u16 } }, "none").await;
}
