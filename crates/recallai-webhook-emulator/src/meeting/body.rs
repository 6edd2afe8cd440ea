//! From a moment to its body, through the types of the event crate.

use jiff::Timestamp;
use recallai_webhook_event::{
    ArtifactEvent, BotEvent, BotLog, BotStatusChange, BotTranscription, CalendarEvent, Code, Event,
    Json, LegacyStatus, Log, Members, Nullable, RealtimeEndpointEvent, RealtimeEvent, Resource,
    SdkUploadEvent, SlackTeamEvent, Status, SubCode, names,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::cast::{self, Cast};
use super::live::Live;
use super::script::{Moment, Recording, Said, Script, What};
use super::template;

/// One moment of one performance.
pub(super) struct Scene<'a> {
    pub(super) script: &'a Script,
    pub(super) cast: &'a Cast,
    pub(super) moment: &'a Moment,
    /// Which performance of its scenario it is, from 1.
    pub(super) number: u32,
    /// How many events of this name and subject came before, and one.
    pub(super) nth: u32,
    pub(super) now: Timestamp,
    /// Seconds since the meeting began.
    pub(super) elapsed: f64,
}

impl Scene<'_> {
    /// The body as JSON text.
    pub(super) fn body(&self) -> String {
        let Self { script, cast, .. } = self;
        let now = script.time.spell(self.now);
        let extra = |now: &str| cast::members(self.data(now));
        match &self.moment.what {
            What::Recording { name, recording, said } => {
                let event = ArtifactEvent::recording(
                    cast.recordings[*recording].clone(),
                    status(said, &now),
                );
                let mut event = self.source(event, &script.recordings[*recording]);
                event.extra = extra(&now);
                Event::new(*name, event).to_json()
            }
            What::Artifact { name, artifact, said } => {
                let role = &script.artifacts[*artifact];
                let event = ArtifactEvent::media(
                    role.kind,
                    cast.artifacts[*artifact].clone(),
                    cast.recordings[role.recording].clone(),
                    status(said, &now),
                );
                let event = event.with_artifact_member(role.member);
                let mut event = self.source(event, &script.recordings[role.recording]);
                event.extra = extra(&now);
                Event::new(*name, event).to_json()
            }
            What::Bot { name, bot, said } => {
                let mut event = BotEvent::new(cast.bots[*bot].clone(), status(said, &now));
                event.extra = extra(&now);
                Event::new(*name, event).to_json()
            }
            What::Upload { name, upload, said } => {
                let recording = script.uploads[*upload].recording;
                let mut event =
                    SdkUploadEvent::new(cast.uploads[*upload].clone(), status(said, &now));
                event.recording = nullable(recording.map(|index| &cast.recordings[index]));
                event.extra = extra(&now);
                Event::new(*name, event).to_json()
            }
            What::Endpoint { name, endpoint, said } => {
                let recording = script.endpoints[*endpoint].recording;
                let mut event = RealtimeEndpointEvent::new(
                    cast.endpoints[*endpoint].clone(),
                    cast.recordings[recording].clone(),
                    status(said, &now),
                );
                event.bot = self.bot(&script.recordings[recording]);
                event.extra = extra(&now);
                Event::new(*name, event).to_json()
            }
            What::Team { name, team, said } => {
                let mut event = SlackTeamEvent::new(cast.teams[*team].clone(), status(said, &now));
                event.extra = extra(&now);
                Event::new(*name, event).to_json()
            }
            What::Calendar { name, calendar } => {
                let mut event = CalendarEvent::new(&*cast.calendars[*calendar].id);
                if name.as_str() == names::CALENDAR_SYNC_EVENTS.as_str() {
                    event = event.with_last_updated_ts(&*now);
                }
                event.extra = extra(&now);
                Event::new(*name, event).to_json()
            }
            What::StatusChange { name, bot, recording, code, sub_code, text } => {
                let mut status = LegacyStatus::new(Code::from(&**code), &*now);
                status.sub_code =
                    sub_code.as_deref().map_or(Nullable::Null, |c| SubCode::from(c).into());
                status.message = text.as_deref().map_or(Nullable::Null, Nullable::from);
                status.recording_id = self.recording_id(*recording);
                let mut event = BotStatusChange::new(&*cast.bots[*bot].id, status);
                event.extra = extra(&now);
                Event::new(*name, event).to_json()
            }
            What::Log { name, bot, level, text } => {
                let log = Log::new().with_level(&**level).with_message(&**text);
                let log = log.with_created_at(&*now);
                let mut event = BotLog::new(log).with_bot_id(&*cast.bots[*bot].id);
                event.extra = extra(&now);
                Event::new(*name, event).to_json()
            }
            What::Transcription { name, bot, recording, participant, text } => {
                let started = recording.map_or(0.0, |index| self.start(index));
                let live = self.live(name.as_str(), *participant, Some(text), &now, started);
                let mut event = BotTranscription::new(
                    &*cast.bots[*bot].id,
                    self.recording_id(*recording),
                    live.legacy(self.nth.into()),
                );
                event.extra = extra(&now);
                Event::new(*name, event).to_json()
            }
            What::Action { name, endpoint, feed, participant, text } => {
                let started = self.start(script.endpoints[*endpoint].recording);
                let live = self.live(name.as_str(), *participant, text.as_deref(), &now, started);
                let mut event = self.feed(live.action(), "participant_events", *endpoint, *feed);
                event.extra = extra(&now);
                Event::new(*name, event).to_json()
            }
            What::Words { name, endpoint, feed, participant, text } => {
                let started = self.start(script.endpoints[*endpoint].recording);
                let live = self.live(name.as_str(), *participant, Some(text), &now, started);
                let mut event = self.feed(live.words(), "transcript", *endpoint, *feed);
                event.extra = extra(&now);
                Event::new(*name, event).to_json()
            }
            What::Huddle { name } => {
                Event::new(*name, Json::from(Value::Object(self.data(&now)))).to_json()
            }
            What::Unknown { name } => unknown(name, self.data(&now)),
        }
    }

    /// The members that the step adds, with what they stand for put in.
    fn data(&self, now: &str) -> Map<String, Value> {
        let resource = |reference: &str| {
            let found = self.cast.find(self.script, reference)?;
            let metadata = match &found.metadata {
                Nullable::Present(metadata) => metadata.clone(),
                _ => Members::new(),
            };
            let metadata = serde_json::to_value(&metadata).ok()?;
            Some(json!({ "id": found.id, "metadata": metadata }))
        };
        let known = template::Known { number: self.number, now, resource: &resource };
        template::fill_members(&self.moment.data, &known)
    }

    /// The event with what made its recording: a bot, an upload and no bot, or nothing that is named.
    fn source(&self, mut event: ArtifactEvent, recording: &Recording) -> ArtifactEvent {
        event.bot = self.bot(recording);
        event.sdk_upload = self.upload(recording);
        event
    }

    fn bot(&self, recording: &Recording) -> Nullable<Resource> {
        match (recording.bot, recording.upload) {
            (Some(bot), _) => self.cast.bots[bot].clone().into(),
            (None, Some(_)) => Nullable::Null,
            (None, None) => Nullable::Absent,
        }
    }

    fn upload(&self, recording: &Recording) -> Nullable<Resource> {
        recording.upload.map_or(Nullable::Absent, |index| self.cast.uploads[index].clone().into())
    }

    fn recording_id(&self, recording: Option<usize>) -> Nullable<String> {
        recording.map_or(Nullable::Absent, |index| self.cast.recordings[index].id.clone().into())
    }

    /// When a recording begins, in seconds since the meeting began.
    fn start(&self, recording: usize) -> f64 {
        self.script.recordings[recording].start.as_secs_f64()
    }

    fn live<'s>(
        &'s self,
        event: &'static str,
        participant: usize,
        text: Option<&'s str>,
        absolute: &'s str,
        started: f64,
    ) -> Live<'s> {
        let name = &*self.script.participants[participant];
        let relative = (self.elapsed - started).max(0.0);
        Live { event, participant, name, text, absolute, relative }
    }

    fn feed(
        &self,
        detail: Json,
        member: &'static str,
        endpoint: usize,
        feed: usize,
    ) -> RealtimeEvent {
        let recording = self.script.endpoints[endpoint].recording;
        let role = &self.script.recordings[recording];
        RealtimeEvent::new(detail)
            .with_feed(member, self.cast.artifacts[feed].clone())
            .with_realtime_endpoint(self.cast.endpoints[endpoint].clone())
            .with_recording(self.cast.recordings[recording].clone())
            .with_bot(self.bot(role))
            .with_sdk_upload(self.upload(role))
    }
}

fn status(said: &Said, now: &str) -> Status {
    let sub_code = said.sub_code.as_deref();
    let sub_code = sub_code.map_or(Nullable::Null, |code| Nullable::Present(SubCode::from(code)));
    Status::new(Code::from_static(said.code), now).with_sub_code(sub_code)
}

fn nullable(resource: Option<&Resource>) -> Nullable<Resource> {
    resource.cloned().map_or(Nullable::Null, Nullable::Present)
}

/// The types of the event crate cannot say what they do not know.
fn unknown(event: &str, data: Map<String, Value>) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        event: &'a str,
        data: Map<String, Value>,
    }
    serde_json::to_string(&Body { event, data }).unwrap_or_default()
}
