//! Receivers of one's own.

use std::collections::HashSet;
use std::sync::Mutex;

use recallai_webhook_testing::dispatch::{
    Delivery, Endpoint, Receiver, Router, Secret, Unmatched, Verifier,
};
use recallai_webhook_testing::emulator::{AttemptResult, Scenario, Seed, SigningSecret};
use recallai_webhook_testing::{Arrival, Harness, Problem, Receive, Response, Run};

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
        |p| matches!(p, Problem::NotReceived { what, requests: 1, .. } if &**what == "unknown-event"),
    );
    assert_eq!((wrong.count(), missing.count(), problems.len()), (15, 15, 30));
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

#[tokio::test]
async fn it_can_verify_by_the_time_that_it_is_told() {
    let secret = SigningSecret::generate(Seed(9), "own");
    let verifier = Verifier::new(Secret::parse(&secret.reveal()).unwrap());
    let router = Router::builder(Unmatched::ACKNOWLEDGE).build();
    let receiver = Receiver::inline(Endpoint::signed("own", verifier), router);
    let run = Harness::new()
        .scenario(Scenario::builtin("plain-bot").unwrap())
        .faults("all:0.3".parse().unwrap())
        .secret(secret)
        .receiver(move |arrival: Arrival| {
            let receiver = receiver.clone();
            async move {
                let headers = &arrival.request.headers;
                let headers: Vec<_> = headers.iter().map(|(k, v)| (&**k, v.as_bytes())).collect();
                let body = arrival.request.body.to_vec().into();
                receiver.receive(Delivery::new(headers, body, arrival.received_at)).await
            }
        })
        .run()
        .await
        .unwrap();
    run.assert_received();
    assert!(run.figures().rejected > 0);
    assert_eq!(run.states().iter().count(), 0);
}

#[tokio::test]
#[should_panic(expected = "what is this?")]
async fn a_panic_of_the_receiver_is_one_of_the_run() {
    run(|_: Arrival| async { if true { panic!("what is this?") } else { 200_u16 } }, "none").await;
}
