//! Items: the things with a status, as views into a state.

use std::fmt;

use recallai_webhook_event::{ArtifactKind, Timestamp};
use serde::{Serialize, Serializer};

use crate::observation::Rank;
use crate::{Observation, SubjectKind};

/// What has a status: an artifact of a recording, a bot, or an SDK upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ItemKind {
    /// The recording itself, or one of its media objects.
    Artifact(ArtifactKind),
    /// A bot.
    Bot,
    /// An upload of the Desktop SDK.
    SdkUpload,
}

/// One thing with a status, and all that was observed of it. It borrows from its
/// [`State`](crate::State).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Item<'s> {
    kind: ItemKind,
    id: &'s str,
    /// From the least to the current one.
    observations: &'s [Observation],
    current: &'s Observation,
    metadata: Option<&'s str>,
}

impl ItemKind {
    /// The kind as the vendor writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Artifact(kind) => kind.as_str(),
            Self::Bot => "bot",
            Self::SdkUpload => "sdk_upload",
        }
    }

    /// The subject as an item.
    pub(crate) const fn of(kind: SubjectKind) -> Self {
        match kind {
            SubjectKind::Recording => Self::Artifact(ArtifactKind::Recording),
            SubjectKind::Bot => Self::Bot,
            SubjectKind::SdkUpload => Self::SdkUpload,
        }
    }
}

impl<'s> Item<'s> {
    /// `None` if nothing was observed.
    pub(crate) fn new(
        kind: ItemKind,
        id: &'s str,
        observations: &'s [Observation],
        metadata: Option<&'s str>,
    ) -> Option<Self> {
        Some(Self { kind, id, observations, current: observations.last()?, metadata })
    }

    /// What it is.
    pub fn kind(&self) -> ItemKind {
        self.kind
    }

    /// Its id; that of the recording, if it is the recording itself.
    pub fn id(&self) -> &'s str {
        self.id
    }

    /// The status that counts: of the furthest along, the latest. A late `processing` does not undo
    /// a `done`, and nothing undoes `deleted`.
    pub fn current(&self) -> &'s Observation {
        self.current
    }

    /// All that was observed, by instant; times that cannot be read come first.
    pub fn timeline(&self) -> Vec<&'s Observation> {
        let mut timeline: Vec<_> = self.observations.iter().collect();
        timeline.sort_unstable_by(|a, b| a.order_in_time(b));
        timeline
    }

    /// Since when the current status holds: the earliest readable time of an observation with the
    /// same code and sub code, or the text of the current one if none can be read.
    pub fn since(&self) -> &'s Timestamp {
        let current = self.current;
        let same = self.observations.iter().filter(|observation| {
            observation.code == current.code && observation.sub_code == current.sub_code
        });
        let readable = same.filter(|observation| observation.updated_at.instant().is_some());
        let earliest = readable.min_by(|a, b| a.order_in_time(b));
        &earliest.unwrap_or(current).updated_at
    }

    /// Its metadata, as a JSON object in canonical spelling.
    pub fn metadata(&self) -> Option<&'s str> {
        self.metadata
    }

    /// Whether it may still change by itself: neither settled (`done`, `failed`, `fatal`, `complete`)
    /// nor deleted. A code that is not known is live.
    pub fn is_live(&self) -> bool {
        self.rank() == Rank::Live
    }

    /// Whether it is there to be fetched.
    pub fn is_done(&self) -> bool {
        self.rank() == Rank::Settled && !self.is_failed()
    }

    /// Whether it will not come, as far as is known.
    pub fn is_failed(&self) -> bool {
        self.rank() == Rank::Settled && matches!(self.current.code.as_str(), "failed" | "fatal")
    }

    /// Whether it is gone for good.
    pub fn is_deleted(&self) -> bool {
        self.rank() == Rank::Deleted
    }

    fn rank(&self) -> Rank {
        self.current.rank(self.kind)
    }
}

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ItemKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
