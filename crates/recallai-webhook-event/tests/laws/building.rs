//! Whatever was read can be built from outside the crate, through constructors and `with_*` alone.
//! `extra` is assigned: it is what no field holds.

use recallai_webhook_event::{
    ArtifactEvent, ArtifactKind, BotEvent, BotLog, BotStatusChange, BotTranscription,
    CalendarEvent, Event, EventData, LegacyStatus, Log, Members, Nullable, RealtimeEndpointEvent,
    RealtimeEvent, Resource, SdkUploadEvent, SlackTeamEvent, Status,
};

/// What is built anew from the data of a readable body is written as that is.
pub(crate) fn check(body: &[u8]) {
    let Ok(event) = Event::parse(body) else { return };
    let built = serde_json::to_string(&rebuilt(event.data())).unwrap();
    let read = serde_json::to_string(event.data()).unwrap();
    assert_eq!(built, read, "the left one, of {}, lacks a constructor or `with_*`", event.name());
}

/// Gives what was built its `extra`.
macro_rules! beyond {
    ($built:expr, $extra:expr) => {{
        let mut built = $built;
        built.extra = Members::clone($extra);
        built
    }};
}

fn rebuilt(data: &EventData) -> EventData {
    match data {
        EventData::Artifact(data) => {
            let (kind, recording) = (data.kind, resource(&data.recording));
            let built = match kind {
                ArtifactKind::Recording => {
                    ArtifactEvent::recording(recording, status(&data.status))
                }
                _ => {
                    let artifact = resource(&data.artifact);
                    ArtifactEvent::media(kind, artifact, recording, status(&data.status))
                }
            };
            let built = built
                .with_artifact_member(data.artifact_member)
                .with_bot(nullable(&data.bot))
                .with_sdk_upload(nullable(&data.sdk_upload));
            beyond!(built, &data.extra).into()
        }
        EventData::Bot(data) => {
            beyond!(BotEvent::new(resource(&data.bot), status(&data.status)), &data.extra).into()
        }
        EventData::BotStatusChange(data) => {
            let built = BotStatusChange::new(&*data.bot_id, legacy_status(&data.status));
            beyond!(built, &data.extra).into()
        }
        EventData::BotLog(data) => {
            let built = BotLog::new(log(&data.log))
                .with_bot_id(data.bot_id.clone())
                .with_job_id(data.job_id.clone());
            beyond!(built, &data.extra).into()
        }
        EventData::BotTranscription(data) => {
            let (bot_id, recording_id) = (data.bot_id.clone(), data.recording_id.clone());
            let built = BotTranscription::new(bot_id, recording_id, data.transcript.clone());
            beyond!(built, &data.extra).into()
        }
        EventData::SdkUpload(data) => {
            let built = SdkUploadEvent::new(resource(&data.sdk_upload), status(&data.status))
                .with_recording(nullable(&data.recording));
            beyond!(built, &data.extra).into()
        }
        EventData::RealtimeEndpoint(data) => {
            let (endpoint, recording) =
                (resource(&data.realtime_endpoint), nullable(&data.recording));
            let built = RealtimeEndpointEvent::new(endpoint, recording, status(&data.status))
                .with_bot(nullable(&data.bot));
            beyond!(built, &data.extra).into()
        }
        EventData::Calendar(data) => {
            let built = CalendarEvent::new(&*data.calendar_id)
                .with_last_updated_ts(data.last_updated_ts.clone());
            beyond!(built, &data.extra).into()
        }
        EventData::SlackTeam(data) => {
            let built = SlackTeamEvent::new(resource(&data.slack_team), status(&data.status));
            beyond!(built, &data.extra).into()
        }
        EventData::Realtime(data) => {
            let built = RealtimeEvent::new(data.detail.clone())
                .with_realtime_endpoint(nullable(&data.realtime_endpoint))
                .with_recording(nullable(&data.recording))
                .with_bot(nullable(&data.bot))
                .with_sdk_upload(nullable(&data.sdk_upload));
            // A feed that is null names no member, and is in `extra`.
            let built = match data.feed_member {
                Some(member) => built.with_feed(member, nullable(&data.feed)),
                None => built,
            };
            beyond!(built, &data.extra).into()
        }
        EventData::Opaque(data) => data.clone().into(),
        data => panic!("no law builds {data:?}"),
    }
}

fn resource(read: &Resource) -> Resource {
    let built = Resource::new(&*read.id).with_metadata(read.metadata.clone());
    beyond!(built, &read.extra)
}

fn nullable(read: &Nullable<Resource>) -> Nullable<Resource> {
    match read {
        Nullable::Present(read) => resource(read).into(),
        Nullable::Null => Nullable::Null,
        Nullable::Absent => Nullable::Absent,
    }
}

fn status(read: &Status) -> Status {
    let built = Status::new(read.code.clone(), read.updated_at.clone());
    beyond!(built.with_sub_code(read.sub_code.clone()), &read.extra)
}

fn legacy_status(read: &LegacyStatus) -> LegacyStatus {
    let built = LegacyStatus::new(read.code.clone(), read.created_at.clone())
        .with_sub_code(read.sub_code.clone())
        .with_message(read.message.clone())
        .with_recording_id(read.recording_id.clone());
    beyond!(built, &read.extra)
}

fn log(read: &Log) -> Log {
    let built = Log::new()
        .with_level(read.level.clone())
        .with_message(read.message.clone())
        .with_output_id(read.output_id.clone())
        .with_created_at(read.created_at.clone());
    beyond!(built, &read.extra)
}
