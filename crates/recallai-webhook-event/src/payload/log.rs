//! Log lines of a bot, in bodies of the API before v1.11.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::borrowed::EventRef;
use crate::{Members, Nullable, Timestamp};

/// `bot.log` and `bot.output_log`: a bot, or one of its outputs, logged a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BotLog {
    /// The id of the bot.
    pub bot_id: Nullable<String>,
    /// The id of the job, where the log is not of a bot.
    pub job_id: Nullable<String>,
    /// The line.
    pub log: Log,
    /// Members of `data` beyond the documented ones.
    pub extra: Members,
}

/// A line of a [`BotLog`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Log {
    /// How serious it is, such as `error`.
    pub level: Nullable<String>,
    /// What happened, for people.
    pub message: Nullable<String>,
    /// The id of the output that logged.
    pub output_id: Nullable<String>,
    /// When it happened.
    pub created_at: Nullable<Timestamp>,
    /// Members beyond the documented ones.
    pub extra: Members,
}

impl BotLog {
    /// A line that names no bot.
    pub fn new(log: Log) -> Self {
        Self { bot_id: Nullable::Absent, job_id: Nullable::Absent, log, extra: Members::new() }
    }

    /// The same with the bot that logged.
    #[must_use]
    pub fn with_bot_id(mut self, bot_id: impl Into<Nullable<String>>) -> Self {
        self.bot_id = bot_id.into();
        self
    }

    /// The same with the job that logged.
    #[must_use]
    pub fn with_job_id(mut self, job_id: impl Into<Nullable<String>>) -> Self {
        self.job_id = job_id.into();
        self
    }

    pub(crate) fn from_ref(event: &EventRef<'_>) -> Option<Self> {
        let members = Members::beyond(event.data?, &[]);
        let line = Members::beyond(event.detail?, &[]);
        Some(Self {
            bot_id: members.nullable_str("bot_id"),
            job_id: members.nullable_str("job_id"),
            log: Log {
                level: line.nullable_str("level"),
                message: line.nullable_str("message"),
                output_id: line.nullable_str("output_id"),
                created_at: line.nullable_str("created_at").map(|text| Timestamp::new(&text)),
                extra: line.without(&["level", "message", "output_id", "created_at"]),
            },
            extra: members.without(&["bot_id", "job_id", "log"]),
        })
    }
}

impl Log {
    /// A line without anything in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with a level, such as `error`.
    #[must_use]
    pub fn with_level(mut self, level: impl Into<Nullable<String>>) -> Self {
        self.level = level.into();
        self
    }

    /// The same with what happened, for people.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Nullable<String>>) -> Self {
        self.message = message.into();
        self
    }

    /// The same with the output that logged.
    #[must_use]
    pub fn with_output_id(mut self, output_id: impl Into<Nullable<String>>) -> Self {
        self.output_id = output_id.into();
        self
    }

    /// The same with the time when it happened.
    #[must_use]
    pub fn with_created_at(mut self, created_at: impl Into<Nullable<Timestamp>>) -> Self {
        self.created_at = created_at.into();
        self
    }
}

impl Serialize for BotLog {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.bot_id.write(&mut map, "bot_id")?;
        self.job_id.write(&mut map, "job_id")?;
        map.serialize_entry("log", &self.log)?;
        self.extra.write(&mut map)?;
        map.end()
    }
}

impl Serialize for Log {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.level.write(&mut map, "level")?;
        self.message.write(&mut map, "message")?;
        self.output_id.write(&mut map, "output_id")?;
        self.created_at.write(&mut map, "created_at")?;
        self.extra.write(&mut map)?;
        map.end()
    }
}
