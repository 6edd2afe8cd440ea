//! Messages: what is stored of what the sender sent.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;

use crate::word::words;
use crate::{Class, Reading};

/// The place of a message in the order of commits. A reader who has seen one never later sees a
/// smaller one that is new.
pub type Seq = i64;

/// A verified message to be stored.
#[derive(Clone)]
#[non_exhaustive]
pub struct NewMessage {
    /// The name of the endpoint that the delivery came to.
    pub endpoint: Arc<str>,
    /// The scope that the endpoint belongs to.
    pub scope: Arc<str>,
    /// The id of the message, the same over all its deliveries; unique within an endpoint.
    pub id: Box<str>,
    /// The signature, for endpoints whose deliveries are signed.
    pub signed: Option<Signed>,
    /// The body, byte for byte.
    pub body: Bytes,
    /// When this delivery was received.
    pub received_at: SystemTime,
    /// What the body says.
    pub reading: Reading,
}

/// What it takes, with id and body, to verify a message again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signed {
    /// The family of the three headers.
    pub family: SignatureFamily,
    /// When the sender made the delivery, in seconds since the Unix epoch.
    pub timestamp: u64,
    /// The signature that matched, such as `v1,…`.
    pub signature: Box<str>,
    /// The label of the secret that it was made with.
    pub key_label: Arc<str>,
}

/// Which headers carry a signature: what the names of all three begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever verifies again has to try each")]
pub enum SignatureFamily {
    /// `svix-id`, `svix-timestamp`, `svix-signature`.
    Svix,
    /// `webhook-id`, `webhook-timestamp`, `webhook-signature`.
    Webhook,
}

words!(SignatureFamily, "family of headers", [Svix = "svix", Webhook = "webhook"]);

impl NewMessage {
    /// A message of an endpoint that is its own scope, without a signature. What the body says was read
    /// before; [`parse`](Self::parse) reads it too.
    pub fn new(
        endpoint: impl Into<Arc<str>>,
        id: impl Into<Box<str>>,
        body: impl Into<Bytes>,
        received_at: SystemTime,
        reading: Reading,
    ) -> Self {
        let (endpoint, body) = (endpoint.into(), body.into());
        let scope = Arc::clone(&endpoint);
        Self { endpoint, scope, id: id.into(), signed: None, body, received_at, reading }
    }

    /// The same with the body read by [`Reading::of`].
    pub fn parse(
        endpoint: impl Into<Arc<str>>,
        id: impl Into<Box<str>>,
        body: impl Into<Bytes>,
        received_at: SystemTime,
    ) -> Self {
        let body = body.into();
        let reading = Reading::of(&body);
        Self::new(endpoint, id, body, received_at, reading)
    }

    /// The same in a scope that endpoints share.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<Arc<str>>) -> Self {
        self.scope = scope.into();
        self
    }

    /// The same with its signature.
    #[must_use]
    pub fn with_signature(mut self, signed: Signed) -> Self {
        self.signed = Some(signed);
        self
    }
}

impl Signed {
    /// The header family, the timestamp, the signature and the key's label.
    pub fn new(
        family: SignatureFamily,
        timestamp: u64,
        signature: impl Into<Box<str>>,
        key_label: impl Into<Arc<str>>,
    ) -> Self {
        Self { family, timestamp, signature: signature.into(), key_label: key_label.into() }
    }
}

/// What became of an append. In each case the sender may forget the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Appended {
    /// The message was not known and is stored.
    New {
        /// Its place.
        seq: Seq,
    },
    /// The message is stored already; the delivery was counted.
    Duplicate {
        /// Its place.
        seq: Seq,
        /// Whether this delivery had another body. The first is kept.
        conflict: bool,
        /// How many dead letters of the message wait again, because the sender was made to send it
        /// anew after they had died.
        revived: u32,
    },
    /// The message was pruned or erased, or is about what was erased: only its id is kept.
    Forgotten,
}

/// A message as it is stored.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredMessage {
    /// Its place in the order of commits.
    pub seq: Seq,
    /// The name of the endpoint.
    pub endpoint: Arc<str>,
    /// The scope of the endpoint.
    pub scope: Arc<str>,
    /// The id.
    pub id: Box<str>,
    /// The signature of the first delivery.
    pub signed: Option<Signed>,
    /// The body of the first delivery; `None` where it was not asked for.
    pub body: Option<Bytes>,
    /// When the first delivery was received.
    pub received_at: SystemTime,
    /// When the last delivery was received.
    pub last_received_at: SystemTime,
    /// How many deliveries there were.
    pub deliveries: u32,
    /// How many of them had another body than the first.
    pub conflicts: u32,
    /// How much of it could be read.
    pub class: Class,
    /// The event name, if it was readable.
    pub event_name: Option<Box<str>>,
    /// Why it is unreadable.
    pub error: Option<Box<str>>,
}

impl StoredMessage {
    /// A message of an endpoint that is its own scope, delivered once, of which nothing else is known.
    pub fn new(
        seq: Seq,
        endpoint: impl Into<Arc<str>>,
        id: impl Into<Box<str>>,
        received_at: SystemTime,
    ) -> Self {
        let endpoint = endpoint.into();
        Self {
            seq,
            scope: Arc::clone(&endpoint),
            endpoint,
            id: id.into(),
            signed: None,
            body: None,
            received_at,
            last_received_at: received_at,
            deliveries: 1,
            conflicts: 0,
            class: Class::Unreadable,
            event_name: None,
            error: None,
        }
    }

    /// A message as it is stored first.
    pub fn of(seq: Seq, new: &NewMessage) -> Self {
        let mut message =
            Self::new(seq, Arc::clone(&new.endpoint), new.id.clone(), new.received_at);
        message.scope = Arc::clone(&new.scope);
        message.signed = new.signed.clone();
        message.body = Some(new.body.clone());
        message.set_reading(&new.reading);
        message
    }

    /// Keeps what a reading says of the message itself.
    pub(crate) fn set_reading(&mut self, reading: &Reading) {
        self.class = reading.class();
        self.event_name = reading.event_name().map(Into::into);
        self.error = reading.error().map(Into::into);
    }

    /// What the body says, as far as it could be read when it was stored or last read again. Without
    /// the body, what the row says of it.
    pub fn reading(&self) -> Reading {
        match (self.class, &self.body) {
            (Class::Event, Some(body)) => Reading::of(body),
            (Class::Unreadable, _) => {
                Reading::unreadable(self.error.as_deref().unwrap_or_default())
            }
            _ => Reading::unknown(self.event_name.as_deref().unwrap_or_default()),
        }
    }
}

/// Everything but the body, of which only the length is shown: it is the user's data.
impl fmt::Debug for NewMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewMessage")
            .field("endpoint", &self.endpoint)
            .field("scope", &self.scope)
            .field("id", &self.id)
            .field("event_name", &self.reading.event_name())
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Everything but the body, of which only the length is shown: it is the user's data.
impl fmt::Debug for StoredMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredMessage")
            .field("seq", &self.seq)
            .field("endpoint", &self.endpoint)
            .field("scope", &self.scope)
            .field("id", &self.id)
            .field("class", &self.class)
            .field("event_name", &self.event_name)
            .field("deliveries", &self.deliveries)
            .field("body_len", &self.body.as_ref().map(Bytes::len))
            .finish_non_exhaustive()
    }
}
