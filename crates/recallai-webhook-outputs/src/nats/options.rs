//! Options of NATS.

use serde::{Deserialize, Serialize};

use crate::broker::TlsOptions;
use crate::{Credential, Period};

/// How to publish to NATS JetStream.
///
/// ```
/// use recallai_webhook_outputs::{Credential, Nats, NatsOptions};
///
/// let options = NatsOptions::new(["nats.internal:4222"], "recall.{event}").with_stream("RECALL");
/// let nats = Nats::new(options)?;
/// # Ok::<(), recallai_webhook_outputs::OutputError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NatsOptions {
    /// Servers of one cluster, each `host` or `host:port`; the port is 4222 if left out.
    pub servers: Vec<String>,
    /// The subject, in which `{event}`, `{scope}`, `{subscription}` and `{subject-id}` stand for what is
    /// said of the event. Of their values, ASCII letters, digits, `-` and `_` stay, all else becomes `_`;
    /// an event name keeps its dots, so `recall.{event}` makes `recall.transcript.done`.
    pub subject: String,
    /// The stream that has to take it. If left out, whichever takes the subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// The user, with `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The password of `user`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Credential>,
    /// A token, instead of user and password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Credential>,
    /// TLS; an empty table, `tls = {}`, has it. Without it the connection is plain, unless the server asks for TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsOptions>,
    /// How long a send may take until it is acknowledged, connecting included. The default is 10 s.
    #[serde(default = "NatsOptions::default_timeout")]
    pub timeout: Period,
}

impl NatsOptions {
    /// To a subject by these servers, without a password and TLS.
    pub fn new(
        servers: impl IntoIterator<Item = impl Into<String>>,
        subject: impl Into<String>,
    ) -> Self {
        Self {
            servers: servers.into_iter().map(Into::into).collect(),
            subject: subject.into(),
            stream: None,
            user: None,
            password: None,
            token: None,
            tls: None,
            timeout: Self::default_timeout(),
        }
    }

    /// The same, if this stream takes it.
    #[must_use]
    pub fn with_stream(mut self, stream: impl Into<String>) -> Self {
        self.stream = Some(stream.into());
        self
    }

    /// The same as this user.
    #[must_use]
    pub fn with_login(mut self, user: impl Into<String>, password: Credential) -> Self {
        self.user = Some(user.into());
        self.password = Some(password);
        self
    }

    /// The same with a token.
    #[must_use]
    pub fn with_token(mut self, token: Credential) -> Self {
        self.token = Some(token);
        self
    }

    /// The same with TLS.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsOptions) -> Self {
        self.tls = Some(tls);
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
