//! Payloads: one type for each shape of body, built from the borrowing parse.
//!
//! Each is `#[non_exhaustive]` with public fields, made by a constructor that takes what the family
//! cannot be without and by `with_*` for every other field. Members that no field holds are in
//! `extra`.

mod artifact;
mod bot;
mod calendar;
mod endpoint;
mod legacy;
mod log;
mod realtime;
mod resource;
mod status;
mod upload;

pub use artifact::ArtifactEvent;
pub use bot::{BotEvent, SlackTeamEvent};
pub use calendar::CalendarEvent;
pub use endpoint::RealtimeEndpointEvent;
pub use legacy::{BotStatusChange, BotTranscription, LegacyStatus};
pub use log::{BotLog, Log};
pub use realtime::{
    ChatMessage, Participant, ParticipantAction, RealtimeEvent, Time, Utterance, Word,
};
pub use resource::Resource;
pub use status::{Code, Status, SubCode};
pub use upload::SdkUploadEvent;

use crate::{Event, EventData, Json};

/// A type that [`EventData`] can hold: what a typed event name promises.
///
/// Implemented by the payloads of this crate and by nothing else.
pub trait Payload: Sized + Send + Sync + 'static + sealed::Sealed {
    /// The payload of an event, if it is of this type.
    fn of(event: &Event) -> Option<&Self>;
}

mod sealed {
    pub trait Sealed {}
}

/// Names each variant of [`EventData`] as the payload of its type.
macro_rules! payloads {
    ($($variant:ident($payload:ty),)+) => {
        $(
            impl sealed::Sealed for $payload {}

            impl Payload for $payload {
                fn of(event: &Event) -> Option<&Self> {
                    match event.data() {
                        EventData::$variant(payload) => Some(payload),
                        _ => None,
                    }
                }
            }

            impl From<$payload> for EventData {
                fn from(payload: $payload) -> Self {
                    Self::$variant(payload)
                }
            }
        )+
    };
}

payloads! {
    Artifact(ArtifactEvent),
    Bot(BotEvent),
    BotStatusChange(BotStatusChange),
    BotLog(BotLog),
    BotTranscription(BotTranscription),
    SdkUpload(SdkUploadEvent),
    RealtimeEndpoint(RealtimeEndpointEvent),
    Calendar(CalendarEvent),
    SlackTeam(SlackTeamEvent),
    Realtime(RealtimeEvent),
    Opaque(Json),
}
