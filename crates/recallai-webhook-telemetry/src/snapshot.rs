//! Snapshots: what was counted, for a page that a person looks at.

use std::collections::BTreeMap;
use std::time::SystemTime;

use recallai_webhook_dispatch::event::rfc3339_millis;
use serde::{Serialize, Serializer};

/// What was counted since the process began, and what happened lately. As JSON, times are RFC 3339 in UTC
/// with milliseconds, durations are seconds, and what is not known is `null`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Snapshot {
    /// Since when it was counted.
    #[serde(serialize_with = "rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub since: SystemTime,
    /// Endpoints, by name.
    pub endpoints: Vec<EndpointSeen>,
    /// How long acknowledgements took, over all endpoints.
    pub ack_latency: Latency,
    /// Commits of the inbox.
    pub commits: Commits,
    /// The last sixty minutes, the oldest first, the present one last.
    pub minutes: Vec<Minute>,
    /// The last 50 refusals, the newest first.
    pub refusals: Vec<RefusalSeen>,
    /// Up to 100 names of verified events that are not in the catalogue, the one seen last first.
    pub unknown_names: Vec<UnknownName>,
    /// Attempts at jobs, by the name of the subscription.
    pub jobs: Vec<JobsSeen>,
}

/// The deliveries of an endpoint.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct EndpointSeen {
    /// The name.
    pub endpoint: Box<str>,
    /// How many deliveries came to which result, by its name: `stored`, `duplicate`, the reason of a refusal.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, u64>))]
    pub results: BTreeMap<&'static str, u64>,
    /// When the last verified delivery was received: by this process, or else before it began, as far as the
    /// inbox tells.
    #[serde(serialize_with = "rfc3339_or_null")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_delivery_at: Option<SystemTime>,
    /// Its time of receipt less its signed time, which is in whole seconds.
    pub clock_skew_seconds: Option<f64>,
}

/// How long something took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Latency {
    /// How often it was measured.
    pub count: u64,
    /// The median, as far as the buckets of the histogram tell.
    pub p50_seconds: Option<f64>,
    /// What 99 of 100 are not above.
    pub p99_seconds: Option<f64>,
}

/// Commits of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Commits {
    /// How long they took.
    #[serde(flatten)]
    pub latency: Latency,
    /// How many operations were committed together on average.
    pub mean_batch: Option<f64>,
}

/// The deliveries of a minute.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Minute {
    /// When it began.
    #[serde(serialize_with = "rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: SystemTime,
    /// Deliveries that were acknowledged and are no repetition.
    pub accepted: u64,
    /// Deliveries of messages that were stored before.
    pub duplicates: u64,
    /// Deliveries that were not let in.
    pub refused: u64,
    /// Deliveries that the sender was asked to send again: they could not be stored, or a handler failed.
    pub not_stored: u64,
}

/// A delivery that was not let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct RefusalSeen {
    /// When.
    #[serde(serialize_with = "rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: SystemTime,
    /// Where.
    pub endpoint: Box<str>,
    /// Why, in a word: the name of the refusal, as in the results of the endpoint.
    pub reason: &'static str,
    /// What an operator may do about it. Made for some refusals only, so that a flood costs little.
    pub diagnosis: Option<Box<str>>,
}

/// The name of verified events that is not in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct UnknownName {
    /// The name as the sender wrote it, of which 120 bytes are kept.
    pub name: Box<str>,
    /// How many deliveries had it.
    pub count: u64,
    /// When the last one came.
    #[serde(serialize_with = "rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub last_at: SystemTime,
}

/// Attempts at the jobs of a subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct JobsSeen {
    /// The subscription.
    pub subscription: Box<str>,
    /// Attempts that succeeded.
    pub done: u64,
    /// Attempts that failed and are made again.
    pub retried: u64,
    /// Attempts that failed for good.
    pub dead: u64,
    /// Attempts that were given back at a shutdown.
    pub released: u64,
    /// Attempts whose lease passed to somebody else, or whose job was erased or removed.
    pub lost: u64,
    /// Attempts whose end could not be stored.
    pub not_settled: u64,
}

impl Minute {
    pub(crate) fn at(at: SystemTime) -> Self {
        Self { at, accepted: 0, duplicates: 0, refused: 0, not_stored: 0 }
    }
}

impl RefusalSeen {
    pub(crate) fn new(
        at: SystemTime,
        endpoint: &str,
        reason: &'static str,
        diagnosis: Option<&str>,
    ) -> Self {
        Self { at, endpoint: endpoint.into(), reason, diagnosis: diagnosis.map(Into::into) }
    }
}

impl UnknownName {
    pub(crate) fn new(name: &str, count: u64, last_at: SystemTime) -> Self {
        Self { name: name.into(), count, last_at }
    }
}

fn rfc3339<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339_millis(*time))
}

fn rfc3339_or_null<S: Serializer>(
    time: &Option<SystemTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => rfc3339(time, serializer),
        None => serializer.serialize_none(),
    }
}
