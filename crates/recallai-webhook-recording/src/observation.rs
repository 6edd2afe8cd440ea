//! Observations: one status that was reported, and the order that decides which one is current.

use std::cmp::Ordering;

use recallai_webhook_event::{Code, StatusRef, SubCode, Timestamp};
use serde::Serialize;

use crate::{ItemKind, bounded};

/// The most observations that are kept of one item; the greatest ones, so the current one is there.
pub(crate) const MAX_OBSERVATIONS: usize = 64;

/// A status that was reported of an item: code, reason and time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Observation {
    /// The status code, such as `done`. An open set.
    pub code: Code,
    /// Why, where the vendor says so. An open set.
    pub sub_code: Option<SubCode>,
    /// When the status was reached, as the vendor spelled it.
    pub updated_at: Timestamp,
}

/// How far along a status is. A later rank is never undone by an earlier one, whatever the times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// On the way, or a code that is not known yet.
    Live,
    /// Settled, for better or worse.
    Settled,
    /// Gone for good.
    Deleted,
}

impl Observation {
    /// An observation; its time may be any text.
    pub fn new(code: Code, sub_code: Option<SubCode>, updated_at: impl Into<Timestamp>) -> Self {
        Self { code, sub_code, updated_at: updated_at.into() }
    }

    pub(crate) fn from_ref(status: &StatusRef<'_>) -> Self {
        Self {
            code: code(&status.code),
            sub_code: status.sub_code.as_ref().map(|sub_code| SubCode::from(&**sub_code)),
            updated_at: Timestamp::new(&status.updated_at),
        }
    }

    pub(crate) fn rank(&self, kind: ItemKind) -> Rank {
        match (kind, self.code.as_str()) {
            // Legacy: the media of the bot expired. It follows `done` and nothing follows it.
            (_, "deleted") | (ItemKind::Bot, "media_expired") => Rank::Deleted,
            (ItemKind::Artifact(_), "done" | "failed")
            | (ItemKind::Bot, "done" | "fatal")
            | (ItemKind::SdkUpload, "complete" | "completed" | "failed") => Rank::Settled,
            _ => Rank::Live,
        }
    }

    /// The order that decides which observation is current: rank, instant (a time that cannot be
    /// read is before all others), then the texts, so that no two different ones are equal.
    pub(crate) fn order(&self, other: &Self, kind: ItemKind) -> Ordering {
        self.rank(kind).cmp(&other.rank(kind)).then_with(|| self.order_in_time(other))
    }

    /// The same without the rank.
    pub(crate) fn order_in_time(&self, other: &Self) -> Ordering {
        let instants = self.updated_at.instant().cmp(&other.updated_at.instant());
        instants
            .then_with(|| self.updated_at.as_str().cmp(other.updated_at.as_str()))
            .then_with(|| self.code.cmp(&other.code))
            .then_with(|| self.sub_code.cmp(&other.sub_code))
    }

    /// What the sub code means, where that is documented.
    pub(crate) fn meaning(&self, kind: ItemKind) -> Option<&'static str> {
        self.sub_code.as_ref()?.meaning(&format!("{}.{}", kind.as_str(), self.code))
    }
}

/// Adds an observation; `true` if that changed something.
pub(crate) fn insert(
    observations: &mut Vec<Observation>,
    observation: &Observation,
    kind: ItemKind,
) -> bool {
    bounded::insert(observations, MAX_OBSERVATIONS, observation, |a, b| a.order(b, kind))
}

/// The set of these observations.
pub(crate) fn set(observations: Vec<Observation>, kind: ItemKind) -> Vec<Observation> {
    bounded::of(observations, MAX_OBSERVATIONS, |a, b| a.order(b, kind))
}

/// The code, without an allocation for those that most events carry.
pub(crate) fn code(text: &str) -> Code {
    const USUAL: [&str; 16] = [
        "processing",
        "done",
        "failed",
        "deleted",
        "paused",
        "joining_call",
        "in_waiting_room",
        "in_call_not_recording",
        "recording_permission_allowed",
        "in_call_recording",
        "call_ended",
        "fatal",
        "complete",
        "uploading",
        "recording_started",
        "recording_ended",
    ];
    let usual = USUAL.into_iter().find(|usual| *usual == text);
    usual.map_or_else(|| Code::from(text), Code::from_static)
}
