//! What happened, as the sender keeps it.

use std::sync::Arc;
use std::time::Duration;

/// A message: what happened, under an id that stays the same over all attempts to deliver it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// `msg_` and the 27 letters of a KSUID whose time is the message's.
    pub id: Arc<str>,
    /// The whole event name, such as `recording.done`.
    pub event: Arc<str>,
    /// The body, byte for byte as it is sent.
    pub body: Arc<[u8]>,
    /// How it reaches its receiver.
    pub channel: Channel,
    /// When it is made, after the start of its trace.
    pub at: Duration,
}

impl Message {
    /// A message with a body of any kind.
    pub fn new(
        id: impl Into<Arc<str>>,
        event: impl Into<Arc<str>>,
        body: impl Into<Arc<[u8]>>,
        channel: Channel,
        at: Duration,
    ) -> Self {
        Self { id: id.into(), event: event.into(), body: body.into(), channel, at }
    }
}

/// How a message reaches its receiver. Each has a schedule of its own.
///
/// The event crate knows a third channel, real-time WebSockets, which no webhook comes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Channel {
    /// Webhooks of the dashboard: 8 attempts over more than a day.
    Dashboard,
    /// Webhooks of a real-time endpoint of one meeting: 60 attempts, a second apart.
    Realtime,
}

impl Channel {
    /// The channel of an event name; unknown names come as dashboard webhooks. `None` for names that
    /// come over a WebSocket only.
    pub fn of(event: &str) -> Option<Self> {
        use recallai_webhook_event::{Channel as Known, catalogue};
        match catalogue::find(event).map(|entry| entry.channel()) {
            None | Some(Known::Dashboard) => Some(Self::Dashboard),
            Some(Known::Realtime) => Some(Self::Realtime),
            Some(_) => None,
        }
    }
}
