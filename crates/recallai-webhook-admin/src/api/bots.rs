//! Bots and uploads: what brings recordings.

use axum::extract::State;
use recallai_webhook_dispatch::recording::SubjectKind;

use super::subjects::{self, Place, Which};
use crate::extract::{Json, NoParameters, Path, Query};
use crate::model::{BotDetail, BotSummary, Page};
use crate::problem::Problem;
use crate::shared::Shared;

/// List bots
#[utoipa::path(
    get,
    path = "/bots",
    operation_id = "listBots",
    tag = "bots",
    params(Which),
    responses((status = OK, description = "A page of bots.", body = Page<BotSummary>))
)]
pub(super) async fn bots(
    State(shared): State<Shared>,
    Query(which): Query<Which>,
) -> Result<Json<Page<BotSummary>>, Problem> {
    list(&shared, which, SubjectKind::Bot).await
}

/// Get a bot
///
/// With what came of it: also of one that never recorded.
#[utoipa::path(
    get,
    path = "/bots/{scope}/{id}",
    operation_id = "getBot",
    tag = "bots",
    params(Place),
    responses(
        (status = OK, description = "The bot.", body = BotDetail),
        (status = NOT_FOUND, description = "It was not heard of in this scope.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn bot(
    State(shared): State<Shared>,
    Path(place): Path<Place>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Json<BotDetail>, Problem> {
    get(&shared, &place, SubjectKind::Bot).await
}

/// List uploads of the Desktop SDK
#[utoipa::path(
    get,
    path = "/uploads",
    operation_id = "listUploads",
    tag = "uploads",
    params(Which),
    responses((status = OK, description = "A page of uploads.", body = Page<BotSummary>))
)]
pub(super) async fn uploads(
    State(shared): State<Shared>,
    Query(which): Query<Which>,
) -> Result<Json<Page<BotSummary>>, Problem> {
    list(&shared, which, SubjectKind::SdkUpload).await
}

/// Get an upload of the Desktop SDK
#[utoipa::path(
    get,
    path = "/uploads/{scope}/{id}",
    operation_id = "getUpload",
    tag = "uploads",
    params(Place),
    responses(
        (status = OK, description = "The upload.", body = BotDetail),
        (status = NOT_FOUND, description = "It was not heard of in this scope.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn upload(
    State(shared): State<Shared>,
    Path(place): Path<Place>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Json<BotDetail>, Problem> {
    get(&shared, &place, SubjectKind::SdkUpload).await
}

async fn list(
    shared: &Shared,
    which: Which,
    kind: SubjectKind,
) -> Result<Json<Page<BotSummary>>, Problem> {
    let show = |stored: &_| Some(BotSummary::of(stored));
    Ok(Json(which.page(&shared.inbox, kind, None, show).await?))
}

async fn get(
    shared: &Shared,
    place: &Place,
    kind: SubjectKind,
) -> Result<Json<BotDetail>, Problem> {
    let inbox = &*shared.inbox;
    let stored = place.find(inbox, kind).await?;
    let outcome = subjects::outcome(inbox, &stored).await?;
    let messages = subjects::messages(inbox, &stored).await?;
    Ok(Json(BotDetail::of(&stored, outcome, messages)))
}
