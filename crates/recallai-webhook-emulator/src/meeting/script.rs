//! A scenario that was understood: things, and what happens to them, with every reference resolved.

use std::time::Duration;

use recallai_webhook_event::{
    ArtifactEvent, ArtifactKind, BotEvent, BotLog, BotStatusChange, BotTranscription,
    CalendarEvent, Json, Name, RealtimeEndpointEvent, RealtimeEvent, SdkUploadEvent,
    SlackTeamEvent,
};
use serde_json::{Map, Value};

use super::TimeSpelling;

/// What a meeting is performed from. Every index in it is one of the list it leads to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    pub(crate) bots: Vec<Thing>,
    pub(crate) uploads: Vec<Upload>,
    pub(crate) recordings: Vec<Recording>,
    pub(crate) artifacts: Vec<Artifact>,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) calendars: Vec<Thing>,
    pub(crate) teams: Vec<Thing>,
    /// Names of people, in the order in which they first do something.
    pub(crate) participants: Vec<String>,
    /// In order of time.
    pub(crate) moments: Vec<Moment>,
    /// By how much a moment may be late.
    pub(crate) jitter: Duration,
    pub(crate) time: TimeSpelling,
}

/// Anything with an id and metadata.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) label: String,
    pub(crate) metadata: Map<String, Value>,
}

#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) thing: Thing,
    pub(crate) recording: Option<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Recording {
    pub(crate) thing: Thing,
    pub(crate) bot: Option<usize>,
    pub(crate) upload: Option<usize>,
    /// From when times within the recording count.
    pub(crate) start: Duration,
}

#[derive(Debug, Clone)]
pub(crate) struct Artifact {
    pub(crate) thing: Thing,
    pub(crate) kind: ArtifactKind,
    /// The member of `data` that it comes under.
    pub(crate) member: &'static str,
    pub(crate) recording: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    pub(crate) thing: Thing,
    pub(crate) recording: usize,
}

/// One event: when, what, and what else its `data` holds.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    pub(crate) at: Duration,
    pub(crate) what: What,
    pub(crate) data: Map<String, Value>,
}

/// A code and its reason.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) code: &'static str,
    pub(crate) sub_code: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    Recording {
        name: Name<ArtifactEvent>,
        recording: usize,
        said: Said,
    },
    Artifact {
        name: Name<ArtifactEvent>,
        artifact: usize,
        said: Said,
    },
    Bot {
        name: Name<BotEvent>,
        bot: usize,
        said: Said,
    },
    Upload {
        name: Name<SdkUploadEvent>,
        upload: usize,
        said: Said,
    },
    Endpoint {
        name: Name<RealtimeEndpointEvent>,
        endpoint: usize,
        said: Said,
    },
    Team {
        name: Name<SlackTeamEvent>,
        team: usize,
        said: Said,
    },
    Calendar {
        name: Name<CalendarEvent>,
        calendar: usize,
    },
    StatusChange {
        name: Name<BotStatusChange>,
        bot: usize,
        recording: Option<usize>,
        code: String,
        sub_code: Option<String>,
        text: Option<String>,
    },
    Log {
        name: Name<BotLog>,
        bot: usize,
        level: String,
        text: String,
    },
    Transcription {
        name: Name<BotTranscription>,
        bot: usize,
        recording: Option<usize>,
        participant: usize,
        text: String,
    },
    Action {
        name: Name<RealtimeEvent>,
        endpoint: usize,
        feed: usize,
        participant: usize,
        text: Option<String>,
    },
    Words {
        name: Name<RealtimeEvent>,
        endpoint: usize,
        feed: usize,
        participant: usize,
        text: String,
    },
    /// A known event whose shape is not published.
    Huddle {
        name: Name<Json>,
    },
    /// An event that no version knows yet.
    Unknown {
        name: String,
    },
}

impl What {
    /// The whole event name.
    pub(crate) fn event(&self) -> &str {
        match self {
            Self::Recording { name, .. } | Self::Artifact { name, .. } => name.as_str(),
            Self::Bot { name, .. } => name.as_str(),
            Self::Upload { name, .. } => name.as_str(),
            Self::Endpoint { name, .. } => name.as_str(),
            Self::Team { name, .. } => name.as_str(),
            Self::Calendar { name, .. } => name.as_str(),
            Self::StatusChange { name, .. } => name.as_str(),
            Self::Log { name, .. } => name.as_str(),
            Self::Transcription { name, .. } => name.as_str(),
            Self::Action { name, .. } | Self::Words { name, .. } => name.as_str(),
            Self::Huddle { name } => name.as_str(),
            Self::Unknown { name } => name,
        }
    }

    /// What it is about, as `bot.notetaker`; `None` for what has no subject.
    pub(crate) fn subject(&self, script: &Script) -> Option<String> {
        let (sort, thing) = match *self {
            Self::Recording { recording, .. } => ("recording", &script.recordings[recording].thing),
            Self::Artifact { artifact, .. } => ("artifact", &script.artifacts[artifact].thing),
            Self::Bot { bot, .. }
            | Self::StatusChange { bot, .. }
            | Self::Log { bot, .. }
            | Self::Transcription { bot, .. } => ("bot", &script.bots[bot]),
            Self::Upload { upload, .. } => ("sdk_upload", &script.uploads[upload].thing),
            Self::Endpoint { endpoint, .. }
            | Self::Action { endpoint, .. }
            | Self::Words { endpoint, .. } => {
                ("realtime_endpoint", &script.endpoints[endpoint].thing)
            }
            Self::Team { team, .. } => ("slack_team", &script.teams[team]),
            Self::Calendar { calendar, .. } => ("calendar", &script.calendars[calendar]),
            Self::Huddle { .. } | Self::Unknown { .. } => return None,
        };
        Some(format!("{sort}.{}", thing.label))
    }
}

impl Script {
    /// Every thing, as its sort and itself.
    pub(crate) fn things(&self) -> impl Iterator<Item = (&'static str, &Thing)> {
        let bots = self.bots.iter().map(|thing| ("bot", thing));
        let uploads = self.uploads.iter().map(|upload| ("sdk_upload", &upload.thing));
        let recordings = self.recordings.iter().map(|recording| ("recording", &recording.thing));
        let artifacts = self.artifacts.iter().map(|artifact| ("artifact", &artifact.thing));
        let endpoints =
            self.endpoints.iter().map(|endpoint| ("realtime_endpoint", &endpoint.thing));
        let calendars = self.calendars.iter().map(|thing| ("calendar", thing));
        let teams = self.teams.iter().map(|thing| ("slack_team", thing));
        let media = recordings.chain(artifacts).chain(endpoints);
        bots.chain(uploads).chain(media).chain(calendars).chain(teams)
    }
}
