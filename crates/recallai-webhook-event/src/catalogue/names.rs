//! The rows, and a typed constant for each event name and family.
//!
//! A handler registered for one of these constants is given the payload type that the constant
//! names, so `RECORDING_DONE` and `BOT_DONE` cannot be mixed up.

use super::{Entry, Family};
use crate::payload::{
    ArtifactEvent, BotEvent, BotLog, BotStatusChange, BotTranscription, CalendarEvent,
    RealtimeEndpointEvent, RealtimeEvent, SdkUploadEvent, SlackTeamEvent,
};
use crate::{ArtifactKind, FamilyName, Json, Name};

/// Writes the constants and the rows of the catalogue from one table.
macro_rules! catalogue {
    ($(
        $(#[doc = $family_doc:literal])+
        family $constant:ident: $payload:ty = $family:expr, since $since:literal, source $source:literal {
            $($name_constant:ident = $name:literal: $meaning:literal;)+
        }
    )+) => {
        /// Every known event name, family by family.
        pub static CATALOGUE: &[Entry] = &[$($(
            Entry {
                name: $name,
                constant: stringify!($name_constant),
                family: $family,
                meaning: $meaning,
                since: $since,
                source: $source,
            },
        )+)+];

        $($(
            #[doc = concat!("`", $name, "`: ", $meaning)]
            pub const $name_constant: Name<$payload> = Name::new($name);
        )+)+

        /// A typed constant for each family.
        pub mod families {
            use super::*;

            $(
                $(#[doc = $family_doc])+
                pub const $constant: FamilyName<$payload> = FamilyName::new($family);
            )+
        }

        /// A handler of a constant with the payload of another family would never be called.
        #[cfg(test)]
        mod tests {
            use super::*;
            use crate::{Event, Payload};

            fn check<P: Payload>(name: Name<P>) {
                let entry = CATALOGUE.iter().find(|entry| entry.name == name.as_str());
                let event = entry.and_then(|entry| Event::parse(entry.example().as_bytes()).ok());
                let named = event.as_ref().and_then(|event| event.named(name));
                assert!(named.is_some(), "{}", name.as_str());
            }

            #[test]
            fn every_constant_carries_the_payload_of_its_family() {
                $($(check($name_constant);)+)+
            }
        }
    };
}

catalogue! {
    /// Status of a recording.
    family RECORDING: ArtifactEvent = Family::Artifact(ArtifactKind::Recording),
        since "API v1.11",
        source "docs.recall.ai/docs/recording-webhooks; `paused`: the vendor's sample apps"
    {
        RECORDING_PROCESSING = "recording.processing": "The recording has started.";
        RECORDING_PAUSED = "recording.paused":
            "The recording was paused; resuming keeps the same recording.";
        RECORDING_DONE = "recording.done":
            "The recording ended well; the data of its media objects is available.";
        RECORDING_FAILED = "recording.failed":
            "The recording could not be captured; the sub code says why, if it is known.";
        RECORDING_DELETED = "recording.deleted":
            "The recording was deleted, by request or because its retention ended.";
    }

    /// Status of the transcript.
    family TRANSCRIPT: ArtifactEvent = Family::Artifact(ArtifactKind::Transcript),
        since "API v1.11",
        source "docs.recall.ai/docs/recording-webhooks"
    {
        TRANSCRIPT_PROCESSING = "transcript.processing":
            "Capture of the transcript has started.";
        TRANSCRIPT_DONE = "transcript.done":
            "The transcript is complete and can be fetched.";
        TRANSCRIPT_FAILED = "transcript.failed":
            "The transcript could not be captured; the sub code says why, if it is known.";
        TRANSCRIPT_DELETED = "transcript.deleted":
            "The transcript was deleted from Recall.ai.";
    }

    /// Status of the participant events.
    family PARTICIPANT_EVENTS: ArtifactEvent = Family::Artifact(ArtifactKind::ParticipantEvents),
        since "API v1.11",
        source "docs.recall.ai/docs/recording-webhooks"
    {
        PARTICIPANT_EVENTS_PROCESSING = "participant_events.processing":
            "Capture of the participant events has started.";
        PARTICIPANT_EVENTS_DONE = "participant_events.done":
            "The participant events are complete and can be fetched.";
        PARTICIPANT_EVENTS_FAILED = "participant_events.failed":
            "The participant events could not be captured; the sub code says why, if it is known.";
        PARTICIPANT_EVENTS_DELETED = "participant_events.deleted":
            "The participant events were deleted from Recall.ai.";
    }

    /// Status of the mixed video.
    family VIDEO_MIXED: ArtifactEvent = Family::Artifact(ArtifactKind::VideoMixed),
        since "API v1.11",
        source "docs.recall.ai/docs/recording-webhooks"
    {
        VIDEO_MIXED_PROCESSING = "video_mixed.processing":
            "Capture of the mixed video has started.";
        VIDEO_MIXED_DONE = "video_mixed.done":
            "The mixed video is complete and can be fetched.";
        VIDEO_MIXED_FAILED = "video_mixed.failed":
            "The mixed video could not be captured; the sub code says why, if it is known.";
        VIDEO_MIXED_DELETED = "video_mixed.deleted":
            "The mixed video was deleted from Recall.ai.";
    }

    /// Status of the separate video of each participant.
    family VIDEO_SEPARATE: ArtifactEvent = Family::Artifact(ArtifactKind::VideoSeparate),
        since "API v1.11",
        source "docs.recall.ai/docs/recording-webhooks"
    {
        VIDEO_SEPARATE_PROCESSING = "video_separate.processing":
            "Capture of the separate video of each participant has started.";
        VIDEO_SEPARATE_DONE = "video_separate.done":
            "The separate video of each participant is complete and can be fetched.";
        VIDEO_SEPARATE_FAILED = "video_separate.failed":
            "The separate video of each participant could not be captured; the sub code says why, if it is known.";
        VIDEO_SEPARATE_DELETED = "video_separate.deleted":
            "The separate video of each participant was deleted from Recall.ai.";
    }

    /// Status of the mixed audio.
    family AUDIO_MIXED: ArtifactEvent = Family::Artifact(ArtifactKind::AudioMixed),
        since "API v1.11",
        source "docs.recall.ai/docs/recording-webhooks"
    {
        AUDIO_MIXED_PROCESSING = "audio_mixed.processing":
            "Capture of the mixed audio has started.";
        AUDIO_MIXED_DONE = "audio_mixed.done":
            "The mixed audio is complete and can be fetched.";
        AUDIO_MIXED_FAILED = "audio_mixed.failed":
            "The mixed audio could not be captured; the sub code says why, if it is known.";
        AUDIO_MIXED_DELETED = "audio_mixed.deleted":
            "The mixed audio was deleted from Recall.ai.";
    }

    /// Status of the separate audio of each participant.
    family AUDIO_SEPARATE: ArtifactEvent = Family::Artifact(ArtifactKind::AudioSeparate),
        since "API v1.11",
        source "docs.recall.ai/docs/recording-webhooks"
    {
        AUDIO_SEPARATE_PROCESSING = "audio_separate.processing":
            "Capture of the separate audio of each participant has started.";
        AUDIO_SEPARATE_DONE = "audio_separate.done":
            "The separate audio of each participant is complete and can be fetched.";
        AUDIO_SEPARATE_FAILED = "audio_separate.failed":
            "The separate audio of each participant could not be captured; the sub code says why, if it is known.";
        AUDIO_SEPARATE_DELETED = "audio_separate.deleted":
            "The separate audio of each participant was deleted from Recall.ai.";
    }

    /// Status of the meeting metadata.
    family MEETING_METADATA: ArtifactEvent = Family::Artifact(ArtifactKind::MeetingMetadata),
        since "API v1.11",
        source "docs.recall.ai/docs/recording-webhooks"
    {
        MEETING_METADATA_PROCESSING = "meeting_metadata.processing":
            "Capture of the meeting metadata has started.";
        MEETING_METADATA_DONE = "meeting_metadata.done":
            "The meeting metadata is complete and can be fetched.";
        MEETING_METADATA_FAILED = "meeting_metadata.failed":
            "The meeting metadata could not be captured; the sub code says why, if it is known.";
        MEETING_METADATA_DELETED = "meeting_metadata.deleted":
            "The meeting metadata was deleted from Recall.ai.";
    }

    /// Status of a bot.
    family BOT: BotEvent = Family::Bot,
        since "API v1.11",
        source "docs.recall.ai/docs/bot-status-change-events"
    {
        BOT_JOINING_CALL = "bot.joining_call": "The bot is joining the call.";
        BOT_IN_WAITING_ROOM = "bot.in_waiting_room":
            "The bot is in the waiting room.";
        BOT_IN_CALL_NOT_RECORDING = "bot.in_call_not_recording":
            "The bot is in the call and does not record.";
        BOT_RECORDING_PERMISSION_ALLOWED = "bot.recording_permission_allowed":
            "The bot may record.";
        BOT_RECORDING_PERMISSION_DENIED = "bot.recording_permission_denied":
            "The bot may not record; the sub code says why.";
        BOT_IN_CALL_RECORDING = "bot.in_call_recording":
            "The bot is in the call and records.";
        BOT_CALL_ENDED = "bot.call_ended":
            "The bot left the call; the sub code says why, most reasons are normal.";
        BOT_DONE = "bot.done":
            "The bot has shut down; it may have made no recording at all.";
        BOT_FATAL = "bot.fatal": "The bot failed; the sub code says why.";
        BOT_BREAKOUT_ROOM_ENTERED = "bot.breakout_room_entered":
            "The bot entered a breakout room.";
        BOT_BREAKOUT_ROOM_LEFT = "bot.breakout_room_left":
            "The bot left a breakout room.";
        BOT_BREAKOUT_ROOM_OPENED = "bot.breakout_room_opened":
            "Breakout rooms were opened.";
        BOT_BREAKOUT_ROOM_CLOSED = "bot.breakout_room_closed":
            "Breakout rooms were closed.";
    }

    /// Status of a bot, before API v1.11.
    family BOT_STATUS_CHANGE: BotStatusChange = Family::BotStatusChange,
        since "API v1.10 and older",
        source "docs.recall.ai/docs/bot-status-change-events"
    {
        BOT_STATUS_CHANGE = "bot.status_change":
            "The status of a bot changed; the code is in the body.";
    }

    /// Log lines of a bot, before API v1.11.
    family BOT_LOG: BotLog = Family::BotLog,
        since "API v1.10 and older",
        source "Recall.ai API v1.10 documentation"
    {
        BOT_LOG = "bot.log": "The bot logged a message.";
        BOT_OUTPUT_LOG = "bot.output_log":
            "An output of the bot, such as a transcription provider, logged a message.";
    }

    /// Real-time transcription, before API v1.11.
    family BOT_TRANSCRIPTION: BotTranscription = Family::BotTranscription,
        since "API v1.10 and older",
        source "Recall.ai API v1.10 documentation"
    {
        BOT_TRANSCRIPTION = "bot.transcription":
            "Words were spoken, in the shape before v1.11.";
    }

    /// Status of an upload by the Desktop SDK.
    family SDK_UPLOAD: SdkUploadEvent = Family::SdkUpload,
        since "API v1.11",
        source "Recall.ai Desktop SDK documentation; `completed`: seen on live accounts"
    {
        SDK_UPLOAD_RECORDING_STARTED = "sdk_upload.recording_started":
            "The Desktop SDK started to record.";
        SDK_UPLOAD_RECORDING_ENDED = "sdk_upload.recording_ended":
            "The Desktop SDK stopped recording.";
        SDK_UPLOAD_UPLOADING = "sdk_upload.uploading": "The upload has started.";
        SDK_UPLOAD_COMPLETE = "sdk_upload.complete": "The upload is complete.";
        SDK_UPLOAD_COMPLETED = "sdk_upload.completed":
            "The upload is complete; a second spelling of `sdk_upload.complete`, sent beside it.";
        SDK_UPLOAD_FAILED = "sdk_upload.failed": "The upload failed.";
    }

    /// Status of a real-time endpoint.
    family REALTIME_ENDPOINT: RealtimeEndpointEvent = Family::RealtimeEndpoint,
        since "API v1.11",
        source "seen on live accounts, on no vendor page"
    {
        REALTIME_ENDPOINT_RUNNING = "realtime_endpoint.running":
            "The real-time endpoint receives events.";
        REALTIME_ENDPOINT_DONE = "realtime_endpoint.done":
            "The real-time endpoint has received its last event.";
        REALTIME_ENDPOINT_FAILED = "realtime_endpoint.failed":
            "The real-time endpoint failed for too long and gets nothing more of this recording.";
    }

    /// Changes of a connected calendar.
    family CALENDAR: CalendarEvent = Family::Calendar,
        since "calendar API v2",
        source "Recall.ai calendar v2 documentation"
    {
        CALENDAR_UPDATE = "calendar.update":
            "The calendar itself changed, such as its connection; read it again.";
        CALENDAR_SYNC_EVENTS = "calendar.sync_events":
            "Events of the calendar changed since the given time; read them again.";
    }

    /// Status of a Slack team.
    family SLACK_TEAM: SlackTeamEvent = Family::SlackTeam,
        since "not published",
        source "docs.recall.ai/docs/slack-huddle-bots-integration-guide"
    {
        SLACK_TEAM_INVITED = "slack_team.invited":
            "The Slack app was invited to a team.";
        SLACK_TEAM_ACTIVE = "slack_team.active": "The Slack team is connected.";
        SLACK_TEAM_ACCESS_REVOKED = "slack_team.access_revoked":
            "The Slack team took its access back.";
    }

    /// State of a Slack huddle.
    family SLACK_HUDDLE: Json = Family::SlackHuddle,
        since "not published",
        source "event list of the vendor dashboard; no shape is published"
    {
        SLACK_HUDDLE_STATE = "slack.huddle_state":
            "The state of a Slack huddle changed.";
    }

    /// What a participant did, in real time.
    family PARTICIPANT_ACTION: RealtimeEvent = Family::ParticipantAction,
        since "API v1.11",
        source "docs.recall.ai/docs/real-time-event-payloads"
    {
        PARTICIPANT_EVENTS_JOIN = "participant_events.join": "A participant joined.";
        PARTICIPANT_EVENTS_LEAVE = "participant_events.leave": "A participant left.";
        PARTICIPANT_EVENTS_UPDATE = "participant_events.update":
            "What is known of a participant changed.";
        PARTICIPANT_EVENTS_SPEECH_ON = "participant_events.speech_on":
            "A participant started to speak.";
        PARTICIPANT_EVENTS_SPEECH_OFF = "participant_events.speech_off":
            "A participant stopped speaking.";
        PARTICIPANT_EVENTS_WEBCAM_ON = "participant_events.webcam_on":
            "A participant turned the camera on.";
        PARTICIPANT_EVENTS_WEBCAM_OFF = "participant_events.webcam_off":
            "A participant turned the camera off.";
        PARTICIPANT_EVENTS_SCREENSHARE_ON = "participant_events.screenshare_on":
            "A participant started to share a screen.";
        PARTICIPANT_EVENTS_SCREENSHARE_OFF = "participant_events.screenshare_off":
            "A participant stopped sharing a screen.";
        PARTICIPANT_EVENTS_CHAT_MESSAGE = "participant_events.chat_message":
            "A participant, or the bot itself, wrote in the chat.";
    }

    /// Words of a transcript, in real time.
    family TRANSCRIPT_STREAM: RealtimeEvent = Family::TranscriptStream,
        since "API v1.11",
        source "docs.recall.ai/docs/real-time-event-payloads"
    {
        TRANSCRIPT_DATA = "transcript.data": "Words were transcribed.";
        TRANSCRIPT_PARTIAL_DATA = "transcript.partial_data":
            "Words were transcribed provisionally; a later event replaces them.";
        TRANSCRIPT_PROVIDER_DATA = "transcript.provider_data":
            "The transcription provider sent this, in its own shape.";
    }

    /// Audio and video buffers, in real time.
    family MEDIA_STREAM: RealtimeEvent = Family::MediaStream,
        since "API v1.11",
        source "docs.recall.ai/docs/real-time-event-payloads"
    {
        AUDIO_MIXED_RAW_DATA = "audio_mixed_raw.data": "A buffer of mixed audio.";
        AUDIO_SEPARATE_RAW_DATA = "audio_separate_raw.data":
            "A buffer of the audio of one participant.";
        VIDEO_SEPARATE_PNG_DATA = "video_separate_png.data":
            "A picture of the video of one participant.";
        VIDEO_SEPARATE_H264_DATA = "video_separate_h264.data":
            "A piece of the video of one participant.";
    }
}
