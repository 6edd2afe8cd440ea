//! Kinds of artifacts: the recording and its seven media objects.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A thing with a status: the recording itself, or one of its seven media objects.
///
/// The set follows the vendor's [Recording Webhooks] page. A new kind arrives as an unknown event
/// until it has a row in the catalogue.
///
/// [Recording Webhooks]: https://docs.recall.ai/docs/recording-webhooks
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ArtifactKind {
    /// The recording itself.
    Recording,
    /// A transcript; a recording can have several.
    Transcript,
    /// Who joined, left, spoke and wrote.
    ParticipantEvents,
    /// One video of the whole meeting.
    VideoMixed,
    /// One video for each participant.
    VideoSeparate,
    /// One audio track of the whole meeting.
    AudioMixed,
    /// One audio track for each participant.
    AudioSeparate,
    /// Title, times and similar facts of the meeting.
    MeetingMetadata,
}

impl ArtifactKind {
    /// All kinds, the recording first.
    pub const ALL: [Self; 8] = [
        Self::Recording,
        Self::Transcript,
        Self::ParticipantEvents,
        Self::VideoMixed,
        Self::VideoSeparate,
        Self::AudioMixed,
        Self::AudioSeparate,
        Self::MeetingMetadata,
    ];

    /// The kind as it is written in event names and as a member of `data`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recording => "recording",
            Self::Transcript => "transcript",
            Self::ParticipantEvents => "participant_events",
            Self::VideoMixed => "video_mixed",
            Self::VideoSeparate => "video_separate",
            Self::AudioMixed => "audio_mixed",
            Self::AudioSeparate => "audio_separate",
            Self::MeetingMetadata => "meeting_metadata",
        }
    }
}

impl fmt::Display for ArtifactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ArtifactKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A text that names no [`ArtifactKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error(
    "not a kind of artifact; the kinds are recording, transcript, participant_events, video_mixed, video_separate, audio_mixed, audio_separate and meeting_metadata"
)]
pub struct UnknownArtifactKind;

impl FromStr for ArtifactKind {
    type Err = UnknownArtifactKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownArtifactKind)
    }
}
