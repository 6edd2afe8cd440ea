//! Options of Redis.

use serde::{Deserialize, Serialize};

use crate::broker::TlsOptions;
use crate::{Credential, Period};

/// How to append to a stream of Redis.
///
/// ```
/// use recallai_webhook_outputs::{Redis, RedisOptions};
///
/// let redis = Redis::new(RedisOptions::new("redis.internal:6379", "recall").with_maxlen(100_000))?;
/// # Ok::<(), recallai_webhook_outputs::OutputError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RedisOptions {
    /// The server, `host` or `host:port`; the port is 6379 if left out.
    pub server: String,
    /// The name of the stream, in which `{event}`, `{scope}`, `{subscription}` and `{subject-id}` stand for
    /// what is said of the event. Of their values, ASCII letters, digits, `-` and `_` stay, all else
    /// becomes `_`; an event name keeps its dots.
    pub stream: String,
    /// The number of the database. The default is 0.
    #[serde(default)]
    pub database: u32,
    /// The user; the server's default user if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Credential>,
    /// TLS; an empty table, `tls = {}`, has it. Without it the connection is plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsOptions>,
    /// About how many entries the stream keeps: the oldest are dropped, read or not. If left out, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maxlen: Option<u64>,
    /// Whether a stream that is not there is made. The default is true; if false, it is an error.
    #[serde(default = "RedisOptions::default_create")]
    pub create: bool,
    /// Replicas that must have an entry before it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<RedisWait>,
    /// How long a send may take until it is acknowledged, connecting included. The default is 10 s.
    #[serde(default = "RedisOptions::default_timeout")]
    pub timeout: Period,
}

/// Waits for replicas with `WAIT`. While it waits, the sends behind it wait too. Fewer replicas in time are
/// an error, and the entry, which is in the stream by then, is appended once more with the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RedisWait {
    /// How many replicas must have it.
    pub replicas: u32,
    /// How long to wait for them, less than the timeout of a send. The default is 2 s.
    #[serde(default = "RedisWait::default_timeout")]
    pub timeout: Period,
}

impl RedisOptions {
    /// To a stream of a server, without a password and TLS.
    pub fn new(server: impl Into<String>, stream: impl Into<String>) -> Self {
        Self {
            server: server.into(),
            stream: stream.into(),
            database: 0,
            user: None,
            password: None,
            tls: None,
            maxlen: None,
            create: Self::default_create(),
            wait: None,
            timeout: Self::default_timeout(),
        }
    }

    /// The same in another database.
    #[must_use]
    pub fn with_database(mut self, database: u32) -> Self {
        self.database = database;
        self
    }

    /// The same with a password, of the server's default user.
    #[must_use]
    pub fn with_password(mut self, password: Credential) -> Self {
        self.password = Some(password);
        self
    }

    /// The same as this user.
    #[must_use]
    pub fn with_login(mut self, user: impl Into<String>, password: Credential) -> Self {
        self.user = Some(user.into());
        self.with_password(password)
    }

    /// The same with TLS.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsOptions) -> Self {
        self.tls = Some(tls);
        self
    }

    /// The same with about so many entries kept.
    #[must_use]
    pub fn with_maxlen(mut self, entries: u64) -> Self {
        self.maxlen = Some(entries);
        self
    }

    /// The same, but a stream that is not there is an error.
    #[must_use]
    pub fn without_create(mut self) -> Self {
        self.create = false;
        self
    }

    /// The same, waiting for replicas.
    #[must_use]
    pub fn with_wait(mut self, wait: RedisWait) -> Self {
        self.wait = Some(wait);
        self
    }

    /// The same with another limit on the time of a send.
    #[must_use]
    pub fn with_timeout(mut self, timeout: impl Into<Period>) -> Self {
        self.timeout = timeout.into();
        self
    }

    fn default_create() -> bool {
        true
    }

    fn default_timeout() -> Period {
        Period::from_secs(10)
    }
}

impl RedisWait {
    /// For so many replicas, up to 2 s.
    pub fn new(replicas: u32) -> Self {
        Self { replicas, timeout: Self::default_timeout() }
    }

    /// The same with another limit on the time.
    #[must_use]
    pub fn with_timeout(mut self, timeout: impl Into<Period>) -> Self {
        self.timeout = timeout.into();
        self
    }

    fn default_timeout() -> Period {
        Period::from_secs(2)
    }
}
