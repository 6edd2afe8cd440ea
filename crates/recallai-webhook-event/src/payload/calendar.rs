//! Changes of a connected calendar.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::borrowed::EventRef;
use crate::{Members, Nullable, Timestamp};

/// A connected calendar, or events in it, changed. The body says what to read again, not what
/// changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CalendarEvent {
    /// The id of the calendar.
    pub calendar_id: String,
    /// For `calendar.sync_events`: events updated since then have changed.
    pub last_updated_ts: Nullable<Timestamp>,
    /// Members of `data` beyond the documented ones.
    pub extra: Members,
}

impl CalendarEvent {
    /// A calendar changed.
    pub fn new(calendar_id: impl Into<String>) -> Self {
        Self {
            calendar_id: calendar_id.into(),
            last_updated_ts: Nullable::Absent,
            extra: Members::new(),
        }
    }

    /// The same with the time since when its events changed.
    #[must_use]
    pub fn with_last_updated_ts(mut self, since: impl Into<Nullable<Timestamp>>) -> Self {
        self.last_updated_ts = since.into();
        self
    }

    pub(crate) fn from_ref(event: &EventRef<'_>) -> Option<Self> {
        let members = Members::beyond(event.data?, &[]);
        Some(Self {
            calendar_id: event.target_id()?.to_owned(),
            last_updated_ts: members
                .nullable_str("last_updated_ts")
                .map(|text| Timestamp::new(&text)),
            extra: members.without(&["calendar_id", "last_updated_ts"]),
        })
    }
}

impl Serialize for CalendarEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("calendar_id", &self.calendar_id)?;
        self.last_updated_ts.write(&mut map, "last_updated_ts")?;
        self.extra.write(&mut map)?;
        map.end()
    }
}
