//! Messages.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use recallai_webhook_dispatch::inbox::{Class, Signed, StoredMessage};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::word::{ClassWord, FamilyWord};
use super::{JobDetail, SubjectRef, Time};

/// A message at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageSummary {
    /// Its number: its place in the order in which messages were stored.
    pub(crate) seq: i64,
    /// The endpoint that it came to.
    endpoint: String,
    /// The workspace that the endpoint belongs to.
    scope: String,
    /// Its id, the same over all its deliveries.
    id: String,
    /// The event name; null if the body could not be read.
    name: Option<String>,
    class: ClassWord,
    /// When the first delivery was received.
    received_at: Time,
    /// When the last delivery was received.
    last_received_at: Time,
    /// How many deliveries there were.
    deliveries: u32,
    /// How many of them had another body than the first.
    conflicts: u32,
    /// What the event is mostly about.
    subject: Option<SubjectRef>,
    /// Why the body could not be read. It shows no value of the body.
    error: Option<String>,
    /// The length of the body in bytes.
    size: usize,
}

/// A message with its verification, its fields and its jobs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageDetail {
    #[serde(flatten)]
    summary: MessageSummary,
    /// How the first delivery was signed; null for an endpoint whose deliveries are not signed.
    signature: Option<Signature>,
    /// The event as it was sent; null if the body is not readable. Fields that this version does not know
    /// are there too.
    #[schema(value_type = Option<Object>)]
    event: Option<Box<RawValue>>,
    /// What was made of it, for each subscription that it was meant for.
    jobs: Vec<JobDetail>,
}

/// How a delivery was signed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Signature {
    family: FamilyWord,
    /// When the sender made the delivery, by its own clock.
    timestamp: Time,
    /// The label of the secret that it was made with.
    key_label: String,
    /// How much later it was received, in seconds, by the clock of the receiver.
    skew_seconds: f64,
}

impl MessageSummary {
    /// Of a message that was read with its body.
    pub(crate) fn of(message: &StoredMessage) -> Self {
        let reading = message.reading();
        Self {
            seq: message.seq,
            endpoint: message.endpoint.to_string(),
            scope: message.scope.to_string(),
            id: message.id.to_string(),
            name: message.event_name.as_deref().map(str::to_owned),
            class: ClassWord(message.class),
            received_at: Time(message.received_at),
            last_received_at: Time(message.last_received_at),
            deliveries: message.deliveries,
            conflicts: message.conflicts,
            subject: reading.facts().primary().map(SubjectRef::of),
            error: message.error.as_deref().map(str::to_owned),
            size: message.body.as_ref().map_or(0, |body| body.len()),
        }
    }
}

impl MessageDetail {
    /// Of a message that was read with its body.
    pub(crate) fn of(message: &StoredMessage, jobs: Vec<JobDetail>) -> Self {
        let is_readable = message.class != Class::Unreadable;
        let body = message.body.as_deref().filter(|_| is_readable);
        Self {
            summary: MessageSummary::of(message),
            signature: message.signed.as_ref().map(|s| Signature::of(s, message.received_at)),
            event: body.and_then(|body| serde_json::from_slice(body).ok()),
            jobs,
        }
    }
}

impl Signature {
    fn of(signed: &Signed, received_at: SystemTime) -> Self {
        let made = UNIX_EPOCH.checked_add(Duration::from_secs(signed.timestamp));
        let made = made.unwrap_or(UNIX_EPOCH);
        let skew_seconds = match received_at.duration_since(made) {
            Ok(later) => later.as_secs_f64(),
            Err(earlier) => -earlier.duration().as_secs_f64(),
        };
        Self {
            family: FamilyWord(signed.family),
            timestamp: Time(made),
            key_label: signed.key_label.to_string(),
            skew_seconds,
        }
    }
}
