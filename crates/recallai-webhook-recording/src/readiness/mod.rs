//! Readiness: whether what is needed of a recording is there, and if not, what is missing and why.

mod answers;
mod bot;
mod recording;
mod text;

use recallai_webhook_event::{ArtifactKind, Code, SubCode, Timestamp};
use serde::Serialize;

use crate::{Item, ItemKind, Observation, State};

pub use bot::readiness_of_bot;
pub(crate) use bot::{Linked, linked};
pub(crate) use recording::of_recording;

/// The answer to a [`Need`](crate::Need).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "readiness", content = "details", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Readiness {
    /// All is there.
    Ready(Vec<Available>),
    /// Something is not there yet.
    Pending(Vec<Missing>),
    /// Something will not come, as far as is known; a second attempt may still make it ready.
    Failed(Vec<Reason>),
    /// Something was deleted.
    Gone(Vec<Reason>),
}

/// An artifact that is there to be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Available {
    /// The recording it is of.
    pub recording: Box<str>,
    /// Its kind.
    pub kind: ArtifactKind,
    /// Its id.
    pub id: Box<str>,
    /// Since when it is there.
    pub since: Timestamp,
}

/// A kind of artifact that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Missing {
    /// The recording it is missing of; `None` if no recording is known.
    pub recording: Option<Box<str>>,
    /// The kind.
    pub kind: ArtifactKind,
    /// The status of the artifact that is furthest along, if one was reported.
    pub current: Option<Observation>,
    /// Since when that is so: the time of `current`, or when the recording was done without it.
    pub since: Option<Timestamp>,
    /// What the lack may mean.
    pub hint: Hint,
}

/// Why a kind of artifact may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Hint {
    /// It is on its way.
    InProgress,
    /// No event told of one.
    NeverReported,
    /// No event told of one, and the recording is done: it was not requested, or the endpoint is not
    /// subscribed to its events.
    NeverReportedThoughRecordingDone,
}

/// What failed, or was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reason {
    /// The recording it is of; `None` for what a bot or an upload says of itself.
    pub recording: Option<Box<str>>,
    /// What it is.
    pub kind: ItemKind,
    /// Its id.
    pub id: Box<str>,
    /// Its status code.
    pub code: Code,
    /// The machine-readable reason, where the vendor gave one.
    pub sub_code: Option<SubCode>,
    /// What the sub code means, where that is documented.
    pub meaning: Option<&'static str>,
    /// Since when; `None` for what was erased here.
    pub since: Option<Timestamp>,
}

impl Readiness {
    /// `ready`, `pending`, `failed` or `gone`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ready(_) => "ready",
            Self::Pending(_) => "pending",
            Self::Failed(_) => "failed",
            Self::Gone(_) => "gone",
        }
    }

    /// Whether a wait goes on.
    pub const fn is_pending(&self) -> bool {
        matches!(self, Self::Pending(_))
    }
}

impl Reason {
    pub(crate) fn of(item: &Item<'_>) -> Self {
        Self::observed(item.kind(), item.id(), item.current(), item.since())
    }

    /// The same for something of a recording.
    pub(crate) fn of_recording(mut self, recording: &State) -> Self {
        self.recording = Some(recording.subject.id.clone());
        self
    }

    pub(crate) fn observed(
        kind: ItemKind,
        id: &str,
        observation: &Observation,
        since: &Timestamp,
    ) -> Self {
        Self {
            recording: None,
            kind,
            id: id.into(),
            code: observation.code.clone(),
            sub_code: observation.sub_code.clone(),
            meaning: observation.meaning(kind),
            since: Some(since.clone()),
        }
    }

    /// Why a deleted subject is gone.
    fn of_subject(state: &State) -> Self {
        state.item().filter(Item::is_deleted).map_or_else(
            || Self {
                recording: None,
                kind: state.kind(),
                id: state.subject.id.clone(),
                code: Code::DELETED,
                sub_code: None,
                meaning: Some("It was erased here."),
                since: None,
            },
            |item| Self::of(&item),
        )
    }
}
