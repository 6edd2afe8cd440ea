//! What machines ask: whether the process lives, whether it is ready, and what it has counted.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode, Uri};
use recallai_webhook_dispatch::inbox::{Clock, Inbox, InboxError, StoredSubscription, SystemClock};
use serde::Serialize;

use crate::extract::Json;
use crate::guard;
use crate::problem::Problem;
use crate::shared::Shared;

/// How long the inbox may take to answer a probe: less than what probes usually wait.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether a process can do its work, and what keeps it.
#[derive(Debug, Serialize)]
struct Ready {
    ready: bool,
    /// One sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<String>,
}

/// For everybody: they tell no more than whether.
pub(crate) fn probes() -> Router<Shared> {
    let alive = async || ([(CONTENT_TYPE, "text/plain"), (CACHE_CONTROL, "no-store")], "ok\n");
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready))
}

/// For those who may read what was counted.
pub(crate) fn metrics() -> Router<Shared> {
    Router::new().route("/metrics", get(render))
}

/// 200, or 503. Those who may read everything are told why.
async fn ready(State(shared): State<Shared>, uri: Uri, headers: HeaderMap) -> Response {
    let mut reasons = reasons(&shared).await;
    let ready = reasons.is_empty();
    if !guard::is_trusted(&shared.handle.settings.borrow(), &uri, &headers) {
        reasons.clear();
    }
    let code = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, [(CACHE_CONTROL, "no-store")], Json(Ready { ready, reasons })).into_response()
}

async fn reasons(shared: &Shared) -> Vec<String> {
    if *shared.handle.closing.borrow() {
        return vec!["the process ends".to_owned()];
    }
    let asked = tokio::time::timeout(PATIENCE, ask(shared.inbox.as_ref())).await;
    let subscriptions = match asked {
        Ok(Ok(subscriptions)) => subscriptions,
        Ok(Err(error)) => return vec![format!("the inbox does not answer: {error}")],
        Err(_) => return vec![format!("the inbox takes longer than {PATIENCE:?} to answer")],
    };
    let limit = shared.handle.settings.borrow().ready_lag;
    let now = SystemClock.now();
    let late = |one: &StoredSubscription| late(one, limit?, now);
    subscriptions.iter().filter_map(late).collect()
}

/// Asks a reader and the writer: reviving nothing changes nothing, but is done where appends are done.
async fn ask(inbox: &dyn Inbox) -> Result<Vec<StoredSubscription>, InboxError> {
    inbox.revive(&[]).await?;
    inbox.subscriptions().await
}

/// A parked subscription is behind because somebody wanted it so.
fn late(one: &StoredSubscription, limit: Duration, now: SystemTime) -> Option<String> {
    let oldest = one.oldest.filter(|_| !one.parked)?;
    let age = now.duration_since(oldest).unwrap_or_default();
    let name = &one.subscription.name;
    let (age, limit) = (age.as_secs(), (age > limit).then_some(limit.as_secs())?);
    Some(format!("subscription `{name}` is {age} s behind, and {limit} s are allowed"))
}

/// While the inbox does not answer, what was counted is there nevertheless.
async fn render(State(shared): State<Shared>) -> Response {
    let Some(telemetry) = shared.telemetry else {
        return Problem::not_found("nothing is counted here").into_response();
    };
    let text = match tokio::time::timeout(PATIENCE, shared.inbox.stats()).await {
        Ok(Ok(stats)) => telemetry.render(&stats),
        Ok(Err(_)) | Err(_) => telemetry.render_without_inbox(),
    };
    ([(CONTENT_TYPE, recallai_webhook_telemetry::CONTENT_TYPE)], text).into_response()
}
