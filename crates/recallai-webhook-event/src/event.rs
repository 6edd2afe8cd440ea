//! The owned event: what handlers get.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;

use crate::borrowed::EventRef;
use crate::catalogue::{Entry, Family};
use crate::payload::{
    ArtifactEvent, BotEvent, BotLog, BotStatusChange, BotTranscription, CalendarEvent, Code,
    RealtimeEndpointEvent, RealtimeEvent, Resource, SdkUploadEvent, SlackTeamEvent, Status,
};
use crate::{EventName, Json, Members, Name, Nullable, ParseError, Payload};

/// An event: a name and typed data. It owns everything and can be sent anywhere.
///
/// Serializing it with `serde_json` gives a body that is equivalent to the one it was read from:
/// unknown members, `null` versus absent and the digits of numbers are all kept. (For halves of
/// surrogate pairs, see the crate.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    name: EventName,
    data: Option<EventData>,
    extra: Members,
}

/// The typed data of an event, by shape.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventData {
    /// Status of a recording or of one of its media objects.
    Artifact(ArtifactEvent),
    /// Status of a bot.
    Bot(BotEvent),
    /// Status of a bot, before API v1.11.
    BotStatusChange(BotStatusChange),
    /// A log line of a bot, before API v1.11.
    BotLog(BotLog),
    /// Real-time words, before API v1.11.
    BotTranscription(BotTranscription),
    /// Status of a Desktop SDK upload.
    SdkUpload(SdkUploadEvent),
    /// Status of a real-time endpoint.
    RealtimeEndpoint(RealtimeEndpointEvent),
    /// Change of a calendar.
    Calendar(CalendarEvent),
    /// Status of a Slack team.
    SlackTeam(SlackTeamEvent),
    /// Something that happened in a meeting going on.
    Realtime(RealtimeEvent),
    /// The data of an unknown event, or of one whose shape is not published.
    Opaque(Json),
}

impl Event {
    /// Reads a body. The same as [`EventRef::parse`], then [`EventRef::to_event`].
    ///
    /// # Errors
    ///
    /// Those of [`EventRef::parse`].
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        EventRef::parse(body).map(|event| event.to_event())
    }

    /// Makes an event, as a sender would. The type of the payload follows from the name; that an
    /// artifact event's kind and code agree with its name is the caller's to see to.
    pub fn new<P: Payload + Into<EventData>>(name: Name<P>, payload: P) -> Self {
        let name = EventName::new(name.as_str());
        Self { name, data: Some(payload.into()), extra: Members::new() }
    }

    /// The name.
    pub fn name(&self) -> &EventName {
        &self.name
    }

    /// The row of the catalogue; `None` for an unknown event.
    pub fn entry(&self) -> Option<&'static Entry> {
        self.name.entry()
    }

    /// The family; `None` for an unknown event.
    pub fn family(&self) -> Option<Family> {
        self.name.family()
    }

    /// The typed data. An unknown event without any `data` has an opaque `null`.
    pub fn data(&self) -> &EventData {
        static NONE: std::sync::LazyLock<EventData> =
            std::sync::LazyLock::new(|| EventData::Opaque(Json::checked("null")));
        self.data.as_ref().unwrap_or_else(|| &NONE)
    }

    /// The data as the payload of a family, if it is one.
    pub fn payload<P: Payload>(&self) -> Option<&P> {
        P::of(self)
    }

    /// The payload, if this is the event of that name.
    pub fn named<P: Payload>(&self, name: Name<P>) -> Option<&P> {
        if self.name == name { self.payload() } else { None }
    }

    /// Members of the body beside `event` and `data`.
    pub fn extra(&self) -> &Members {
        &self.extra
    }

    /// The status, for families that report one in the shape of API v1.11.
    pub fn status(&self) -> Option<&Status> {
        match self.data() {
            EventData::Artifact(event) => Some(&event.status),
            EventData::Bot(event) => Some(&event.status),
            EventData::SdkUpload(event) => Some(&event.status),
            EventData::RealtimeEndpoint(event) => Some(&event.status),
            EventData::SlackTeam(event) => Some(&event.status),
            _ => None,
        }
    }

    /// The id of the recording that the event names.
    pub fn recording_id(&self) -> Option<&str> {
        match self.data() {
            EventData::Artifact(event) => Some(&event.recording.id),
            EventData::SdkUpload(event) => id(&event.recording),
            EventData::RealtimeEndpoint(event) => id(&event.recording),
            EventData::Realtime(event) => id(&event.recording),
            EventData::BotStatusChange(event) => {
                event.status.recording_id.as_ref().map(String::as_str)
            }
            EventData::BotTranscription(event) => event.recording_id.as_ref().map(String::as_str),
            _ => None,
        }
    }

    /// The id of the bot that the event names.
    pub fn bot_id(&self) -> Option<&str> {
        match self.data() {
            EventData::Artifact(event) => id(&event.bot),
            EventData::Bot(event) => Some(&event.bot.id),
            EventData::RealtimeEndpoint(event) => id(&event.bot),
            EventData::Realtime(event) => id(&event.bot),
            EventData::BotStatusChange(event) => Some(&event.bot_id),
            EventData::BotLog(event) => event.bot_id.as_ref().map(String::as_str),
            EventData::BotTranscription(event) => event.bot_id.as_ref().map(String::as_str),
            _ => None,
        }
    }

    /// The id of the Desktop SDK upload that the event names.
    pub fn sdk_upload_id(&self) -> Option<&str> {
        match self.data() {
            EventData::SdkUpload(event) => Some(&event.sdk_upload.id),
            EventData::Artifact(event) => id(&event.sdk_upload),
            EventData::Realtime(event) => id(&event.sdk_upload),
            _ => None,
        }
    }

    /// The status code, if it is another than the one in the name: `sdk_upload.completed` carries
    /// `complete`. The name decides, and the code is kept.
    pub fn differing_code(&self) -> Option<&Code> {
        let code = &self.status()?.code;
        (self.entry()?.code()? != code.as_str()).then_some(code)
    }

    /// The body as JSON text.
    pub fn to_json(&self) -> String {
        // Every part is text or was checked to be JSON, and writing to a string does not fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn id(resource: &Nullable<Resource>) -> Option<&str> {
    resource.as_ref().map(|resource| resource.id.as_str())
}

impl From<&EventRef<'_>> for Event {
    fn from(event: &EventRef<'_>) -> Self {
        let typed = event.entry.and_then(|entry| typed(event, entry));
        Self {
            name: EventName::new(&event.name),
            data: typed.or_else(|| event.data.map(|data| EventData::Opaque(Json::checked(data)))),
            extra: event.extra(),
        }
    }
}

/// The payload that the family asks for. The grammar has seen to every `?` in the constructors.
fn typed(event: &EventRef<'_>, entry: &'static Entry) -> Option<EventData> {
    Some(match entry.family {
        Family::Artifact(_) => ArtifactEvent::from_ref(event, entry)?.into(),
        Family::Bot => BotEvent::from_ref(event, entry)?.into(),
        Family::BotStatusChange => BotStatusChange::from_ref(event)?.into(),
        Family::BotLog => BotLog::from_ref(event)?.into(),
        Family::BotTranscription => BotTranscription::from_ref(event)?.into(),
        Family::SdkUpload => SdkUploadEvent::from_ref(event, entry)?.into(),
        Family::RealtimeEndpoint => RealtimeEndpointEvent::from_ref(event, entry)?.into(),
        Family::Calendar => CalendarEvent::from_ref(event)?.into(),
        Family::SlackTeam => SlackTeamEvent::from_ref(event, entry)?.into(),
        Family::SlackHuddle => return None,
        Family::ParticipantAction | Family::TranscriptStream | Family::MediaStream => {
            RealtimeEvent::from_ref(event)?.into()
        }
    })
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("event", &self.name)?;
        if let Some(data) = &self.data {
            map.serialize_entry("data", data)?;
        }
        self.extra.write(&mut map)?;
        map.end()
    }
}

/// Through `serde_json` only: the text is needed as it stands.
impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(body.get().as_bytes()).map_err(de::Error::custom)
    }
}

impl Serialize for EventData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Artifact(event) => event.serialize(serializer),
            Self::Bot(event) => event.serialize(serializer),
            Self::BotStatusChange(event) => event.serialize(serializer),
            Self::BotLog(event) => event.serialize(serializer),
            Self::BotTranscription(event) => event.serialize(serializer),
            Self::SdkUpload(event) => event.serialize(serializer),
            Self::RealtimeEndpoint(event) => event.serialize(serializer),
            Self::Calendar(event) => event.serialize(serializer),
            Self::SlackTeam(event) => event.serialize(serializer),
            Self::Realtime(event) => event.serialize(serializer),
            Self::Opaque(json) => json.serialize(serializer),
        }
    }
}
