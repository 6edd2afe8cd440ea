//! Waiting until a recording, or the recordings of a bot or an upload, have what is needed.

use std::time::Duration;

use axum::extract::{Extension, State};
use recallai_webhook_dispatch::inbox::InboxExt;
use recallai_webhook_dispatch::recording::SubjectKind;
use serde::Deserialize;
use utoipa::IntoParams;

use super::subjects::Place;
use crate::extract::{Json, Path, Query};
use crate::guard::Admitted;
use crate::model::{NeedWords, Readiness, Seconds, Waited};
use crate::problem::Problem;
use crate::shared::Shared;

/// What is waited for, and how long.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Awaited {
    /// The kinds of artifacts that are needed.
    #[param(inline, style = Form, explode = false)]
    need: NeedWords,
    /// How long to wait, in seconds.
    #[serde(default)]
    #[param(inline, required = false)]
    timeout: Seconds,
}

/// Wait for a recording
///
/// The answer comes as soon as the need is ready, failed or gone, and else at the timeout: then its state is
/// `pending`, and `timed_out` is true. A recording that was not heard of yet can be waited for.
#[utoipa::path(
    get,
    path = "/recordings/{scope}/{id}/wait",
    operation_id = "waitForRecording",
    tag = "recordings",
    params(Place, Awaited),
    responses((status = OK, description = "How the need stands.", body = Waited))
)]
pub(super) async fn recording(
    State(shared): State<Shared>,
    Extension(admitted): Extension<Admitted>,
    Path(place): Path<Place>,
    Query(awaited): Query<Awaited>,
) -> Result<Json<Waited>, Problem> {
    wait(shared, admitted, place, awaited, SubjectKind::Recording).await
}

/// Wait for the recordings of a bot
///
/// As with a recording. A bot that ends without one has failed.
#[utoipa::path(
    get,
    path = "/bots/{scope}/{id}/wait",
    operation_id = "waitForBot",
    tag = "bots",
    params(Place, Awaited),
    responses((status = OK, description = "How the need stands.", body = Waited))
)]
pub(super) async fn bot(
    State(shared): State<Shared>,
    Extension(admitted): Extension<Admitted>,
    Path(place): Path<Place>,
    Query(awaited): Query<Awaited>,
) -> Result<Json<Waited>, Problem> {
    wait(shared, admitted, place, awaited, SubjectKind::Bot).await
}

/// Wait for the recordings of an upload
///
/// As with a recording.
#[utoipa::path(
    get,
    path = "/uploads/{scope}/{id}/wait",
    operation_id = "waitForUpload",
    tag = "uploads",
    params(Place, Awaited),
    responses((status = OK, description = "How the need stands.", body = Waited))
)]
pub(super) async fn upload(
    State(shared): State<Shared>,
    Extension(admitted): Extension<Admitted>,
    Path(place): Path<Place>,
    Query(awaited): Query<Awaited>,
) -> Result<Json<Waited>, Problem> {
    wait(shared, admitted, place, awaited, SubjectKind::SdkUpload).await
}

async fn wait(
    mut shared: Shared,
    mut admitted: Admitted,
    place: Place,
    Awaited { need: NeedWords(need), timeout }: Awaited,
    kind: SubjectKind,
) -> Result<Json<Waited>, Problem> {
    let _lasts = shared.lasting.begin()?;
    let subject = place.subject(kind);
    let timeout = Duration::from_secs(timeout.get());
    tokio::select! {
        // What is known already is told, also while the process ends; but not to a token that was taken back.
        biased;
        () = admitted.over() => Err(Admitted::problem()),
        readiness = shared.inbox.wait(&place.scope, &subject, &need, timeout) => {
            let readiness = Readiness::of(&readiness?, &need);
            Ok(Json(Waited::of(readiness)))
        }
        _ = shared.closing.wait_for(|is_closing| *is_closing) => Err(Problem::closing()),
    }
}
