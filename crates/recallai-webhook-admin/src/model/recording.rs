//! Recordings.

use std::collections::BTreeSet;

use recallai_webhook_dispatch::event::ArtifactKind;
use recallai_webhook_dispatch::inbox::StoredSubject;
use recallai_webhook_dispatch::recording::{Item, ItemKind, Need, State, Subject, SubjectKind};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::status::{Artifact, Status};
use super::word::KindWord;
use super::{JobDetail, Observation, Outcome, Readiness, Time, timeline};

/// A recording at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordingSummary {
    /// The workspace that it belongs to.
    scope: String,
    /// The id that the vendor gave it.
    id: String,
    /// When it was first heard of here.
    created_at: Time,
    /// The earliest time that any event about it names.
    first_seen: Option<Time>,
    /// The latest time that any event about it names.
    last_seen: Option<Time>,
    /// When it was erased here; what is left then is its id.
    erased_at: Option<Time>,
    /// The status of the recording itself; null if none was reported.
    status: Option<Status>,
    /// Everything of it with a status: itself first, then its media objects.
    artifacts: Vec<Artifact>,
    /// The bots that recorded it.
    bots: Vec<String>,
    /// The uploads of the Desktop SDK that it came with.
    uploads: Vec<String>,
    /// How the need stands that was asked about; null if none was.
    readiness: Option<Readiness>,
}

/// All that is known of a recording.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordingDetail {
    #[serde(flatten)]
    summary: RecordingSummary,
    /// What the user has set, as the vendor reports it; null if nothing was reported.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Box<RawValue>>,
    /// What came of its bot or upload; null if none is known.
    outcome: Option<Outcome>,
    /// The kinds of artifacts of which no event has told yet.
    missing_kinds: Vec<KindWord>,
    /// All that was observed, the earliest first.
    timeline: Vec<Observation>,
    /// The numbers of the latest messages about it, the newest first; 100 at most.
    messages: Vec<i64>,
    /// The jobs about it that need its state, 100 at most.
    jobs: Vec<JobDetail>,
}

/// What is read of a recording beside its state.
pub(crate) struct Around {
    pub(crate) outcome: Option<Outcome>,
    pub(crate) messages: Vec<i64>,
    pub(crate) jobs: Vec<JobDetail>,
}

impl RecordingSummary {
    pub(crate) fn of(stored: &StoredSubject, need: Option<&Need>) -> Self {
        let state = &stored.state;
        let (first_seen, last_seen) = seen(state);
        Self {
            scope: stored.scope.to_string(),
            id: state.subject().id.to_string(),
            created_at: Time(stored.created_at),
            first_seen,
            last_seen,
            erased_at: stored.erased_at.map(Time),
            status: state.item().as_ref().map(Status::of),
            artifacts: state.items().map(|item| Artifact::of(&item)).collect(),
            bots: linked(state, SubjectKind::Bot),
            uploads: linked(state, SubjectKind::SdkUpload),
            readiness: need.map(|need| Readiness::of(&state.readiness(need), need)),
        }
    }

    pub(crate) fn readiness(&self) -> Option<&Readiness> {
        self.readiness.as_ref()
    }
}

impl RecordingDetail {
    pub(crate) fn of(stored: &StoredSubject, need: Option<&Need>, around: Around) -> Self {
        let summary = RecordingSummary::of(stored, need);
        let seen: BTreeSet<ItemKind> = summary.artifacts.iter().map(Artifact::kind).collect();
        let is_missing = |kind: &ArtifactKind| !seen.contains(&ItemKind::Artifact(*kind));
        let Around { outcome, messages, jobs } = around;
        Self {
            missing_kinds: ArtifactKind::ALL.into_iter().filter(is_missing).map(KindWord).collect(),
            metadata: metadata(&stored.state),
            outcome,
            timeline: timeline(&stored.state),
            messages,
            jobs,
            summary,
        }
    }
}

/// The ids of what a subject is linked with, of one kind.
pub(super) fn linked(state: &State, kind: SubjectKind) -> Vec<String> {
    let of_kind = state.links().filter(|linked: &&Subject| linked.kind == kind);
    of_kind.map(|linked| linked.id.to_string()).collect()
}

/// The earliest and the latest time of a subject and its artifacts, by the vendor's clock.
pub(super) fn seen(state: &State) -> (Option<Time>, Option<Time>) {
    let times = |item: Item<'_>| {
        let instants = item.timeline().into_iter().filter_map(|seen| seen.updated_at.instant());
        instants.map(Time).collect::<Vec<_>>()
    };
    let all: Vec<_> = state.items().flat_map(times).collect();
    (all.iter().min().copied(), all.iter().max().copied())
}

/// The metadata as it is: it is a JSON object by itself.
pub(super) fn metadata(state: &State) -> Option<Box<RawValue>> {
    RawValue::from_string(state.metadata()?.to_owned()).ok()
}
