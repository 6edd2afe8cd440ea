//! Subscriptions, and how far behind they are.

use axum::extract::State;
use recallai_webhook_dispatch::inbox::{Clock, SystemClock};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{Json, NoParameters, Path, Query};
use crate::model::{Page, Subscription, Text};
use crate::problem::Problem;
use crate::shared::Shared;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Named {
    /// The name of the subscription.
    #[param(inline)]
    name: Text,
}

/// List subscriptions
///
/// All of them, by name, each with its backlog. There are no further pages.
#[utoipa::path(
    get,
    path = "/subscriptions",
    operation_id = "listSubscriptions",
    tag = "subscriptions",
    responses((status = OK, description = "The subscriptions.", body = Page<Subscription>))
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Json<Page<Subscription>>, Problem> {
    let now = SystemClock.now();
    let all = shared.inbox.subscriptions().await?;
    let away = |name| shared.away(name);
    let items =
        all.iter().map(|stored| Subscription::of(stored, away(&stored.subscription.name), now));
    let items = items.collect();
    Ok(Json(Page { items, next: None }))
}

/// Get a subscription
#[utoipa::path(
    get,
    path = "/subscriptions/{name}",
    operation_id = "getSubscription",
    tag = "subscriptions",
    params(Named),
    responses(
        (status = OK, description = "The subscription.", body = Subscription),
        (status = NOT_FOUND, description = "There is no such subscription.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn get(
    State(shared): State<Shared>,
    Path(Named { name }): Path<Named>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Json<Subscription>, Problem> {
    Ok(Json(find(&shared, &name).await?))
}

/// Remove a parked subscription
///
/// Its jobs go with it, dead letters included, and messages are not kept for it any more. One of the same name is
/// new. The answer is how it stood. One that somebody works for cannot be removed: take it out of the
/// configuration first.
#[utoipa::path(
    delete,
    path = "/subscriptions/{name}",
    operation_id = "removeSubscription",
    tag = "subscriptions",
    params(Named),
    responses(
        (status = OK, description = "It is removed.", body = Subscription),
        (status = NOT_FOUND, description = "There is no such subscription.", body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, description = "It is not parked.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    State(shared): State<Shared>,
    Path(Named { name }): Path<Named>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Json<Subscription>, Problem> {
    let stood = find(&shared, &name).await?;
    shared.inbox.unsubscribe(&name).await?;
    tracing::info!(subscription = &*name, "removed with its jobs");
    Ok(Json(stood))
}

async fn find(shared: &Shared, name: &str) -> Result<Subscription, Problem> {
    let all = shared.inbox.subscriptions().await?;
    let stored = all.iter().find(|stored| *stored.subscription.name == *name);
    let stored = stored.ok_or_else(|| Problem::not_found("there is no such subscription"))?;
    Ok(Subscription::of(stored, shared.away(name), SystemClock.now()))
}
