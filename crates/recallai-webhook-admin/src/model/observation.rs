//! What was observed, in time.

use recallai_webhook_dispatch::recording::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Time;
use super::word::ItemWord;

/// One status that was reported.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Observation {
    kind: ItemWord,
    /// The id of the artifact, the bot or the upload.
    artifact: String,
    /// The name of the event that reports such a status, such as `video_mixed.done`.
    #[schema(examples("video_mixed.done"))]
    name: String,
    /// The status code. An open set.
    code: String,
    /// Why, where the vendor says so. An open set.
    sub_code: Option<String>,
    /// When the status was reached, as the vendor spelled it.
    updated_at: String,
    /// The same as a time; null if it cannot be read.
    at: Option<Time>,
}

/// All that was observed of a subject and its artifacts, the earliest first; what has no readable time
/// comes before all else.
pub(crate) fn timeline(state: &State) -> Vec<Observation> {
    let items = state.items();
    let mut all: Vec<_> = items
        .flat_map(|item| item.timeline().into_iter().map(move |observation| (item, observation)))
        .map(|(item, observation)| Observation {
            kind: ItemWord(item.kind()),
            artifact: item.id().to_owned(),
            name: format!("{}.{}", item.kind(), observation.code),
            code: observation.code.to_string(),
            sub_code: observation.sub_code.as_ref().map(ToString::to_string),
            updated_at: observation.updated_at.to_string(),
            at: observation.updated_at.instant().map(Time),
        })
        .collect();
    all.sort_by_key(|observation| observation.at);
    all
}
