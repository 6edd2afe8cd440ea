//! Options of AMQP.

use serde::{Deserialize, Serialize};

use crate::broker::TlsOptions;
use crate::{Credential, Period};

/// How to publish to RabbitMQ.
///
/// ```
/// use recallai_webhook_outputs::{Amqp, AmqpOptions, Credential};
///
/// let options = AmqpOptions::new("rabbitmq.internal:5672", "recall", "{event}");
/// let amqp = Amqp::new(options)?;
/// # Ok::<(), recallai_webhook_outputs::OutputError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AmqpOptions {
    /// The server, `host` or `host:port`; the port is 5672 if left out, and 5671 with TLS.
    pub server: String,
    /// The virtual host. The default is `/`.
    #[serde(default = "AmqpOptions::default_vhost")]
    pub vhost: String,
    /// The exchange. Empty, as by default, it is the broker's default exchange, where the routing key is the
    /// name of a queue.
    #[serde(default)]
    pub exchange: String,
    /// The routing key, in which `{event}`, `{scope}`, `{subscription}` and `{subject-id}` stand for what is
    /// said of the event. Of their values, ASCII letters, digits, `-` and `_` stay, all else becomes `_`;
    /// an event name keeps its dots, so `{event}` makes `transcript.done`.
    pub routing_key: String,
    /// The user, with `password`. Without both, the broker's `guest`, which it lets in from its own machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The password of `user`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Credential>,
    /// TLS; an empty table, `tls = {}`, has it. Without it the connection is plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsOptions>,
    /// A durable queue to declare on connecting, for a setup in which nobody else does. It is bound to nothing
    /// but the default exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declare_queue: Option<String>,
    /// How long a send may take until it is confirmed, connecting included. The default is 10 s.
    #[serde(default = "AmqpOptions::default_timeout")]
    pub timeout: Period,
}

impl AmqpOptions {
    /// To an exchange of a server, as its `guest` and without TLS.
    pub fn new(
        server: impl Into<String>,
        exchange: impl Into<String>,
        routing_key: impl Into<String>,
    ) -> Self {
        Self {
            server: server.into(),
            vhost: Self::default_vhost(),
            exchange: exchange.into(),
            routing_key: routing_key.into(),
            user: None,
            password: None,
            tls: None,
            declare_queue: None,
            timeout: Self::default_timeout(),
        }
    }

    /// The same in another virtual host.
    #[must_use]
    pub fn with_vhost(mut self, vhost: impl Into<String>) -> Self {
        self.vhost = vhost.into();
        self
    }

    /// The same as this user.
    #[must_use]
    pub fn with_login(mut self, user: impl Into<String>, password: Credential) -> Self {
        self.user = Some(user.into());
        self.password = Some(password);
        self
    }

    /// The same with TLS.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsOptions) -> Self {
        self.tls = Some(tls);
        self
    }

    /// The same with a durable queue that is declared.
    #[must_use]
    pub fn with_declare_queue(mut self, queue: impl Into<String>) -> Self {
        self.declare_queue = Some(queue.into());
        self
    }

    /// The same with another limit on the time of a send.
    #[must_use]
    pub fn with_timeout(mut self, timeout: impl Into<Period>) -> Self {
        self.timeout = timeout.into();
        self
    }

    fn default_vhost() -> String {
        "/".to_owned()
    }

    fn default_timeout() -> Period {
        Period::from_secs(10)
    }
}
