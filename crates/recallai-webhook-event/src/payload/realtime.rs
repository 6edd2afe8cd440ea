//! Real-time events: many and small, so their detail stays text until a handler reads it.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::Resource;
use crate::borrowed::EventRef;
use crate::{Json, Members, Nullable};

/// Something happened in a meeting that is going on: words, a participant's action, a buffer.
///
/// These take no part in the status of a recording, although their names share its prefixes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RealtimeEvent {
    /// What happened: `data.data`, as JSON. [`participant_action`](Self::participant_action) and
    /// [`utterance`](Self::utterance) read the documented shapes.
    pub detail: Json,
    /// The member of `data` that names the feed, such as `transcript`.
    pub feed_member: Option<&'static str>,
    /// The artifact that the feed becomes.
    pub feed: Nullable<Resource>,
    /// The endpoint that the event was sent to.
    pub realtime_endpoint: Nullable<Resource>,
    /// The recording that is going on.
    pub recording: Nullable<Resource>,
    /// The bot that records.
    pub bot: Nullable<Resource>,
    /// The Desktop SDK upload that records.
    pub sdk_upload: Nullable<Resource>,
    /// Members of `data` beyond the documented ones.
    pub extra: Members,
}

/// What a participant did: the detail of `participant_events.*`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ParticipantAction {
    /// Who.
    pub participant: Participant,
    /// When.
    pub timestamp: Time,
    /// What was written, for `participant_events.chat_message`.
    #[serde(default)]
    pub data: Option<ChatMessage>,
}

/// Words that one participant said: the detail of `transcript.data` and `transcript.partial_data`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Utterance {
    /// The words in the order they were said.
    pub words: Vec<Word>,
    /// Who said them.
    #[serde(default)]
    pub participant: Option<Participant>,
    /// The language, such as `en`.
    #[serde(default)]
    pub language_code: Option<String>,
}

/// A participant of a meeting.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Participant {
    /// A number within the recording; not unique across meetings.
    pub id: i64,
    /// The name shown in the meeting.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether the participant hosts the meeting.
    #[serde(default)]
    pub is_host: Option<bool>,
    /// How the participant joined, such as `desktop`.
    #[serde(default)]
    pub platform: Option<String>,
    /// The e-mail address, where the vendor knows it.
    #[serde(default)]
    pub email: Option<String>,
}

/// A time in a meeting.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Time {
    /// Seconds since the recording started.
    #[serde(default)]
    pub relative: Option<f64>,
    /// The time of day, as ISO 8601 text.
    #[serde(default)]
    pub absolute: Option<String>,
}

/// A message in the chat of a meeting; the bot's own messages come back as well.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ChatMessage {
    /// What was written.
    pub text: String,
    /// To whom, such as `everyone`.
    #[serde(default)]
    pub to: Option<String>,
}

/// A word and when it was said.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Word {
    /// The word.
    pub text: String,
    /// When it began.
    pub start_timestamp: Time,
    /// When it ended.
    #[serde(default)]
    pub end_timestamp: Option<Time>,
}

impl RealtimeEvent {
    /// An event that names no resource.
    pub fn new(detail: impl Into<Json>) -> Self {
        Self {
            detail: detail.into(),
            feed_member: None,
            feed: Nullable::Absent,
            realtime_endpoint: Nullable::Absent,
            recording: Nullable::Absent,
            bot: Nullable::Absent,
            sdk_upload: Nullable::Absent,
            extra: Members::new(),
        }
    }

    /// The same with the artifact that the feed becomes, and the member of `data` that names it.
    #[must_use]
    pub fn with_feed(
        mut self,
        feed_member: &'static str,
        feed: impl Into<Nullable<Resource>>,
    ) -> Self {
        self.feed_member = Some(feed_member);
        self.feed = feed.into();
        self
    }

    /// The same with the recording that is going on.
    #[must_use]
    pub fn with_recording(mut self, recording: impl Into<Nullable<Resource>>) -> Self {
        self.recording = recording.into();
        self
    }

    /// The same with the bot that records.
    #[must_use]
    pub fn with_bot(mut self, bot: impl Into<Nullable<Resource>>) -> Self {
        self.bot = bot.into();
        self
    }

    /// The same with the Desktop SDK upload that records.
    #[must_use]
    pub fn with_sdk_upload(mut self, upload: impl Into<Nullable<Resource>>) -> Self {
        self.sdk_upload = upload.into();
        self
    }

    /// The same with the endpoint that it is sent to.
    #[must_use]
    pub fn with_realtime_endpoint(mut self, endpoint: impl Into<Nullable<Resource>>) -> Self {
        self.realtime_endpoint = endpoint.into();
        self
    }

    /// Reads the detail of a `participant_events.*` event.
    ///
    /// # Errors
    ///
    /// What `serde_json` says of a detail of another shape. Its messages can quote the detail.
    pub fn participant_action(&self) -> Result<ParticipantAction, serde_json::Error> {
        self.detail.to()
    }

    /// Reads the detail of a `transcript.data` or `transcript.partial_data` event.
    ///
    /// # Errors
    ///
    /// What `serde_json` says of a detail of another shape, such as that of
    /// `transcript.provider_data`. Its messages can quote the detail.
    pub fn utterance(&self) -> Result<Utterance, serde_json::Error> {
        self.detail.to()
    }

    pub(crate) fn from_ref(event: &EventRef<'_>) -> Option<Self> {
        let feed_member = event.target_member;
        let known = ["data", "realtime_endpoint", "recording", "bot", "sdk_upload"];
        let extra = event.data_extra(&known);
        Some(Self {
            detail: Json::checked(event.detail?),
            feed_member,
            feed: Resource::nullable(&event.target),
            realtime_endpoint: Resource::nullable(&event.realtime_endpoint),
            recording: Resource::nullable(&event.recording),
            bot: Resource::nullable(&event.bot),
            sdk_upload: Resource::nullable(&event.sdk_upload),
            extra: match feed_member {
                Some(member) => extra.without(&[member]),
                None => extra,
            },
        })
    }
}

impl Serialize for RealtimeEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("data", &self.detail)?;
        self.realtime_endpoint.write(&mut map, "realtime_endpoint")?;
        if let Some(member) = self.feed_member {
            self.feed.write(&mut map, member)?;
        }
        self.recording.write(&mut map, "recording")?;
        self.bot.write(&mut map, "bot")?;
        self.sdk_upload.write(&mut map, "sdk_upload")?;
        self.extra.write(&mut map)?;
        map.end()
    }
}
