//! The axum extractors: what reaches a handler, and what is answered in its stead.
#![cfg(feature = "axum")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use http_body_util::BodyExt;
use recallai_webhook_hyper::dispatch::{Endpoint, Verifier};
use recallai_webhook_hyper::{Admission, Limits, Rejection, VerifiedEvent, VerifiedRequest};
use support::{BODY, other_secret, request, secret};
use tower::ServiceExt;

mod support;

const READABLE: &str = BODY;
const UNKNOWN: &str = r#"{"event":"hologram.done","data":{}}"#;
const UNREADABLE: &str = r#"{"event":"recording.done"}"#;

/// What the handlers answer with, so that the tests see that it was they.
const HANDLED: StatusCode = StatusCode::IM_A_TEAPOT;

async fn event(VerifiedEvent { event, delivery, .. }: VerifiedEvent) -> (StatusCode, String) {
    (HANDLED, format!("{} {}", event.name(), delivery.message_id().unwrap_or_default()))
}

async fn delivery(VerifiedRequest(delivery): VerifiedRequest) -> (StatusCode, String) {
    (HANDLED, String::from_utf8_lossy(delivery.body()).into_owned())
}

/// A handler may also look at why it would not have been called.
async fn either(admitted: Result<VerifiedRequest, Rejection>) -> Response {
    match admitted {
        Ok(_) => HANDLED.into_response(),
        Err(Rejection(reply)) => (HANDLED, reply.status().to_string()).into_response(),
    }
}

fn app() -> Router {
    let mut limits = Limits::default();
    limits.body_len = BODY.len();
    let endpoint = Endpoint::signed("recall", Verifier::new(secret()));
    Router::new()
        .route("/event", post(event))
        .route("/delivery", any(delivery))
        .route("/either", post(either))
        .with_state(Admission::new(endpoint).with_limits(limits))
}

async fn answer(request: Request<Body>) -> (StatusCode, String) {
    let response = app().oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_handler_is_given_the_event_or_the_delivery() {
    let signed = |path, body| answer(request(path, &secret(), body, Body::from));
    assert_eq!(signed("/event", READABLE).await, (HANDLED, "recording.done msg_1".to_owned()));
    assert_eq!(signed("/event", UNKNOWN).await, (HANDLED, "hologram.done msg_1".to_owned()));
    assert_eq!(signed("/delivery", READABLE).await, (HANDLED, READABLE.to_owned()));
    assert_eq!(signed("/delivery", UNREADABLE).await, (HANDLED, UNREADABLE.to_owned()));
    assert_eq!(signed("/either", READABLE).await, (HANDLED, String::new()));
}

#[tokio::test]
async fn an_unreadable_message_is_acknowledged_in_the_handlers_stead() {
    let request = request("/event", &secret(), UNREADABLE, Body::from);
    assert_eq!(answer(request).await, (StatusCode::NO_CONTENT, String::new()));
}

#[tokio::test]
async fn a_refusal_is_the_opaque_reply_of_the_service() {
    for path in ["/event", "/delivery"] {
        let (status, body) = answer(request(path, &other_secret(), BODY, Body::from)).await;
        assert_eq!((status, body.as_str()), (StatusCode::UNAUTHORIZED, "unauthorized\n"));
    }
    let request = request("/either", &other_secret(), BODY, Body::from);
    assert_eq!(answer(request).await, (HANDLED, "401".to_owned()));
}

#[tokio::test]
async fn the_limits_of_bodies_hold() {
    let long = format!("{BODY} ");
    let (status, body) = answer(request("/event", &secret(), &long, Body::from)).await;
    assert_eq!((status, body.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "content too large\n"));
}

#[tokio::test]
async fn only_a_post_is_a_delivery() {
    let mut get = request("/delivery", &secret(), BODY, Body::from);
    *get.method_mut() = http::Method::GET;
    let response = app().oneshot(get).await.unwrap();
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()["allow"], "POST");
}
