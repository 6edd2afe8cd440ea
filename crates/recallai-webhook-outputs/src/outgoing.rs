//! What an output sends.

use std::fmt;

use bytes::Bytes;
use recallai_webhook_dispatch::event::rfc3339_millis;
use recallai_webhook_dispatch::recording::{Need, Subject};
use recallai_webhook_dispatch::{Context, JobContext, Message, Turned};

use crate::turn_document::TurnDocument;

/// The longest value of an attribute, in bytes. Longer ones do not fit into headers and variables; they are
/// the vendor's ids and names, which stand in the body too.
const MAX_VALUE: usize = 1024;

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
    /// Of the job that it is sent for.
    context: Option<JobContext>,
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
    /// Every attribute, in order.
    pub const ALL: [Self; 12] = [
        Self::Subscription,
        Self::Scope,
        Self::Endpoint,
        Self::MessageId,
        Self::Event,
        Self::ReceivedAt,
        Self::Attempt,
        Self::IdempotencyKey,
        Self::SubjectKind,
        Self::SubjectId,
        Self::Turn,
        Self::Traceparent,
    ];

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
            context: None,
        }
    }

    /// A message: its body as it was received, byte for byte.
    pub fn message(message: &Message, context: &Context) -> Self {
        let outgoing = Self::json(context.idempotency_key(), context.body().clone());
        let mut outgoing = outgoing.of_job(context);
        let known = [
            (Attribute::Endpoint, Some(context.endpoint())),
            (Attribute::MessageId, context.message_id()),
            (Attribute::Event, message.event_name()),
            (Attribute::ReceivedAt, Some(&*rfc3339_millis(context.received_at()))),
        ];
        for (attribute, value) in known {
            if let Some(value) = value {
                outgoing = outgoing.with_attribute(attribute, value);
            }
        }
        outgoing
    }

    /// A turn of a need, as a JSON document:
    ///
    /// ```json
    /// {
    ///   "scope": "recall", "recording": "03d0", "need": ["transcript"], "turn": "ready",
    ///   "readiness": {
    ///     "state": "ready", "text": "ready: transcript 7d73 since 2024-12-04T23:25:56Z",
    ///     "available": [{"recording": "03d0", "kind": "transcript", "id": "7d73", "since": "2024-12-04T23:25:56Z"}],
    ///     "missing": [{"recording": "03d0", "kind": "transcript", "code": null, "since": null, "hint": "never_reported"}],
    ///     "failed": [{"recording": "03d0", "kind": "transcript", "id": "7d73", "code": "failed", "sub_code": null,
    ///                 "meaning": null, "since": "2024-12-04T23:25:56Z"}],
    ///     "gone": []
    ///   }
    /// }
    /// ```
    ///
    /// All four lists are there; the one of the state has entries (of `missing` with state `pending`). The
    /// state is the one at the time of the attempt, which may be further on than the turn.
    pub fn turn(turned: &Turned, need: &Need, context: &JobContext) -> Self {
        let document = TurnDocument::new(turned, need, context.scope());
        let outgoing = Self::json(context.idempotency_key(), document.to_json());
        outgoing.of_job(context).with_attribute(Attribute::Turn, turned.turn.as_str())
    }

    /// The same about something: what has the same `scope/kind/id` keeps its order where the receiver has
    /// parts that are ordered in themselves.
    #[must_use]
    pub fn with_subject(mut self, scope: &str, subject: &Subject) -> Self {
        self.subject = format!("{scope}/{}/{}", subject.kind, subject.id).into();
        self.with_attribute(Attribute::SubjectKind, subject.kind.as_str())
            .with_attribute(Attribute::SubjectId, &*subject.id)
    }

    /// The same with an attribute, in place of what it was. Values of more than 1,024 bytes and empty ones
    /// are left out.
    #[must_use]
    pub fn with_attribute(mut self, attribute: Attribute, value: impl Into<Box<str>>) -> Self {
        let value = value.into();
        self.attributes.retain(|(known, _)| *known != attribute);
        if (1..=MAX_VALUE).contains(&value.len()) {
            let place = self.attributes.partition_point(|(known, _)| *known < attribute);
            self.attributes.insert(place, (attribute, value));
        }
        self
    }

    /// Completes when the worker that sends it begins to stop. Whoever only waits for the receiver then ends with
    /// [`OutputError::Stopping`](crate::OutputError::Stopping), so that the job is given back.
    pub async fn stopping(&self) {
        match &self.context {
            Some(context) => context.stopping().await,
            None => std::future::pending().await,
        }
    }

    /// The value of an attribute.
    pub fn attribute(&self, attribute: Attribute) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == attribute).map(|(_, value)| &**value)
    }
}

impl Outgoing {
    /// The same with what there is to say of every job.
    fn of_job<D>(self, context: &Context<D>) -> Self {
        let key = self.idempotency_key.clone();
        let outgoing = Self { context: Some(context.job_context()), ..self };
        let outgoing = outgoing
            .with_attribute(Attribute::Subscription, context.subscription().unwrap_or_default())
            .with_attribute(Attribute::Scope, context.scope())
            .with_attribute(Attribute::Attempt, context.attempt().to_string())
            .with_attribute(Attribute::IdempotencyKey, key)
            .with_attribute(Attribute::Traceparent, context.traceparent());
        match context.subject() {
            Some(subject) => outgoing.with_subject(context.scope(), subject),
            None => outgoing,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_one_place_each() {
        let mut sorted = Attribute::ALL;
        sorted.sort();
        assert_eq!(sorted, Attribute::ALL);
        let outgoing = Outgoing::json("k", "{}")
            .with_attribute(Attribute::Turn, "ready")
            .with_subject("s", &Subject::recording("r"))
            .with_attribute(Attribute::Scope, "s")
            .with_attribute(Attribute::Scope, "t")
            .with_attribute(Attribute::Event, "")
            .with_attribute(Attribute::Endpoint, "x".repeat(MAX_VALUE + 1));
        let shown: Vec<_> = outgoing.attributes.iter().map(|(a, v)| (a.name(), &**v)).collect();
        let expected =
            [("scope", "t"), ("subject-kind", "recording"), ("subject-id", "r"), ("turn", "ready")];
        assert_eq!(shown, expected);
        assert_eq!(&*outgoing.subject, "s/recording/r");
    }

    #[test]
    fn the_body_is_not_shown() {
        let shown = format!("{:?}", Outgoing::json("k", r#"{"a":"hunter2"}"#));
        assert!(!shown.contains("hunter2") && shown.contains("body_len: 15"), "{shown}");
    }
}
