//! Status and words in bodies of the API before v1.11, which older bots and workspaces still send.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Code, SubCode};
use crate::borrowed::EventRef;
use crate::{Json, Members, Nullable, Timestamp};

/// `bot.status_change`: one event name for every status of a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BotStatusChange {
    /// The id of the bot.
    pub bot_id: String,
    /// The new status.
    pub status: LegacyStatus,
    /// Members of `data` beyond the documented ones.
    pub extra: Members,
}

/// A status as it was before v1.11: its time is called `created_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LegacyStatus {
    /// The status code, such as `call_ended`.
    pub code: Code,
    /// When the status was reached.
    pub created_at: Timestamp,
    /// Why, where the vendor says so.
    pub sub_code: Nullable<SubCode>,
    /// The same for people.
    pub message: Nullable<String>,
    /// The id of the recording, once the vendor knows it.
    pub recording_id: Nullable<String>,
    /// Members beyond the documented ones.
    pub extra: Members,
}

/// `bot.transcription`: words in the shape before v1.11, kept as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BotTranscription {
    /// The id of the bot.
    pub bot_id: Nullable<String>,
    /// The id of the recording.
    pub recording_id: Nullable<String>,
    /// The words, with speaker and times.
    pub transcript: Json,
    /// Members of `data` beyond the documented ones.
    pub extra: Members,
}

impl BotStatusChange {
    /// A status of a bot.
    pub fn new(bot_id: impl Into<String>, status: LegacyStatus) -> Self {
        Self { bot_id: bot_id.into(), status, extra: Members::new() }
    }

    pub(crate) fn from_ref(event: &EventRef<'_>) -> Option<Self> {
        let status = event.status.as_ref()?;
        let members = Members::beyond(status.object, &[]);
        Some(Self {
            bot_id: event.bot_id()?.to_owned(),
            status: LegacyStatus {
                code: Code::from(&*status.code),
                created_at: Timestamp::new(&status.updated_at),
                sub_code: members.nullable_str("sub_code").map(SubCode::from),
                message: members.nullable_str("message"),
                recording_id: members.nullable_str("recording_id"),
                extra: members.without(&[
                    "code",
                    "created_at",
                    "sub_code",
                    "message",
                    "recording_id",
                ]),
            },
            extra: Members::beyond(event.data?, &["bot_id", "status"]),
        })
    }
}

impl LegacyStatus {
    /// A status with `sub_code: null` and `message: null`.
    pub fn new(code: Code, created_at: impl Into<Timestamp>) -> Self {
        Self {
            code,
            created_at: created_at.into(),
            sub_code: Nullable::Null,
            message: Nullable::Null,
            recording_id: Nullable::Absent,
            extra: Members::new(),
        }
    }

    /// The same with a sub code.
    #[must_use]
    pub fn with_sub_code(mut self, sub_code: impl Into<Nullable<SubCode>>) -> Self {
        self.sub_code = sub_code.into();
        self
    }

    /// The same with a reason for people.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Nullable<String>>) -> Self {
        self.message = message.into();
        self
    }

    /// The same with the recording.
    #[must_use]
    pub fn with_recording_id(mut self, recording_id: impl Into<Nullable<String>>) -> Self {
        self.recording_id = recording_id.into();
        self
    }
}

impl BotTranscription {
    /// Words of a bot and its recording.
    pub fn new(
        bot_id: impl Into<Nullable<String>>,
        recording_id: impl Into<Nullable<String>>,
        transcript: impl Into<Json>,
    ) -> Self {
        Self {
            bot_id: bot_id.into(),
            recording_id: recording_id.into(),
            transcript: transcript.into(),
            extra: Members::new(),
        }
    }

    pub(crate) fn from_ref(event: &EventRef<'_>) -> Option<Self> {
        let members = Members::beyond(event.data?, &[]);
        Some(Self {
            bot_id: members.nullable_str("bot_id"),
            recording_id: members.nullable_str("recording_id"),
            transcript: Json::checked(event.detail?),
            extra: members.without(&["bot_id", "recording_id", "transcript"]),
        })
    }
}

impl Serialize for BotStatusChange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("bot_id", &self.bot_id)?;
        map.serialize_entry("status", &self.status)?;
        self.extra.write(&mut map)?;
        map.end()
    }
}

impl Serialize for LegacyStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &self.code)?;
        map.serialize_entry("created_at", &self.created_at)?;
        self.sub_code.write(&mut map, "sub_code")?;
        self.message.write(&mut map, "message")?;
        self.recording_id.write(&mut map, "recording_id")?;
        self.extra.write(&mut map)?;
        map.end()
    }
}

impl Serialize for BotTranscription {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.bot_id.write(&mut map, "bot_id")?;
        self.recording_id.write(&mut map, "recording_id")?;
        map.serialize_entry("transcript", &self.transcript)?;
        self.extra.write(&mut map)?;
        map.end()
    }
}
