//! What the store holds.

use recallai_webhook_dispatch::inbox::{self, Class};
use recallai_webhook_dispatch::recording::SubjectKind;
use serde::Serialize;
use utoipa::ToSchema;

use super::Time;

/// What the store holds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stats {
    messages: MessageCounts,
    /// Deliveries beyond the first of each message.
    repeats: u64,
    /// Repeats with another body.
    conflicts: u64,
    /// Messages of which only the id is kept.
    forgotten: u64,
    subjects: SubjectCounts,
    /// When the oldest message was received.
    oldest_at: Option<Time>,
    /// When the newest message was received.
    newest_at: Option<Time>,
    /// The size of the store in bytes, where it has one.
    size_bytes: Option<u64>,
}

/// Messages by class.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageCounts {
    /// Events of the catalogue.
    event: u64,
    /// Events whose name is not in the catalogue.
    unknown: u64,
    /// Bodies that are no readable event.
    unreadable: u64,
}

/// Subjects by kind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubjectCounts {
    recording: u64,
    bot: u64,
    sdk_upload: u64,
}

impl Stats {
    pub(crate) fn of(stats: &inbox::Stats) -> Self {
        let class = |class| stats.messages.get(&class).copied().unwrap_or_default();
        let kind = |kind| stats.subjects.get(&kind).copied().unwrap_or_default();
        Self {
            messages: MessageCounts {
                event: class(Class::Event),
                unknown: class(Class::Unknown),
                unreadable: class(Class::Unreadable),
            },
            repeats: stats.repeats,
            conflicts: stats.conflicts,
            forgotten: stats.forgotten,
            subjects: SubjectCounts {
                recording: kind(SubjectKind::Recording),
                bot: kind(SubjectKind::Bot),
                sdk_upload: kind(SubjectKind::SdkUpload),
            },
            oldest_at: stats.oldest.map(Time),
            newest_at: stats.newest.map(Time),
            size_bytes: stats.size,
        }
    }
}
