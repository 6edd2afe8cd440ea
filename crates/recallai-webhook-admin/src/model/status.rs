//! The current status of something.

use recallai_webhook_dispatch::recording::{Item, ItemKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::Time;
use super::word::ItemWord;

/// The status that counts: of the furthest along, the latest.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Status {
    /// The status code, such as `done`. An open set.
    code: String,
    /// Why, where the vendor says so. An open set.
    sub_code: Option<String>,
    /// When the status was reached, as the vendor spelled it.
    updated_at: String,
    /// The same as a time; null if it cannot be read.
    at: Option<Time>,
}

/// An artifact with its current status.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Artifact {
    kind: ItemWord,
    /// Its id; that of the recording, if it is the recording itself.
    id: String,
    /// The status code, such as `done`. An open set.
    code: String,
    /// Why, where the vendor says so. An open set.
    sub_code: Option<String>,
    /// When the status was reached, as the vendor spelled it.
    updated_at: String,
    /// The same as a time; null if it cannot be read.
    at: Option<Time>,
    standing: Standing,
}

/// What a status comes to: there to be fetched, on its way, not coming, or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    Done,
    Pending,
    Failed,
    Gone,
}

impl Status {
    pub(crate) fn of(item: &Item<'_>) -> Self {
        let current = item.current();
        Self {
            code: current.code.to_string(),
            sub_code: current.sub_code.as_ref().map(ToString::to_string),
            updated_at: current.updated_at.to_string(),
            at: current.updated_at.instant().map(Time),
        }
    }
}

impl Artifact {
    pub(crate) fn of(item: &Item<'_>) -> Self {
        let Status { code, sub_code, updated_at, at } = Status::of(item);
        let (kind, id) = (ItemWord(item.kind()), item.id().to_owned());
        Self { kind, id, code, sub_code, updated_at, at, standing: Standing::of(item) }
    }

    pub(crate) fn kind(&self) -> ItemKind {
        self.kind.0
    }
}

impl Standing {
    pub(crate) fn of(item: &Item<'_>) -> Self {
        match item {
            item if item.is_deleted() => Self::Gone,
            item if item.is_failed() => Self::Failed,
            item if item.is_done() => Self::Done,
            _ => Self::Pending,
        }
    }
}
