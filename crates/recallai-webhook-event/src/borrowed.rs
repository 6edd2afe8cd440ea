//! The borrowing parse: what the receive path needs, without allocating.

use std::borrow::Cow;
use std::fmt;

use crate::catalogue::{Entry, Family};
use crate::json::Scanner;
use crate::{ArtifactKind, Event, Json, Members, Nullable, ParseError, grammar};

/// An event read in place: its name, what it is about, and its status, all borrowed from
/// the body.
///
/// Reading the usual body allocates nothing. What costs more waits: metadata, unknown members and
/// real-time detail stay text until [`to_event`](Self::to_event) or their accessor asks for them.
#[derive(Clone)]
pub struct EventRef<'a> {
    pub(crate) body: &'a str,
    pub(crate) name: Cow<'a, str>,
    pub(crate) entry: Option<&'static Entry>,
    pub(crate) data: Option<&'a str>,
    pub(crate) status: Option<StatusRef<'a>>,
    pub(crate) detail: Option<&'a str>,
    pub(crate) target: Nullable<ResourceRef<'a>>,
    pub(crate) target_member: Option<&'static str>,
    pub(crate) recording: Nullable<ResourceRef<'a>>,
    pub(crate) bot: Nullable<ResourceRef<'a>>,
    pub(crate) sdk_upload: Nullable<ResourceRef<'a>>,
    pub(crate) realtime_endpoint: Nullable<ResourceRef<'a>>,
    /// Whether the body has members beyond the documented ones.
    pub(crate) has_extra: bool,
    /// The same of `data`, in the shape of API v1.11.
    pub(crate) data_has_extra: bool,
}

/// A status read in place.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StatusRef<'a> {
    /// The status code, such as `done`.
    pub code: Cow<'a, str>,
    /// The machine-readable reason, such as `provider_connection_failed`.
    pub sub_code: Nullable<Cow<'a, str>>,
    /// When the status was reached, as it is spelled in the body.
    pub updated_at: Cow<'a, str>,
    pub(crate) code_at: usize,
    pub(crate) object: &'a str,
    pub(crate) has_extra: bool,
}

/// A reference to a resource, read in place.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ResourceRef<'a> {
    /// The id, usually a UUID.
    pub id: Cow<'a, str>,
    pub(crate) object: &'a str,
}

impl<'a> EventRef<'a> {
    /// Reads a body.
    ///
    /// # Errors
    ///
    /// The body is *unreadable* if it is not JSON, exceeds a limit of this crate, gives a member
    /// twice, has no string `event`, or lacks what its family cannot be without. An unknown event
    /// name, code, sub code or member is no error.
    pub fn parse(body: &'a [u8]) -> Result<Self, ParseError> {
        let unreadable = |fault| ParseError::new(body, fault);
        let mut event = Self::unnamed(grammar::text(body).map_err(unreadable)?);
        grammar::event(&mut event).map_err(unreadable)?;
        Ok(event)
    }

    /// The name of the event, such as `video_mixed.done`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The row of the catalogue; `None` for an unknown event.
    pub fn entry(&self) -> Option<&'static Entry> {
        self.entry
    }

    /// The family; `None` for an unknown event.
    pub fn family(&self) -> Option<Family> {
        self.entry.map(|entry| entry.family)
    }

    /// The status, for families that report one.
    pub fn status(&self) -> Option<&StatusRef<'a>> {
        self.status.as_ref()
    }

    /// The kind and the id of the artifact whose status the event reports.
    pub fn artifact(&self) -> Option<(ArtifactKind, &str)> {
        Some((self.family()?.artifact_kind()?, &self.target.as_ref()?.id))
    }

    /// The id of the recording that the event names.
    pub fn recording_id(&self) -> Option<&str> {
        self.recording().map(|resource| &*resource.id)
    }

    /// The id of the bot that the event names.
    pub fn bot_id(&self) -> Option<&str> {
        self.bot().map(|resource| &*resource.id)
    }

    /// The id of the Desktop SDK upload that the event names.
    pub fn sdk_upload_id(&self) -> Option<&str> {
        self.sdk_upload().map(|resource| &*resource.id)
    }

    /// The recording that the event names, be it what the event is about or not.
    pub fn recording(&self) -> Option<&ResourceRef<'a>> {
        let about_recording = self.family() == Some(Family::Artifact(ArtifactKind::Recording));
        self.resource(about_recording, &self.recording)
    }

    /// The bot that the event names, be it what the event is about or not.
    pub fn bot(&self) -> Option<&ResourceRef<'a>> {
        self.resource(self.family() == Some(Family::Bot), &self.bot)
    }

    /// The Desktop SDK upload that the event names, be it what the event is about or not.
    pub fn sdk_upload(&self) -> Option<&ResourceRef<'a>> {
        self.resource(self.family() == Some(Family::SdkUpload), &self.sdk_upload)
    }

    /// What the event is about, as [`target_id`](Self::target_id) says.
    pub fn target(&self) -> Option<&ResourceRef<'a>> {
        self.target.as_ref()
    }

    /// The member of `data` that the target stands under: the artifact's own key, or `transcript`
    /// where the vendor page prints that.
    pub fn target_member(&self) -> Option<&'static str> {
        self.target_member
    }

    /// The id of what the event is about: an artifact, a bot, an upload, a real-time endpoint, a
    /// Slack team or a calendar.
    pub fn target_id(&self) -> Option<&str> {
        self.target.as_ref().map(|resource| &*resource.id)
    }

    /// Builds the owned event. It cannot fail: everything was checked on the way in.
    pub fn to_event(&self) -> Event {
        Event::from(self)
    }

    /// The members of the body beside `event` and `data`. Looked for only where there are some.
    pub(crate) fn extra(&self) -> Members {
        match self.has_extra {
            true => Members::beyond(self.body, &["event", "data"]),
            false => Members::new(),
        }
    }

    /// The members of `data` beyond the ones named, in the shape of API v1.11.
    pub(crate) fn data_extra(&self, known: &[&str]) -> Members {
        match self.data {
            Some(data) if self.data_has_extra => Members::beyond(data, known),
            _ => Members::new(),
        }
    }

    fn resource<'s>(
        &'s self,
        is_target: bool,
        member: &'s Nullable<ResourceRef<'a>>,
    ) -> Option<&'s ResourceRef<'a>> {
        let resource = if is_target { &self.target } else { member };
        resource.as_ref()
    }
}

impl ResourceRef<'_> {
    /// The custom metadata, a JSON object; `None` where it is `null`, absent or has no members.
    /// Looked for anew at each call.
    pub fn metadata(&self) -> Option<Json> {
        let mut found = None;
        let read = Scanner::new(self.object).object(|scan, key| {
            match key {
                "metadata" => found = Some(scan.value()?),
                _ => drop(scan.value()?),
            }
            Ok(())
        });
        debug_assert!(read.is_ok(), "the scanner has checked this object before");
        let has_members = |object: &&str| object.contains('"');
        found.filter(has_members).map(Json::checked)
    }
}

/// The name, the ids and the status; not the body, which is the user's data.
impl fmt::Debug for EventRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventRef")
            .field("name", &self.name())
            .field("artifact", &self.artifact())
            .field("recording_id", &self.recording_id())
            .field("bot_id", &self.bot_id())
            .field("sdk_upload_id", &self.sdk_upload_id())
            .field("code", &self.status().map(|status| &status.code))
            .finish_non_exhaustive()
    }
}
