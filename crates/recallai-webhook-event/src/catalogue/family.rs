//! Families: events whose bodies have one shape, and the channels they come on.

use crate::ArtifactKind;

/// Events whose bodies have one shape. The whole name decides the family, never its prefix:
/// `transcript.done` reports a status, `transcript.data` carries words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Family {
    /// Status of an artifact: the recording itself or one of its media objects.
    Artifact(ArtifactKind),
    /// Status of a bot, one event name for each status.
    Bot,
    /// `bot.status_change` of the API before v1.11.
    BotStatusChange,
    /// `bot.log` and `bot.output_log` of the API before v1.11.
    BotLog,
    /// `bot.transcription`, the real-time transcription before v1.11.
    BotTranscription,
    /// Status of an upload by the Desktop SDK.
    SdkUpload,
    /// Status of a real-time endpoint.
    RealtimeEndpoint,
    /// Changes of a connected calendar.
    Calendar,
    /// Status of a Slack team.
    SlackTeam,
    /// State of a Slack huddle; the shape of its body is not published.
    SlackHuddle,
    /// What a participant did, in real time.
    ParticipantAction,
    /// Words of a transcript, in real time.
    TranscriptStream,
    /// Audio and video buffers, in real time, over a WebSocket only.
    MediaStream,
}

/// How an event reaches its receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Channel {
    /// Webhooks of the dashboard, delivered by Svix.
    Dashboard,
    /// Real-time endpoints of one meeting, webhook or WebSocket.
    Realtime,
    /// Real-time endpoints of one meeting, WebSocket only.
    RealtimeWebSocket,
}

impl Family {
    /// The name of the family: what stands before the dot of its events, told apart where two
    /// families share it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Artifact(kind) => kind.as_str(),
            Self::Bot => "bot",
            Self::BotStatusChange => "bot.status_change",
            Self::BotLog => "bot.log",
            Self::BotTranscription => "bot.transcription",
            Self::SdkUpload => "sdk_upload",
            Self::RealtimeEndpoint => "realtime_endpoint",
            Self::Calendar => "calendar",
            Self::SlackTeam => "slack_team",
            Self::SlackHuddle => "slack",
            Self::ParticipantAction => "participant_action",
            Self::TranscriptStream => "transcript_stream",
            Self::MediaStream => "media_stream",
        }
    }

    /// The channel that the family comes on.
    pub const fn channel(self) -> Channel {
        match self {
            Self::ParticipantAction | Self::TranscriptStream | Self::BotTranscription => {
                Channel::Realtime
            }
            Self::MediaStream => Channel::RealtimeWebSocket,
            _ => Channel::Dashboard,
        }
    }

    /// The kind of artifact that the family reports on, if it is one of the eight that do.
    pub const fn artifact_kind(self) -> Option<ArtifactKind> {
        match self {
            Self::Artifact(kind) => Some(kind),
            _ => None,
        }
    }

    /// Whether the family tells what happens in a meeting that is going on, in the shape of API
    /// v1.11.
    pub const fn is_realtime(self) -> bool {
        matches!(self, Self::ParticipantAction | Self::TranscriptStream | Self::MediaStream)
    }

    /// Whether `data.data` of the family is a status whose code the event name repeats.
    pub const fn has_status(self) -> bool {
        matches!(
            self,
            Self::Artifact(_)
                | Self::Bot
                | Self::SdkUpload
                | Self::RealtimeEndpoint
                | Self::SlackTeam
        )
    }
}

impl Channel {
    /// What the channel is called in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dashboard => "dashboard webhook",
            Self::Realtime => "real-time endpoint",
            Self::RealtimeWebSocket => "real-time WebSocket",
        }
    }
}
