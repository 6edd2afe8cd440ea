//! Options of Kafka.

use serde::{Deserialize, Serialize};

use crate::broker::TlsOptions;
use crate::{Credential, Period};

/// How to produce to Kafka.
///
/// ```
/// use recallai_webhook_outputs::{Kafka, KafkaOptions};
///
/// let kafka = Kafka::new(KafkaOptions::new(["kafka.internal:9092"], "recall"))?;
/// # Ok::<(), recallai_webhook_outputs::OutputError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct KafkaOptions {
    /// Servers to ask for the cluster, each `host` or `host:port`; the port is 9092 if left out.
    pub servers: Vec<String>,
    /// The topic, in which `{event}`, `{scope}`, `{subscription}` and `{subject-id}` stand for what is said
    /// of the event. Of their values, ASCII letters, digits, `-` and `_` stay, all else becomes `_`; an
    /// event name keeps its dots.
    pub topic: String,
    /// The user, with `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The password of `user`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Credential>,
    /// How user and password are shown to the server. The default is `plain`, which wants TLS.
    #[serde(default)]
    pub mechanism: KafkaMechanism,
    /// TLS; an empty table, `tls = {}`, has it. Without it the connections are plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsOptions>,
    /// How records are compressed. The default is `none`.
    #[serde(default)]
    pub compression: KafkaCompression,
    /// How long a send may take until it is acknowledged, connecting included. The default is 10 s.
    #[serde(default = "KafkaOptions::default_timeout")]
    pub timeout: Period,
}

/// How user and password are shown to the server, by SASL.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum KafkaMechanism {
    /// As they are.
    #[default]
    Plain,
    /// By a proof, with SHA-256.
    #[serde(rename = "scram-sha-256")]
    ScramSha256,
    /// By a proof, with SHA-512.
    #[serde(rename = "scram-sha-512")]
    ScramSha512,
}

/// How records are compressed, each by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum KafkaCompression {
    /// Not at all.
    #[default]
    None,
    /// With gzip.
    Gzip,
    /// With Snappy.
    Snappy,
}

impl KafkaOptions {
    /// To a topic of a cluster, without a password and TLS.
    pub fn new(
        servers: impl IntoIterator<Item = impl Into<String>>,
        topic: impl Into<String>,
    ) -> Self {
        Self {
            servers: servers.into_iter().map(Into::into).collect(),
            topic: topic.into(),
            user: None,
            password: None,
            mechanism: KafkaMechanism::default(),
            tls: None,
            compression: KafkaCompression::default(),
            timeout: Self::default_timeout(),
        }
    }

    /// The same as this user.
    #[must_use]
    pub fn with_login(
        mut self,
        user: impl Into<String>,
        password: Credential,
        mechanism: KafkaMechanism,
    ) -> Self {
        self.user = Some(user.into());
        self.password = Some(password);
        self.mechanism = mechanism;
        self
    }

    /// The same with TLS.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsOptions) -> Self {
        self.tls = Some(tls);
        self
    }

    /// The same with records compressed.
    #[must_use]
    pub fn with_compression(mut self, compression: KafkaCompression) -> Self {
        self.compression = compression;
        self
    }

    /// The same with another limit on the time of a send.
    #[must_use]
    pub fn with_timeout(mut self, timeout: impl Into<Period>) -> Self {
        self.timeout = timeout.into();
        self
    }

    fn default_timeout() -> Period {
        Period::from_secs(10)
    }
}
