//! What an output sends.

use std::fmt;

use bytes::Bytes;

/// One thing to send: a message or a turn of a need, as a body and what there is to say about it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Outgoing {
    /// The same over all attempts at a job, and different for every job: by it a receiver can tell a
    /// repetition.
    pub idempotency_key: Box<str>,
    /// What it is about, as `scope/kind/id`: what has the same value keeps its order where the receiver
    /// has parts that are ordered in themselves. Empty if it is about nothing that can be named.
    pub subject: Box<str>,
    /// The body.
    pub body: Bytes,
    /// The media type of the body.
    pub content_type: &'static str,
    /// What there is to say about it, in the order of [`Attribute`].
    pub attributes: Vec<(Attribute, Box<str>)>,
}

/// Something that is said about what is sent: a header, a field or a variable, as the receiver has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Attribute {
    /// The name of the subscription.
    Subscription,
    /// The scope.
    Scope,
    /// The endpoint that received the message.
    Endpoint,
    /// The id of the message.
    MessageId,
    /// The event name, if the body was readable.
    Event,
    /// When the message was first received, in RFC 3339.
    ReceivedAt,
    /// Which attempt this is, from 1.
    Attempt,
    /// The idempotency key.
    IdempotencyKey,
    /// What the subject is: `recording`, `bot` or `sdk_upload`.
    SubjectKind,
    /// The id of the subject.
    SubjectId,
    /// What happened to the need: `ready`, `failed`, `gone` or `timed_out`.
    Turn,
    /// The trace, in the form of W3C Trace Context.
    Traceparent,
}

impl Attribute {
    /// Its name: lower case, words joined by `-`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subscription => "subscription",
            Self::Scope => "scope",
            Self::Endpoint => "endpoint",
            Self::MessageId => "message-id",
            Self::Event => "event",
            Self::ReceivedAt => "received-at",
            Self::Attempt => "attempt",
            Self::IdempotencyKey => "idempotency-key",
            Self::SubjectKind => "subject-kind",
            Self::SubjectId => "subject-id",
            Self::Turn => "turn",
            Self::Traceparent => "traceparent",
        }
    }
}

impl Outgoing {
    /// A JSON body under an idempotency key, of which nothing else is said.
    pub fn json(idempotency_key: impl Into<Box<str>>, body: impl Into<Bytes>) -> Self {
        Self {
            idempotency_key: idempotency_key.into(),
            subject: "".into(),
            body: body.into(),
            content_type: "application/json",
            attributes: Vec::new(),
        }
    }

    /// The value of an attribute.
    pub fn attribute(&self, attribute: Attribute) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == attribute).map(|(_, value)| &**value)
    }
}

/// Everything but the body, of which only the length is shown: it is the user's data.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("idempotency_key", &self.idempotency_key)
            .field("subject", &self.subject)
            .field("content_type", &self.content_type)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}
