//! Messages: what a body turned out to be, for handlers that take more than one sort.

use std::fmt;
use std::sync::Arc;

use recallai_webhook_event::{Event, ParseError};

/// A verified message whose body is no readable event. The raw body is in the
/// [`Context`](crate::Context).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unreadable {
    /// What is wrong with the body.
    pub error: ParseError,
}

impl Unreadable {
    pub(crate) fn new(error: ParseError) -> Self {
        Self { error }
    }
}

/// A verified message, whatever its body turned out to be.
#[derive(Clone)]
#[non_exhaustive]
pub enum Message {
    /// An event of the catalogue.
    Event(Arc<Event>),
    /// An event whose name is not in the catalogue.
    Unknown(Arc<Event>),
    /// A body that is no readable event.
    Unreadable(Unreadable),
}

impl Message {
    /// Reads a body.
    pub(crate) fn read(body: &[u8]) -> Self {
        match Event::parse(body) {
            Ok(event) if event.entry().is_some() => Self::Event(Arc::new(event)),
            Ok(event) => Self::Unknown(Arc::new(event)),
            Err(error) => Self::Unreadable(Unreadable::new(error)),
        }
    }

    /// The event, if the body was readable.
    pub fn event(&self) -> Option<&Arc<Event>> {
        match self {
            Self::Event(event) | Self::Unknown(event) => Some(event),
            Self::Unreadable(_) => None,
        }
    }

    /// The event name, if the body was readable.
    pub fn event_name(&self) -> Option<&str> {
        self.event().map(|event| event.name().as_str())
    }
}

/// The name only: the rest is the user's data.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(event) => f.debug_tuple("Event").field(&event.name().as_str()).finish(),
            Self::Unknown(event) => f.debug_tuple("Unknown").field(&event.name().as_str()).finish(),
            Self::Unreadable(unreadable) => f.debug_tuple("Unreadable").field(unreadable).finish(),
        }
    }
}
