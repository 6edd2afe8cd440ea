//! What the store holds, and what the receiver has been doing.

use axum::extract::State;
use recallai_webhook_telemetry::{Snapshot, Telemetry};

use crate::extract::{Json, NoParameters, Query};
use crate::model::Stats;
use crate::problem::Problem;
use crate::shared::Shared;

/// Count what is stored
///
/// It reads the whole store, or what the store has counted.
#[utoipa::path(
    get,
    path = "/stats",
    operation_id = "getStats",
    tag = "receiver",
    responses((status = OK, description = "What the store holds.", body = Stats))
)]
pub(super) async fn stats(
    State(shared): State<Shared>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Json<Stats>, Problem> {
    Ok(Json(Stats::of(&shared.inbox.stats().await?)))
}

/// See what the receiver has been doing
///
/// What was counted since the process began. Nothing of it is stored. Where nothing counts, all of it is
/// zero, counted since now.
#[utoipa::path(
    get,
    path = "/health",
    operation_id = "getHealth",
    tag = "receiver",
    responses((status = OK, description = "What was counted.", body = Snapshot))
)]
pub(super) async fn health(
    State(shared): State<Shared>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Json<Snapshot> {
    Json(shared.telemetry.unwrap_or_else(Telemetry::new).snapshot())
}
