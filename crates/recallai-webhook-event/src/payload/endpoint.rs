//! Status of a real-time endpoint.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Resource, Status};
use crate::borrowed::EventRef;
use crate::catalogue::Entry;
use crate::{Members, Nullable};

/// The status of a real-time endpoint changed. `failed` means that it gets nothing more of this
/// recording.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RealtimeEndpointEvent {
    /// The endpoint.
    pub realtime_endpoint: Resource,
    /// The recording it belongs to.
    pub recording: Nullable<Resource>,
    /// The bot that records.
    pub bot: Nullable<Resource>,
    /// The new status; `extra` can hold an `error` with `code` and `message`.
    pub status: Status,
    /// Members of `data` beyond the documented ones.
    pub extra: Members,
}

impl RealtimeEndpointEvent {
    /// The status of an endpoint.
    pub fn new(
        realtime_endpoint: Resource,
        recording: impl Into<Nullable<Resource>>,
        status: Status,
    ) -> Self {
        Self {
            realtime_endpoint,
            recording: recording.into(),
            bot: Nullable::Absent,
            status,
            extra: Members::new(),
        }
    }

    /// The same with the bot that records.
    #[must_use]
    pub fn with_bot(mut self, bot: impl Into<Nullable<Resource>>) -> Self {
        self.bot = bot.into();
        self
    }

    pub(crate) fn from_ref(event: &EventRef<'_>, entry: &'static Entry) -> Option<Self> {
        Some(Self {
            realtime_endpoint: Resource::from_ref(event.target.as_ref()?),
            recording: Resource::nullable(&event.recording),
            bot: Resource::nullable(&event.bot),
            status: Status::from_ref(event.status.as_ref()?, entry),
            extra: event.data_extra(&["data", "realtime_endpoint", "recording", "bot"]),
        })
    }
}

impl Serialize for RealtimeEndpointEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("data", &self.status)?;
        map.serialize_entry("realtime_endpoint", &self.realtime_endpoint)?;
        self.recording.write(&mut map, "recording")?;
        self.bot.write(&mut map, "bot")?;
        self.extra.write(&mut map)?;
        map.end()
    }
}
