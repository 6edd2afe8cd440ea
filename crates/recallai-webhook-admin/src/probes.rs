//! What machines ask: whether the process lives, whether it is ready, and what it has counted.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode, Uri};
use recallai_webhook_dispatch::inbox::{Clock, Inbox, InboxError, StoredSubscription, SystemClock};
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::extract::Json;
use crate::guard;
use crate::problem::Problem;
use crate::shared::Shared;

/// How long the inbox may take to answer a probe: less than what probes usually wait.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long the store is not probed again: what it told holds for so long. A probe costs a sync of the disk.
const FRESH: Duration = Duration::from_secs(1);

/// What the store told when it was probed last, and when that was.
#[derive(Default)]
struct LastProbe(Mutex<Option<(Instant, Result<(), InboxError>)>>);

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
    let last = Arc::new(LastProbe::default());
    let ready = move |shared, uri, headers| ready(Arc::clone(&last), shared, uri, headers);
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready))
}

/// For those who may read what was counted.
pub(crate) fn metrics() -> Router<Shared> {
    Router::new().route("/metrics", get(render))
}

/// 200, or 503. Those who may read everything are told why.
async fn ready(
    last: Arc<LastProbe>,
    State(shared): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let mut reasons = reasons(&last, &shared).await;
    let ready = reasons.is_empty();
    if !guard::is_trusted(&shared.handle.settings.borrow(), &uri, &headers) {
        reasons.clear();
    }
    let code = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, [(CACHE_CONTROL, "no-store")], Json(Ready { ready, reasons })).into_response()
}

async fn reasons(last: &LastProbe, shared: &Shared) -> Vec<String> {
    if *shared.handle.closing.borrow() {
        return vec!["the process ends".to_owned()];
    }
    let asked = tokio::time::timeout(PATIENCE, ask(last, shared.inbox.as_ref())).await;
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

/// Asks the writer and a reader.
async fn ask(last: &LastProbe, inbox: &dyn Inbox) -> Result<Vec<StoredSubscription>, InboxError> {
    last.or_anew(async || inbox.probe().await).await?;
    inbox.subscriptions().await
}

impl LastProbe {
    /// Tells what was told a moment ago, or probes. Who asks meanwhile waits for the same answer.
    async fn or_anew(
        &self,
        probe: impl AsyncFnOnce() -> Result<(), InboxError>,
    ) -> Result<(), InboxError> {
        let mut last = self.0.lock().await;
        if let Some((at, told)) = &*last
            && at.elapsed() < FRESH
        {
            return told.clone();
        }
        let told = probe().await;
        *last = Some((Instant::now(), told.clone()));
        told
    }
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_asks_often_is_told_the_same_for_a_second() {
        let (last, probes) = (LastProbe::default(), Cell::new(0));
        let told = [Ok(()), Err(InboxError::Closed), Ok(())];
        let ask = || {
            last.or_anew(async || {
                probes.set(probes.get() + 1);
                // Others come while it takes its time.
                tokio::task::yield_now().await;
                told[probes.get() - 1].clone()
            })
        };
        for (number, expected) in told.iter().enumerate() {
            for (one, other) in [tokio::join!(ask(), ask()), tokio::join!(ask(), ask())] {
                assert_eq!([one.is_ok(), other.is_ok()], [expected.is_ok(); 2]);
            }
            assert_eq!(probes.get(), number + 1);
            tokio::time::advance(FRESH).await;
        }
    }
}
