//! Bots and uploads: what brings recordings.

use recallai_webhook_dispatch::inbox::StoredSubject;
use recallai_webhook_dispatch::recording::SubjectKind;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::recording::{linked, metadata, seen};
use super::status::Status;
use super::{Observation, Outcome, Time, timeline};

/// A bot, or an upload of the Desktop SDK, at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BotSummary {
    /// The workspace that it belongs to.
    scope: String,
    /// The id that the vendor gave it.
    id: String,
    /// When it was first heard of here.
    created_at: Time,
    /// The earliest time that any of its events names.
    first_seen: Option<Time>,
    /// The latest time that any of its events names.
    last_seen: Option<Time>,
    /// When it was erased here; what is left then is its id.
    erased_at: Option<Time>,
    /// Its status; null if none was reported.
    status: Option<Status>,
    /// The ids of its recordings.
    recordings: Vec<String>,
}

/// All that is known of a bot, or of an upload.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BotDetail {
    #[serde(flatten)]
    summary: BotSummary,
    /// What the user has set, as the vendor reports it; null if nothing was reported.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Box<RawValue>>,
    /// What came of it.
    outcome: Outcome,
    /// All that was observed, the earliest first.
    timeline: Vec<Observation>,
    /// The numbers of the latest messages about it alone, the newest first; 100 at most. Those that name
    /// a recording too are found there.
    messages: Vec<i64>,
}

impl BotSummary {
    pub(crate) fn of(stored: &StoredSubject) -> Self {
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
            recordings: linked(state, SubjectKind::Recording),
        }
    }
}

impl BotDetail {
    pub(crate) fn of(stored: &StoredSubject, outcome: Outcome, messages: Vec<i64>) -> Self {
        Self {
            summary: BotSummary::of(stored),
            metadata: metadata(&stored.state),
            outcome,
            timeline: timeline(&stored.state),
            messages,
        }
    }
}
