//! What becomes of a handler, on the wire: 204 once it succeeded, 503 if it did not.
#![cfg(feature = "server")]

use std::time::Duration;

use recallai_webhook_hyper::Webhooks;
use recallai_webhook_hyper::dispatch::event::names::RECORDING_DONE;
use recallai_webhook_hyper::dispatch::{Router, RouterBuilder, Unmatched};
use support::{BODY, PATH, Running, good, post, receiver, router, secret};

mod support;

async fn assert_asks_to_try_again(router: RouterBuilder, time_limit: Duration) {
    let receiver = receiver(secret(), router).with_time_limit(time_limit);
    let server = Running::start(Webhooks::new().endpoint(PATH, receiver)).await;
    let mut wire = server.connect().await;
    for _ in 0..2 {
        let reply = wire.exchange(good()).await;
        assert_eq!((reply.status, reply.body.as_str()), (503, "unavailable\n"));
        assert_eq!(reply.header("retry-after"), Some("5"));
    }
}

const AMPLE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn after_a_handler_that_fails() {
    let router = router().on(RECORDING_DONE, |_, _| async { Err::<(), _>("the queue is down") });
    assert_asks_to_try_again(router, AMPLE).await;
}

#[tokio::test]
async fn after_a_handler_that_panics() {
    async fn panics() {
        panic!("on purpose");
    }
    let router = router().on(RECORDING_DONE, |_, _| panics());
    assert_asks_to_try_again(router, AMPLE).await;
}

#[tokio::test]
async fn after_a_handler_that_takes_too_long() {
    let router = router().on(RECORDING_DONE, |_, _| std::future::pending::<()>());
    assert_asks_to_try_again(router, Duration::from_millis(50)).await;
}

#[tokio::test]
async fn where_nobody_registered_and_the_operator_wants_to_hear_of_it_again() {
    assert_asks_to_try_again(Router::builder(Unmatched::RETRY_LATER), AMPLE).await;
}

#[tokio::test]
async fn what_a_retry_cannot_mend_is_acknowledged() {
    let server = Running::with(router(), |_| {}).await;
    let mut wire = server.connect().await;
    for body in [
        "",
        "no JSON",
        r#"{"event":"recording.done","data":7}"#,
        r#"{"event":"hologram.done","data":{}}"#,
    ] {
        assert_eq!(wire.exchange(post(PATH, &secret(), body)).await.status, 204, "{body}");
    }
    assert_eq!(wire.exchange(post(PATH, &secret(), BODY)).await.status, 204);
}
