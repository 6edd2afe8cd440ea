//! What is sent, and what an answer comes to.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use recallai_webhook_outputs::{
    Attribute, Credential, Http, HttpOptions, Outgoing, Output, OutputError,
};
use standardwebhooks::Webhook;

use super::receiver::{Receiver, status};
use super::{SECRET, options};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[tokio::test]
async fn what_is_sent_verifies_with_the_library_of_standard_webhooks() {
    let directory = tempfile::tempdir().unwrap();
    let receiver = Receiver::new().await;
    let url = format!("http://127.0.0.1:{}/hooks?of=recall", receiver.port);
    let token = directory.path().join("token");
    std::fs::write(&token, "Bearer hunter2\n").unwrap();
    let options = options(directory.path(), url)
        .with_header("X-Team", "video")
        .with_header("Authorization", Credential::File(token));
    let output = Http::new(options).unwrap();
    let sent = Outgoing::json("notify.v2:recall:msg_1", "{\"event\":\"\u{e4}\"}\r\n")
        .with_attribute(Attribute::Event, "transcript.done\r\nx-evil: 1")
        .with_attribute(Attribute::Scope, "ma\u{df}")
        .with_attribute(Attribute::Attempt, "2")
        .with_attribute(Attribute::Traceparent, TRACE);
    output.send(&sent).await.unwrap();

    let received = &receiver.received()[0];
    let webhook = Webhook::new(SECRET).unwrap();
    webhook.verify(&received.body, &received.headers).unwrap();
    assert_eq!(received.body, sent.body);
    assert_eq!(received.path, "/hooks?of=recall");
    let other = Webhook::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
    assert!(other.verify(&received.body, &received.headers).is_err());
    for (name, expected) in [
        ("webhook-id", "notify%2Ev2:recall:msg_1"),
        ("content-type", "application/json"),
        ("user-agent", concat!("recallai-webhook/", env!("CARGO_PKG_VERSION"))),
        ("content-length", "16"),
        ("recallai-webhook-idempotency-key", "notify.v2:recall:msg_1"),
        ("recallai-webhook-event", "transcript.done%0D%0Ax-evil: 1"),
        ("recallai-webhook-scope", "ma%C3%9F"),
        ("recallai-webhook-attempt", "2"),
        ("traceparent", TRACE),
        ("x-team", "video"),
        ("authorization", "Bearer hunter2"),
    ] {
        let values: Vec<_> = received.headers.get_all(name).iter().collect();
        assert_eq!(values, [expected], "{name}");
    }
    assert!(!format!("{output:?}").contains("hunter2"));
}

#[tokio::test]
async fn without_a_signature_there_is_none() {
    let receiver = Receiver::new().await;
    let url = format!("http://127.0.0.1:{}/", receiver.port);
    let output = Http::new(HttpOptions::new(url).with_unsigned().with_private()).unwrap();
    output.send(&Outgoing::json("key", "{}")).await.unwrap();
    let received = &receiver.received()[0];
    assert_eq!(received.headers["webhook-id"], "key");
    assert!(!received.headers.contains_key("webhook-signature"));
}

/// Sends one to a receiver that answers this, and gives the error. It came there once.
async fn refusal(
    answer: impl Fn() -> Response<Full<Bytes>> + Send + Sync + 'static,
) -> OutputError {
    let receiver = Receiver::answering(move |_| Some(answer())).await;
    let url = format!("http://localhost:{}/secret-path", receiver.port);
    let output = Http::new(HttpOptions::new(url).with_unsigned().with_private()).unwrap();
    let error = output.send(&Outgoing::json("key", "{}")).await.unwrap_err();
    assert_eq!(receiver.received().len(), 1);
    let host = format!("http://localhost:{} answered ", receiver.port);
    assert!(error.to_string().starts_with(&host), "{error}");
    error
}

#[tokio::test]
async fn redirects_are_not_followed() {
    for code in [301, 302, 303, 307, 308] {
        let error = refusal(move || {
            let mut answer = status(code);
            answer.headers_mut().insert("location", "/elsewhere".parse().unwrap());
            answer
        })
        .await;
        assert!(matches!(error, OutputError::Refused { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.ends_with(" to another path; redirects are not followed"), "{text}");
    }
}

#[tokio::test]
async fn an_error_has_the_status_and_the_beginning_of_what_was_said() {
    let error = refusal(|| {
        let mut answer = status(500);
        *answer.body_mut() = "x".repeat(1_000_000).into();
        answer
    })
    .await;
    let end = format!(" 500 Internal Server Error: {}…", "x".repeat(200));
    assert!(error.to_string().ends_with(&end) && error.is_outage(), "{error}");
    let error = refusal(|| status(410)).await;
    assert!(error.to_string().ends_with(" 410 Gone") && error.is_permanent(), "{error}");
    let error = refusal(|| {
        let mut answer = status(429);
        answer.headers_mut().insert("retry-after", "7".parse().unwrap());
        answer
    })
    .await;
    let after = Some(Duration::from_secs(7));
    assert!(
        matches!(error, OutputError::Unavailable { retry_after, .. } if retry_after == after),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_receiver_that_is_silent_is_not_waited_for_longer_than_said() {
    let receiver = Receiver::answering(|number| (number > 0).then(|| status(200))).await;
    let url = format!("http://127.0.0.1:{}/", receiver.port);
    let options = HttpOptions::new(url).with_unsigned().with_private();
    let hasty = options.clone().with_timeout(Duration::from_millis(300));
    let error = Http::new(hasty).unwrap().send(&Outgoing::json("key", "{}")).await.unwrap_err();
    let expected =
        format!("posting to http://127.0.0.1:{} was not confirmed in time", receiver.port);
    assert_eq!(error.to_string(), expected);
    Http::new(options).unwrap().send(&Outgoing::json("key", "{}")).await.unwrap();
}
