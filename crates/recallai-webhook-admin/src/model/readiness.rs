//! Readiness of what is needed.

use std::borrow::Cow;

use recallai_webhook_dispatch::event::ArtifactKind;
use recallai_webhook_dispatch::recording::{self, Available, Missing, Need};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::Time;
use super::word::{HintWord, ItemWord, KindWord};

/// How a need stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// The kinds of artifacts that are needed.
    need: Vec<KindWord>,
    state: ReadinessState,
    /// What is there. Empty unless the state is `ready`.
    available: Vec<Present>,
    /// What is not there yet. Empty unless the state is `pending`.
    missing: Vec<Lacking>,
    /// What failed. Empty unless the state is `failed`.
    failed: Vec<Reason>,
    /// What was deleted. Empty unless the state is `gone`, and also then if the subject was erased here.
    gone: Vec<Reason>,
    /// All of it in one sentence.
    text: String,
}

/// `ready`: all is there. `pending`: something is not there yet. `failed`: something will not come, as
/// far as is known. `gone`: something was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReadinessState {
    Ready,
    Pending,
    Failed,
    Gone,
}

/// An artifact that is there to be fetched.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Present {
    /// The recording it is of.
    recording: String,
    kind: KindWord,
    id: String,
    /// Since when it is there.
    since: Option<Time>,
}

/// A kind of artifact that is not there yet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Lacking {
    /// The recording it is missing of; null if none is known.
    recording: Option<String>,
    kind: KindWord,
    /// The status code of the artifact that is furthest along, if one was reported.
    code: Option<String>,
    /// Since when that is so.
    since: Option<Time>,
    hint: HintWord,
}

/// What failed, or was deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reason {
    /// The recording it is of; null for what a bot or an upload says of itself.
    recording: Option<String>,
    kind: ItemWord,
    id: String,
    /// The status code. An open set.
    code: String,
    /// The vendor's reason. An open set.
    sub_code: Option<String>,
    /// What the sub code means, where that is documented.
    meaning: Option<&'static str>,
    /// Since when.
    since: Option<Time>,
}

impl Readiness {
    pub(crate) fn of(readiness: &recording::Readiness, need: &Need) -> Self {
        use recording::Readiness as Is;
        let reasons = |reasons: &[recording::Reason]| reasons.iter().map(Reason::of).collect();
        let mut answer = Self {
            need: need.kinds().map(KindWord).collect(),
            state: ReadinessState::of(readiness),
            available: Vec::new(),
            missing: Vec::new(),
            failed: Vec::new(),
            gone: Vec::new(),
            text: readiness.to_string(),
        };
        match readiness {
            Is::Ready(available) => answer.available = available.iter().map(Present::of).collect(),
            Is::Failed(failed) => answer.failed = reasons(failed),
            Is::Gone(gone) => answer.gone = reasons(gone),
            Is::Pending(missing) => answer.missing = missing.iter().map(Lacking::of).collect(),
            _ => {}
        }
        answer
    }

    pub(crate) fn state(&self) -> ReadinessState {
        self.state
    }
}

impl ReadinessState {
    fn of(readiness: &recording::Readiness) -> Self {
        match readiness {
            recording::Readiness::Ready(_) => Self::Ready,
            recording::Readiness::Failed(_) => Self::Failed,
            recording::Readiness::Gone(_) => Self::Gone,
            _ => Self::Pending,
        }
    }
}

impl Present {
    fn of(available: &Available) -> Self {
        Self {
            recording: available.recording.to_string(),
            kind: KindWord(available.kind),
            id: available.id.to_string(),
            since: available.since.instant().map(Time),
        }
    }
}

impl Lacking {
    fn of(missing: &Missing) -> Self {
        Self {
            recording: missing.recording.as_deref().map(str::to_owned),
            kind: KindWord(missing.kind),
            code: missing.current.as_ref().map(|current| current.code.to_string()),
            since: missing.since.as_ref().and_then(|since| since.instant()).map(Time),
            hint: HintWord(missing.hint),
        }
    }
}

impl Reason {
    pub(crate) fn of(reason: &recording::Reason) -> Self {
        Self {
            recording: reason.recording.as_deref().map(str::to_owned),
            kind: ItemWord(reason.kind),
            id: reason.id.to_string(),
            code: reason.code.to_string(),
            sub_code: reason.sub_code.as_ref().map(ToString::to_string),
            meaning: reason.meaning,
            since: reason.since.as_ref().and_then(|since| since.instant()).map(Time),
        }
    }
}

/// Kinds of artifacts with commas between them: `transcript,video_mixed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NeedWords(pub(crate) Need);

impl NeedWords {
    /// The need for the recording itself.
    pub(crate) fn recording() -> Self {
        Self(ArtifactKind::Recording.into())
    }
}

impl<'de> Deserialize<'de> for NeedWords {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

impl PartialSchema for NeedWords {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(KindWord::schema()).min_items(Some(1)).into()
    }
}

impl ToSchema for NeedWords {}
