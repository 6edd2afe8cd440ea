//! The eight status families of the vendor's Recording Webhooks page, in one struct.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Resource, Status};
use crate::borrowed::EventRef;
use crate::catalogue::Entry;
use crate::{ArtifactKind, Members, Nullable};

/// The status of an artifact changed: a recording, or one of its seven media objects.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArtifactEvent {
    /// What kind of artifact it is.
    pub kind: ArtifactKind,
    /// The artifact. For [`ArtifactKind::Recording`] this is the recording itself.
    pub artifact: Resource,
    /// The member of `data` that the artifact came under: its own key, or `transcript`, which the
    /// vendor page prints for five other kinds.
    pub artifact_member: &'static str,
    /// The recording that the artifact belongs to.
    pub recording: Resource,
    /// The bot that recorded; null or absent for recordings of the Desktop SDK.
    pub bot: Nullable<Resource>,
    /// The Desktop SDK upload, if the event names one.
    pub sdk_upload: Nullable<Resource>,
    /// The new status.
    pub status: Status,
    /// Members of `data` beyond the documented ones.
    pub extra: Members,
}

impl ArtifactEvent {
    /// The status of a recording.
    pub fn recording(recording: Resource, status: Status) -> Self {
        Self::media(ArtifactKind::Recording, recording.clone(), recording, status)
    }

    /// The status of a media object of a recording.
    pub fn media(
        kind: ArtifactKind,
        artifact: Resource,
        recording: Resource,
        status: Status,
    ) -> Self {
        Self {
            kind,
            artifact,
            artifact_member: kind.as_str(),
            recording,
            bot: Nullable::Absent,
            sdk_upload: Nullable::Absent,
            status,
            extra: Members::new(),
        }
    }

    /// The same with the bot that recorded.
    #[must_use]
    pub fn with_bot(mut self, bot: impl Into<Nullable<Resource>>) -> Self {
        self.bot = bot.into();
        self
    }

    /// The same with the Desktop SDK upload that recorded.
    #[must_use]
    pub fn with_sdk_upload(mut self, upload: impl Into<Nullable<Resource>>) -> Self {
        self.sdk_upload = upload.into();
        self
    }

    /// The same with the artifact under another member of `data`: `transcript`, as the vendor page
    /// prints it for five kinds that have a key of their own.
    #[must_use]
    pub fn with_artifact_member(mut self, member: &'static str) -> Self {
        self.artifact_member = member;
        self
    }

    pub(crate) fn from_ref(event: &EventRef<'_>, entry: &'static Entry) -> Option<Self> {
        let kind = entry.artifact_kind()?;
        let artifact = Resource::from_ref(event.target.as_ref()?);
        let recording = match event.recording.as_ref() {
            Some(recording) => Resource::from_ref(recording),
            None => artifact.clone(),
        };
        let artifact_member = event.target_member?;
        let known = ["data", artifact_member, "recording", "bot", "sdk_upload"];
        Some(Self {
            kind,
            artifact,
            artifact_member,
            recording,
            bot: Resource::nullable(&event.bot),
            sdk_upload: Resource::nullable(&event.sdk_upload),
            status: Status::from_ref(event.status.as_ref()?, entry),
            extra: event.data_extra(&known),
        })
    }
}

impl Serialize for ArtifactEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("data", &self.status)?;
        if self.kind != ArtifactKind::Recording {
            map.serialize_entry(self.artifact_member, &self.artifact)?;
        }
        map.serialize_entry("recording", &self.recording)?;
        self.bot.write(&mut map, "bot")?;
        self.sdk_upload.write(&mut map, "sdk_upload")?;
        self.extra.write(&mut map)?;
        map.end()
    }
}
