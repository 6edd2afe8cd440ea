//! Readings: what a body says, as far as this version can read it.

use recallai_webhook_event::{EventName, EventRef};
use recallai_webhook_recording::Facts;

use crate::word::words;

/// How much of a message could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Class {
    /// An event of the catalogue.
    Event,
    /// An event whose name is not in the catalogue.
    Unknown,
    /// A body that is no readable event.
    Unreadable,
}

words!(Class, "class", [Event = "event", Unknown = "unknown", Unreadable = "unreadable"]);

/// What a body says. A newer version may read more of the same body: see
/// [`Inbox::reparse`](crate::Inbox::reparse).
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    class: Class,
    name: Option<EventName>,
    error: Option<Box<str>>,
    facts: Facts,
}

impl Reading {
    /// Reads a body with the catalogue of this version. Always succeeds: what cannot be read is a
    /// reading too.
    pub fn of(body: &[u8]) -> Self {
        match EventRef::parse(body) {
            Ok(event) => Self::of_event(&event),
            Err(error) => Self::unreadable(&error.to_string()),
        }
    }

    /// What an event says.
    pub fn of_event(event: &EventRef<'_>) -> Self {
        match event.entry() {
            Some(_) => Self {
                class: Class::Event,
                name: Some(EventName::new(event.name())),
                error: None,
                facts: Facts::of(event),
            },
            None => Self::unknown(event.name()),
        }
    }

    /// An event that is not in the catalogue.
    pub fn unknown(name: &str) -> Self {
        let name = Some(EventName::new(name));
        Self { class: Class::Unknown, name, error: None, facts: Facts::default() }
    }

    /// A body that is no readable event, and why: a text without any value of the body.
    pub fn unreadable(error: &str) -> Self {
        let error = Some(error.into());
        Self { class: Class::Unreadable, name: None, error, facts: Facts::default() }
    }

    /// How much could be read.
    pub fn class(&self) -> Class {
        self.class
    }

    /// The event name, if the body was readable.
    pub fn event_name(&self) -> Option<&str> {
        self.name.as_ref().map(EventName::as_str)
    }

    /// Why the body is unreadable.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// What the event tells about recordings, bots and uploads.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}

/// What reads bodies: [`Reading::of`], or another version of it.
pub type Reader = dyn Fn(&[u8]) -> Reading + Send + Sync;
