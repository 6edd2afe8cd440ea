//! The configuration: one file, over which variables of the environment and arguments are laid.

mod check;
mod check_files;
mod check_subscription;
mod endpoint;
mod error;
mod example;
mod example_outputs;
mod file;
mod keys;
mod layers;
mod loaded;
mod page;
mod reading;
mod sections;
mod show;
mod source;
mod sources;
mod subscription;
mod tree;
mod words;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use endpoint::{Auth, Class, Endpoint, SecretPlace};
pub use error::{ConfigError, Problem};
pub use example::example;
pub use keys::{Key, keys, outputs, schema, table};
pub use layers::ENDPOINT;
pub use loaded::Loaded;
pub use page::page;
pub use sections::{
    Admin, InboxFile, Limits, Listen, Log, LogFormat, Otlp, Retention, Shutdown, Telemetry,
};
pub use show::Shown;
pub use source::Source;
pub use sources::{DEFAULT_FILE, Sources};
pub use subscription::{Retry, Subscription};
pub use words::{Keep, Word};

pub(crate) use check::SOON;
pub(crate) use keys::AT_START;
pub(crate) use loaded::{files_of, secret_files_of};

/// The configuration of the service.
///
/// It holds no secret, only the places where secrets are found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "recallai-webhook.toml")]
#[non_exhaustive]
pub struct Config {
    /// Where deliveries are received.
    pub listen: Listen,
    /// The admin listener: API, live stream, dashboard, metrics.
    pub admin: Admin,
    /// Where messages are kept.
    pub inbox: InboxFile,
    /// What requests and connections may cost.
    pub limits: Limits,
    /// How long messages are kept.
    pub retention: Retention,
    /// What is logged, to standard error.
    pub log: Log,
    /// What is told to other systems of what happens here.
    pub telemetry: Telemetry,
    /// How the service ends when it is told to.
    pub shutdown: Shutdown,
    /// Endpoints by name: who may deliver where. Without any there is one, named `recall`.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// Subscriptions by name: what is passed on, and to whom.
    pub subscriptions: BTreeMap<String, Subscription>,
}
