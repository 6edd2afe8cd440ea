//! The sections that there is one of.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use recallai_webhook_dispatch::DEFAULT_TIME_LIMIT;
use recallai_webhook_outputs::{Credential, Period, Size};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Keep;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Where deliveries are received.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Listen {
    /// The address and port. Put a proxy that ends TLS in front before opening it to the outside.
    #[schemars(with = "String")]
    pub address: SocketAddr,
}

impl Default for Listen {
    fn default() -> Self {
        Self { address: SocketAddr::new(LOOPBACK, 8080) }
    }
}

/// The admin listener: API, live stream, dashboard, metrics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Admin {
    /// Whether there is an admin listener.
    pub enabled: bool,
    /// The address and port. Anything but loopback needs a token. If the default port is taken, the
    /// service goes on without an admin listener.
    #[schemars(with = "String")]
    pub address: SocketAddr,
    /// Where the bearer token is: `{ file = "…" }` or `{ env = "…" }`. Without one, whoever can
    /// connect may read and change everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Credential>,
    /// Names by which the listener may be called where there is no token, beside addresses and
    /// `localhost`.
    pub hosts: Vec<String>,
    /// How old the oldest unfinished job of a subscription may be before `/readyz` says no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready_lag: Option<Period>,
}

impl Default for Admin {
    fn default() -> Self {
        Self {
            enabled: true,
            address: SocketAddr::new(LOOPBACK, 8081),
            token: None,
            hosts: Vec::new(),
            ready_lag: None,
        }
    }
}

/// Where messages are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct InboxFile {
    /// The file, made if there is none; its folder has to exist.
    pub path: PathBuf,
}

impl Default for InboxFile {
    fn default() -> Self {
        Self { path: PathBuf::from("recallai-webhook.db") }
    }
}

/// What requests and connections may cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Limits {
    /// The longest body; over it the answer is 413. The sender's own limit is about 350 kB.
    pub body_len: Size,
    /// How long a body may take to arrive; over it the answer is 408. The sender gives up at 15 s.
    pub body_time: Period,
    /// How long the head of a request may take, and how long an idle connection is kept.
    pub head_time: Period,
    /// The longest head of a request; over it the answer is 431.
    pub head_len: Size,
    /// The most header lines; over it the answer is 431.
    pub header_lines: usize,
    /// How many connections are open at once. For one more, the one is closed that has waited longest for a
    /// request or its body.
    pub connections: usize,
    /// How long storing a message may take before the answer is 503. Above 15 s the sender has hung up.
    pub acknowledgement_time: Period,
}

impl Default for Limits {
    fn default() -> Self {
        let limits = recallai_webhook_hyper::Limits::default();
        Self {
            body_len: size(limits.body_len),
            body_time: limits.body_time.into(),
            head_time: limits.head_time.into(),
            head_len: size(limits.head_len),
            header_lines: limits.header_lines,
            connections: limits.connections,
            acknowledgement_time: DEFAULT_TIME_LIMIT.into(),
        }
    }
}

fn size(bytes: usize) -> Size {
    Size::from_bytes(bytes as u64)
}

/// How long messages are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Retention {
    /// How long a message is kept after its last delivery: `forever`, or a time such as `90d`. A message
    /// with a job that is not over is kept longer, and none is removed within 35 hours.
    pub messages: Keep,
    /// The same for messages of endpoints of the class `realtime`; without it, as `messages`. An endpoint that
    /// is not configured any more counts as one of the class `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub realtime: Option<Keep>,
    /// How long a message is kept that only parked subscriptions still need: `forever`, or a time, never shorter than
    /// the message is kept anyway. After that it goes, with their jobs and dead letters, but not before the service
    /// has seen them parked for a day. A subscription is parked once the configuration no longer names it.
    pub parked: Keep,
    /// Whether a recording is erased once `recording.deleted` was received and handled: its state, its
    /// messages and their bodies.
    pub erase_deleted: bool,
    /// How long after `recording.deleted` a recording is erased: what comes about it until then is handled, what
    /// comes later is not stored.
    pub erase_after: Period,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            messages: Keep::default(),
            realtime: None,
            parked: Keep::default(),
            erase_deleted: false,
            // Most of what the sender has to send again has come by then.
            erase_after: Period::from_secs(86_400),
        }
    }
}

/// What is logged, to standard error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Log {
    /// `text` for people, `json` for programs.
    pub format: LogFormat,
    /// A level, or levels by target such as `info,hyper=debug`. The clients of brokers, `async_nats`, `lapin` and
    /// `rskafka`, are silent unless they are named: outputs tell of connections themselves.
    pub filter: String,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::default(), filter: "info".to_owned() }
    }
}

/// What is told to other systems of what happens here. `/metrics` is on the admin listener.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Telemetry {
    /// Traces, sent to a collector by OTLP over HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otlp: Option<Otlp>,
}

/// Traces, sent to a collector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Otlp {
    /// The URL of the collector, such as `http://127.0.0.1:4318`; `/v1/traces` is added.
    pub endpoint: String,
    /// Which part of the messages is traced, from 0 to 1.
    #[serde(default = "all")]
    pub ratio: f64,
    /// Headers for the collector, each with the place of its value: `{ file = "…" }` or `{ env = "…" }`.
    #[serde(default)]
    pub headers: std::collections::BTreeMap<String, Credential>,
}

const fn all() -> f64 {
    1.0
}

/// How the service ends when it is told to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Shutdown {
    /// How long requests may take to finish; what is left then is dropped.
    pub requests: Period,
    /// How long jobs may take to finish, after that; what is left then is cancelled and given back.
    pub jobs: Period,
}

impl Default for Shutdown {
    fn default() -> Self {
        let requests = recallai_webhook_hyper::Limits::default().shutdown_time;
        Self { requests: requests.into(), jobs: Duration::from_secs(15).into() }
    }
}
