//! Messages.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue};
use recallai_webhook_dispatch::inbox::{
    Inbox, JobQuery, MessageQuery, Replay, Signed, StoredMessage,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::scan::Scan;
use crate::extract::{Json, MaybeBody, NoParameters, Path, Query};
use crate::model::{
    About, Changed, ClassWord, Cursor, JobDetail, Limit, MessageDetail, MessageSummary, NameFilter,
    Number, Order, Page, Text, given,
};
use crate::problem::Problem;
use crate::shared::Shared;

/// Which messages to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// Only with a name that fits: an event name, or a pattern such as `recording.*`.
    #[param(value_type = NameFilter, inline, required = false)]
    name: Option<NameFilter>,
    /// Only of this class.
    #[param(value_type = ClassWord, inline, required = false)]
    class: Option<ClassWord>,
    /// Only of this scope.
    #[param(value_type = Text, inline, required = false)]
    scope: Option<Text>,
    /// Only of this endpoint.
    #[param(value_type = Text, inline, required = false)]
    endpoint: Option<Text>,
    /// Only with this id.
    #[param(value_type = Text, inline, required = false)]
    id: Option<Text>,
    /// Only messages that are mostly about this subject. An event that names a recording is about the
    /// recording, then about an upload, then about a bot.
    #[param(value_type = About, inline, required = false)]
    subject: Option<About>,
    /// By when they were stored.
    #[serde(default)]
    #[param(inline, required = false)]
    order: Order,
    /// How long a page is at most.
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
    /// What the page before had as `next`.
    #[param(value_type = Cursor, inline, required = false)]
    cursor: Option<Cursor>,
}

/// A message by its number.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Numbered {
    /// The number of the message.
    #[param(inline)]
    seq: Number,
}

/// What is to be done once more.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayOrder {
    /// For which subscriptions; without it, for all that the message is meant for.
    #[schema(value_type = Vec<Text>, required = false, min_items = 1, max_items = 100, examples(json!(["crm"])))]
    #[serde(default, deserialize_with = "given")]
    subscriptions: Option<Vec<Text>>,
    /// Under a new idempotency key, so that whoever is called does it once more. Under the same key, it can
    /// tell that it has seen this before.
    #[serde(default)]
    new_key: bool,
}

/// Bodies are read to find what a message is about. So many at once are few enough to hold, whatever their
/// size.
const PIECE: usize = 50;

/// The most subscriptions that a replay names.
const NAMES: usize = 100;

/// The most jobs that are shown of a message.
const JOBS: usize = 100;

/// List messages
///
/// Without their bodies.
#[utoipa::path(
    get,
    path = "/messages",
    operation_id = "listMessages",
    tag = "messages",
    params(Which),
    responses((status = OK, description = "A page of messages.", body = Page<MessageSummary>))
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Query(which): Query<Which>,
) -> Result<Json<Page<MessageSummary>>, Problem> {
    let mut query = MessageQuery::new().with_bodies(true);
    query.newest_first = which.order == Order::Newest;
    query.name = which.name.map(|name| name.0);
    query.class = which.class.map(|class| class.0);
    query.scope = which.scope.map(|scope| scope.into_string().into());
    query.endpoint = which.endpoint.map(|endpoint| endpoint.into_string().into());
    query.id = which.id.map(|id| id.into_string().into());
    query.subject = which.subject.map(|subject| subject.0);
    let read = |last, count| {
        let (inbox, mut query) = (Arc::clone(&shared.inbox), query.clone().with_limit(count));
        match query.newest_first {
            true => query.before = last,
            false => query.after = last,
        }
        async move { inbox.messages(&query).await }
    };
    let scan = Scan { limit: which.limit, cursor: which.cursor, piece: PIECE, most: None };
    let show = |message: &StoredMessage| Some(MessageSummary::of(message));
    Ok(Json(scan.page(read, |message| message.seq, show).await?))
}

/// Get a message
///
/// With its verification, its fields and its jobs.
#[utoipa::path(
    get,
    path = "/messages/{seq}",
    operation_id = "getMessage",
    tag = "messages",
    params(Numbered),
    responses(
        (status = OK, description = "The message.", body = MessageDetail),
        (status = NOT_FOUND, description = "There is no such message, or it was pruned or erased.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn get(
    State(shared): State<Shared>,
    Path(Numbered { seq: Number(seq) }): Path<Numbered>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Json<MessageDetail>, Problem> {
    let message = find(&*shared.inbox, seq, true).await?;
    let jobs = JobQuery::new().with_message(seq).with_limit(JOBS);
    let jobs = shared.inbox.jobs(&jobs).await?;
    Ok(Json(MessageDetail::of(&message, jobs.iter().map(JobDetail::of).collect())))
}

/// Get the body of a message
///
/// Byte for byte as it was received, which need not be JSON. With what it takes to verify it again, where the
/// first delivery was signed: id, timestamp and signature in headers of the answer, whose names begin with
/// `recallai-webhook-`, and the family of headers that they came in.
#[utoipa::path(
    get,
    path = "/messages/{seq}/raw",
    operation_id = "getMessageBody",
    tag = "messages",
    params(Numbered),
    responses(
        (
            status = OK, description = "The body.", body = Vec<u8>, content_type = "application/octet-stream",
            headers(
                ("recallai-webhook-id" = String, description = "The id of the message."),
                ("recallai-webhook-timestamp" = String, description = "When the first delivery was signed, in seconds since 1970. Only if it was signed."),
                ("recallai-webhook-signature" = String, description = "The signature that matched, such as `v1,…`. Only if it was signed."),
                ("recallai-webhook-family" = String, description = "Which headers carried them: `svix` or `webhook`. Only if it was signed."),
            )
        ),
        (status = NOT_FOUND, description = "There is no such message, or it was pruned or erased.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn raw(
    State(shared): State<Shared>,
    Path(Numbered { seq: Number(seq) }): Path<Numbered>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Response, Problem> {
    let message = find(&*shared.inbox, seq, true).await?;
    let body = message.body.ok_or_else(missing)?;
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    let mut add = |name, text: &str| {
        // What came in a header can stand in one.
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    add("recallai-webhook-id", &message.id);
    if let Some(Signed { family, timestamp, signature, .. }) = &message.signed {
        add("recallai-webhook-timestamp", &timestamp.to_string());
        add("recallai-webhook-signature", signature);
        add("recallai-webhook-family", family.as_str());
    }
    Ok(response)
}

/// Replay a message
///
/// Its jobs run once more, and those that a subscription never had are made. A job that has not ended is left
/// alone.
#[utoipa::path(
    post,
    path = "/messages/{seq}/replay",
    operation_id = "replayMessage",
    tag = "messages",
    params(Numbered),
    request_body(content = Option<ReplayOrder>, description = "Without it, all of the message's jobs, under their old keys."),
    responses(
        (status = OK, description = "How many jobs wait.", body = Changed),
        (status = NOT_FOUND, description = "There is no such message, or no such subscription.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn replay(
    State(shared): State<Shared>,
    Path(Numbered { seq: Number(seq) }): Path<Numbered>,
    Query(NoParameters {}): Query<NoParameters>,
    MaybeBody(order): MaybeBody<ReplayOrder>,
) -> Result<Json<Changed>, Problem> {
    let ReplayOrder { subscriptions, new_key } = order.unwrap_or_default();
    find(&*shared.inbox, seq, false).await?;
    let mut replay = Replay::of([seq]).with_new_key(new_key);
    if let Some(names) = subscriptions {
        if names.is_empty() || names.len() > NAMES {
            return Err(Problem::unprocessable("`subscriptions` has 1 to 100 names"));
        }
        replay = replay.with_subscriptions(names.into_iter().map(Text::into_string));
    }
    Ok(Json(Changed { jobs: shared.inbox.replay(&replay).await? }))
}

async fn find(inbox: &dyn Inbox, seq: i64, body: bool) -> Result<StoredMessage, Problem> {
    let query = MessageQuery::new().with_after(seq - 1).with_before(seq + 1);
    let found = inbox.messages(&query.with_limit(1).with_bodies(body)).await?;
    found.into_iter().next().ok_or_else(missing)
}

fn missing() -> Problem {
    Problem::not_found("there is no such message, or it was pruned or erased")
}
