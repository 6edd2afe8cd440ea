//! Status of an upload by the Desktop SDK.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Resource, Status};
use crate::borrowed::EventRef;
use crate::catalogue::Entry;
use crate::{Members, Nullable};

/// The status of a Desktop SDK upload changed.
///
/// `sdk_upload.complete` and `sdk_upload.completed` tell one fact in two spellings; both can come,
/// under different message ids.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SdkUploadEvent {
    /// The upload.
    pub sdk_upload: Resource,
    /// The recording it becomes; null where the upload failed before there was one.
    pub recording: Nullable<Resource>,
    /// The new status.
    pub status: Status,
    /// Members of `data` beyond the documented ones.
    pub extra: Members,
}

impl SdkUploadEvent {
    /// The status of an upload, with `recording: null`.
    pub fn new(sdk_upload: Resource, status: Status) -> Self {
        Self { sdk_upload, recording: Nullable::Null, status, extra: Members::new() }
    }

    /// The same with the recording it becomes.
    #[must_use]
    pub fn with_recording(mut self, recording: impl Into<Nullable<Resource>>) -> Self {
        self.recording = recording.into();
        self
    }

    pub(crate) fn from_ref(event: &EventRef<'_>, entry: &'static Entry) -> Option<Self> {
        Some(Self {
            sdk_upload: Resource::from_ref(event.target.as_ref()?),
            recording: Resource::nullable(&event.recording),
            status: Status::from_ref(event.status.as_ref()?, entry),
            extra: event.data_extra(&["data", "sdk_upload", "recording"]),
        })
    }
}

impl Serialize for SdkUploadEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("data", &self.status)?;
        map.serialize_entry("sdk_upload", &self.sdk_upload)?;
        self.recording.write(&mut map, "recording")?;
        self.extra.write(&mut map)?;
        map.end()
    }
}
