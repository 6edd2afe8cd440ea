//! What the receiver has been doing: what telemetry has counted since it was made.

use serde::Serialize;
use utoipa::ToSchema;

use super::Time;

/// What was counted since `since`. Nothing of it is stored: it begins anew with the process.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Since when; null if nothing counts.
    since: Option<Time>,
    /// By endpoint.
    endpoints: Vec<EndpointHealth>,
    /// How long deliveries took to be answered; null while there were none.
    ack_latency: Option<Latency>,
    /// How long commits of the inbox took; null while there were none.
    commits: Option<Commits>,
    /// The last 60 minutes, the oldest first.
    minutes: Vec<Minute>,
    /// The last 50 deliveries that were refused, the newest first.
    refusals: Vec<Refused>,
    /// Event names that are not in the catalogue.
    unknown_names: Vec<UnknownName>,
    /// By subscription.
    jobs: Vec<JobHealth>,
}

/// An endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EndpointHealth {
    endpoint: String,
    /// How many deliveries came to what, by the name of the result.
    results: std::collections::BTreeMap<String, u64>,
    last_delivery_at: Option<Time>,
    /// How much later the last delivery was received than it was signed, in seconds.
    clock_skew_seconds: Option<f64>,
}

/// A distribution of times.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Latency {
    count: u64,
    /// Half of them took no longer, in seconds.
    p50_seconds: f64,
    /// Of a hundred, 99 took no longer, in seconds.
    p99_seconds: f64,
}

/// Commits of the inbox.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Commits {
    count: u64,
    /// Half of them took no longer, in seconds.
    p50_seconds: f64,
    /// Of a hundred, 99 took no longer, in seconds.
    p99_seconds: f64,
    /// How many messages a commit holds.
    mean_batch: f64,
}

/// One minute.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Minute {
    at: Time,
    /// New messages.
    accepted: u64,
    /// Deliveries of messages that were there.
    duplicates: u64,
    /// Deliveries that were refused.
    refused: u64,
    /// Deliveries that could not be stored, and were answered 503.
    not_stored: u64,
}

/// A delivery that was refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Refused {
    at: Time,
    endpoint: String,
    /// Why, in a word.
    reason: String,
    /// What an operator should look at.
    diagnosis: Option<String>,
}

/// An event name that is not in the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnknownName {
    name: String,
    count: u64,
    last_at: Time,
}

/// What came of the jobs of a subscription.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobHealth {
    subscription: String,
    done: u64,
    retried: u64,
    dead: u64,
    /// Given back at a shutdown.
    released: u64,
    /// Lost to another worker.
    lost: u64,
}
