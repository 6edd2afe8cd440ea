//! The live stream: messages as they are stored, and how subscriptions stand, as server-sent events.

mod follow;
mod standing;

use std::time::Duration;

use axum::Router;
use axum::extract::{Extension, State};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::follow::Follow;
use crate::api;
use crate::extract::Query;
use crate::guard::Admitted;
use crate::model::Cursor;
use crate::problem::Problem;
use crate::shared::Shared;

/// How long nothing is said: proxies and clients take a silence of a minute for a dead connection.
const HEARTBEAT: Duration = Duration::from_secs(15);

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Since {
    /// The same as the header, for clients that cannot send one. The header wins.
    #[param(value_type = Cursor, required = false)]
    last_event_id: Option<Cursor>,
}

/// The route, and what the document says of it.
pub(crate) fn routes() -> (Router<Shared>, OpenApi) {
    let (router, document) = OpenApiRouter::new()
        .nest(api::BASE, OpenApiRouter::new().routes(routes!(stream)))
        .split_for_parts();
    (router, document)
}

/// Follow messages as they are stored
///
/// Server-sent events. `message` has a summary of a message as its data and its number as its id, in the order
/// of numbers; `subscriptions` has what `/subscriptions` answers, at the beginning and whenever a count
/// changes, at most once a second, and no id. Each 15 seconds there is at least a comment. Before all else comes
/// the id of where the stream begins, without an event, so that who is cut off before the first message has
/// something to go on after.
///
/// Whoever was interrupted goes on after the last id without a gap; messages that were pruned meanwhile are
/// left out. Without one, the stream begins with what is stored from now on. It ends when the process ends or
/// another token is set: connect again.
///
/// An id beyond the newest message is of another state of the inbox, as after a backup was restored. Then `reset`
/// comes first, with the number of the newest message as its id and as the `seq` of its data, and the stream goes
/// on from there. Other messages may have numbers that were seen before: read the newest ones anew.
#[utoipa::path(
    get,
    path = "/stream",
    operation_id = "streamMessages",
    tag = "messages",
    params(
        Since,
        ("last-event-id" = Option<Cursor>, Header, description = "The number of the last message that was seen; 0 for all."),
    ),
    responses((status = OK, description = "Events, without end.", body = String, content_type = "text/event-stream"))
)]
async fn stream(
    State(shared): State<Shared>,
    Extension(admitted): Extension<Admitted>,
    headers: HeaderMap,
    Query(since): Query<Since>,
) -> Result<Response, Problem> {
    let last = match given(&headers)? {
        Some(last) => Some(last),
        None => since.last_event_id,
    };
    let follow = Follow::begin(shared, admitted, last.map(|Cursor(seq)| seq)).await?;
    let events = Sse::new(follow.events()).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // Proxies that gather answers would hold events back.
    Ok(([("x-accel-buffering", "no")], events).into_response())
}

fn given(headers: &HeaderMap) -> Result<Option<Cursor>, Problem> {
    let Some(value) = headers.get(LAST_EVENT_ID) else { return Ok(None) };
    let cursor = value.to_str().ok().and_then(Cursor::parse);
    let wrong = || Problem::bad_request("last-event-id: the id of an event is a whole number");
    cursor.map(Some).ok_or_else(wrong)
}
