//! What probes are told.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use recallai_webhook_admin::Admin;
use recallai_webhook_dispatch::Token;
use recallai_webhook_dispatch::inbox::{
    Clock, Filter, Inbox, ManualClock, MemoryInbox, NewMessage, Subscription, SystemClock,
};
use recallai_webhook_inbox_sqlite::SqliteInbox;
use recallai_webhook_telemetry::Telemetry;
use serde_json::{Value, json};
use tower::ServiceExt;

const HOUR: Duration = Duration::from_secs(3600);

async fn get(router: &Router, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).header("host", "localhost").body(Body::empty()).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn ready(router: &Router) -> (StatusCode, Value) {
    let (status, body) = get(router, "/readyz").await;
    (status, serde_json::from_str(&body).unwrap())
}

/// An inbox with a job that waits since an hour ago.
async fn behind() -> Arc<MemoryInbox> {
    let now = SystemClock.now() - HOUR;
    let inbox = Arc::new(MemoryInbox::with_clock(ManualClock::new(now)));
    inbox.subscribe(&Subscription::messages("archive", Filter::everything())).await.unwrap();
    let message = NewMessage::parse("recall", "msg_1", r#"{"event":"later.made_up"}"#, now);
    inbox.append(message).await.unwrap();
    inbox
}

#[tokio::test]
async fn a_process_that_ends_lives_and_is_not_ready() {
    let admin = Admin::new(Arc::new(MemoryInbox::new()));
    let (handle, router) = (admin.handle(), admin.router());
    assert_eq!(ready(&router).await, (StatusCode::OK, json!({ "ready": true })));
    handle.close();
    let (status, told) = ready(&router).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(told, json!({ "ready": false, "reasons": ["the process ends"] }));
    assert_eq!(get(&router, "/healthz").await, (StatusCode::OK, "ok\n".to_owned()));
}

#[tokio::test]
async fn it_is_not_ready_while_work_is_too_far_behind() {
    let inbox = behind().await;
    let admin = Admin::new(inbox.clone());
    let (handle, router) = (admin.handle(), admin.router());
    assert_eq!(ready(&router).await.0, StatusCode::OK, "by default any lag is fine");
    handle.set_ready_lag(Some(HOUR / 2));
    let (status, told) = ready(&router).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let reason = told["reasons"][0].as_str().unwrap();
    assert!(reason.starts_with("subscription `archive` is 36"), "{reason}");
    assert!(reason.ends_with("s behind, and 1800 s are allowed"), "{reason}");
    handle.set_ready_lag(Some(HOUR * 2));
    assert_eq!(ready(&router).await.0, StatusCode::OK);
    handle.set_ready_lag(Some(HOUR / 2));
    inbox.park("archive").await.unwrap();
    assert_eq!(ready(&router).await.0, StatusCode::OK, "what is parked is behind on purpose");
}

#[tokio::test]
async fn why_it_is_not_ready_is_told_to_those_with_the_token() {
    let token = "an-admin-token-0001";
    let admin = Admin::new(behind().await).with_ready_lag(HOUR / 2);
    let router = admin.with_token(Token::parse(token).unwrap()).router();
    let (status, told) = ready(&router).await;
    assert_eq!((status, told), (StatusCode::SERVICE_UNAVAILABLE, json!({ "ready": false })));
    let request = Request::get("/readyz").header("authorization", format!("Bearer {token}"));
    let answer = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    assert!(String::from_utf8(body.to_vec()).unwrap().contains("archive"));
}

#[tokio::test]
async fn an_inbox_that_does_not_answer_is_told_and_what_was_counted_stays() {
    let inbox = Arc::new(MemoryInbox::new());
    let router = Admin::new(inbox.clone()).with_telemetry(Telemetry::new()).router();
    let (status, all) = get(&router, "/metrics").await;
    assert_eq!(status, StatusCode::OK);
    assert!(all.contains("recallai_webhook_inbox_"), "{all}");
    inbox.close().await;
    let router = Admin::new(inbox).with_telemetry(Telemetry::new()).router();
    let (status, told) = ready(&router).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let reason = told["reasons"][0].as_str().unwrap();
    assert!(reason.starts_with("the inbox does not answer: "), "{reason}");
    assert_eq!(get(&router, "/healthz").await.0, StatusCode::OK);
    assert_eq!(get(&router, "/metrics").await.0, StatusCode::OK);
}

/// An inbox in a file, and somebody else who has it open.
fn stored() -> (tempfile::TempDir, Arc<SqliteInbox>, rusqlite::Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = Arc::new(SqliteInbox::open(&path).unwrap());
    let other = rusqlite::Connection::open(&path).unwrap();
    (folder, inbox, other)
}

#[tokio::test]
async fn an_inbox_that_can_be_read_and_not_written_to_is_not_ready() {
    let (_folder, inbox, other) = stored();
    // Each router asks anew; one alone repeats for a second what it was told.
    let admin = Admin::new(inbox.clone());
    let ready = async || ready(&admin.clone().router()).await.0;
    assert_eq!(ready().await, StatusCode::OK);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    inbox.subscriptions().await.unwrap();
    assert_eq!(ready().await, StatusCode::SERVICE_UNAVAILABLE);
    other.execute_batch("COMMIT").unwrap();
    inbox.revive(&[]).await.unwrap();
    assert_eq!(ready().await, StatusCode::OK);
}

/// Where only what is written finds out that nothing can be.
#[tokio::test]
async fn a_store_that_takes_no_write_is_not_ready() {
    let (_folder, inbox, other) = stored();
    let admin = Admin::new(inbox);
    let ready = async || ready(&admin.clone().router()).await.0;
    assert_eq!(ready().await, StatusCode::OK);
    let refuse = "CREATE TRIGGER refuse BEFORE UPDATE ON probe
                  BEGIN SELECT RAISE(FAIL, 'nothing is written'); END";
    other.execute_batch(refuse).unwrap();
    assert_eq!(ready().await, StatusCode::SERVICE_UNAVAILABLE);
    other.execute_batch("DROP TRIGGER refuse").unwrap();
    assert_eq!(ready().await, StatusCode::OK);
}

#[tokio::test]
async fn metrics_are_of_the_type_that_is_scraped() {
    let inbox = Arc::new(MemoryInbox::new());
    let router = Admin::new(inbox.clone()).with_telemetry(Telemetry::new()).router();
    let request = Request::get("/metrics").header("host", "localhost").body(Body::empty()).unwrap();
    let answer = router.oneshot(request).await.unwrap();
    assert_eq!(answer.headers()[CONTENT_TYPE], recallai_webhook_telemetry::CONTENT_TYPE);
    let nothing = Admin::new(inbox).router();
    assert_eq!(get(&nothing, "/metrics").await.0, StatusCode::NOT_FOUND);
}
