//! Recordings.

use axum::extract::State;
use recallai_webhook_dispatch::recording::{Need, SubjectKind};
use serde::Deserialize;
use utoipa::IntoParams;

use super::subjects::{self, Place};
use crate::extract::{Json, NoParameters, Path, Query};
use crate::model::{
    Around, Cursor, Limit, NeedWords, Observation, Order, Page, Readiness, ReadinessState,
    RecordingDetail, RecordingSummary, Text, timeline,
};
use crate::problem::Problem;
use crate::shared::Shared;

/// Which recordings to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// Only of this scope.
    #[param(value_type = Text, inline, required = false)]
    scope: Option<Text>,
    /// Only with this id; several scopes may know it.
    #[param(value_type = Text, inline, required = false)]
    id: Option<Text>,
    /// The kinds of artifacts that are needed, by which the readiness of each is judged. Without it, the
    /// recording itself, if `readiness` is asked for.
    #[param(value_type = NeedWords, inline, required = false, style = Form, explode = false)]
    need: Option<NeedWords>,
    /// Only those for which the need stands so. It is judged as the list is read: pages may be short, or empty
    /// with more behind them.
    #[param(value_type = ReadinessState, inline, required = false)]
    readiness: Option<ReadinessState>,
    /// By when they were first heard of.
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

/// What a recording is judged by.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Judged {
    /// The kinds of artifacts that are needed. Without it, nothing is judged.
    #[param(value_type = NeedWords, inline, required = false, style = Form, explode = false)]
    need: Option<NeedWords>,
}

/// How many recordings are judged for a page.
const JUDGED: usize = 2000;

/// List recordings
#[utoipa::path(
    get,
    path = "/recordings",
    operation_id = "listRecordings",
    tag = "recordings",
    params(Which),
    responses((status = OK, description = "A page of recordings.", body = Page<RecordingSummary>))
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Query(which): Query<Which>,
) -> Result<Json<Page<RecordingSummary>>, Problem> {
    let Which { scope, id, need, readiness, order, limit, cursor } = which;
    let need = need.or_else(|| readiness.map(|_| NeedWords::recording())).map(|need| need.0);
    let which = subjects::Which { scope, id, order, limit, cursor };
    let page =
        which.page(&shared.inbox, SubjectKind::Recording, readiness.map(|_| JUDGED), |stored| {
            let summary = RecordingSummary::of(stored, need.as_ref());
            let is_wanted =
                readiness.is_none() || summary.readiness().map(Readiness::state) == readiness;
            is_wanted.then_some(summary)
        });
    Ok(Json(page.await?))
}

/// Get a recording
///
/// All that is known of it: its artifacts, what was reported when, its messages and jobs.
#[utoipa::path(
    get,
    path = "/recordings/{scope}/{id}",
    operation_id = "getRecording",
    tag = "recordings",
    params(Place, Judged),
    responses(
        (status = OK, description = "The recording.", body = RecordingDetail),
        (status = NOT_FOUND, description = "It was not heard of in this scope.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn get(
    State(shared): State<Shared>,
    Path(place): Path<Place>,
    Query(Judged { need }): Query<Judged>,
) -> Result<Json<RecordingDetail>, Problem> {
    let inbox = &*shared.inbox;
    let stored = place.find(inbox, SubjectKind::Recording).await?;
    let around = Around {
        outcome: subjects::outcome_of_maker(inbox, &stored).await?,
        messages: subjects::messages(inbox, &stored).await?,
        jobs: subjects::jobs(inbox, &stored).await?,
    };
    let need: Option<Need> = need.map(|need| need.0);
    Ok(Json(RecordingDetail::of(&stored, need.as_ref(), around)))
}

/// Get the timeline of a recording
///
/// All that was observed of it and its artifacts, the earliest first.
#[utoipa::path(
    get,
    path = "/recordings/{scope}/{id}/timeline",
    operation_id = "getTimeline",
    tag = "recordings",
    params(Place),
    responses(
        (status = OK, description = "The timeline. There are no further pages.", body = Page<Observation>),
        (status = NOT_FOUND, description = "It was not heard of in this scope.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn history(
    State(shared): State<Shared>,
    Path(place): Path<Place>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Json<Page<Observation>>, Problem> {
    let stored = place.find(&*shared.inbox, SubjectKind::Recording).await?;
    Ok(Json(Page { items: timeline(&stored.state), next: None }))
}
