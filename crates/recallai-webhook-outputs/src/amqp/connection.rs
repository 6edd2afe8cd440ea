//! Connections to RabbitMQ, the channel on them, and what its errors mean.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_compat::CompatExt;
use async_rs::{Runtime, Tokio};
use lapin::options::{
    BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions, QueueDeclareOptions,
};
use lapin::protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError};
use lapin::types::{FieldTable, ShortString};
use lapin::uri::{AMQPAuthority, AMQPUri, AMQPUserInfo};
use lapin::{
    AsyncTcpStream, BasicProperties, Channel, Confirmation, ConnectionProperties, Error, ErrorKind,
    ExchangeKind,
};
use zeroize::Zeroizing;

use super::AmqpOptions;
use super::runtime::Kit;
use crate::OutputError;
use crate::broker::{Address, Login, Tls, client_config};
use crate::printable::beginning;

/// How much of what a server says goes into an error.
const SAID: usize = 200;

/// Whom to connect to, and how.
pub(super) struct Server {
    address: Address,
    vhost: String,
    login: Login,
    tls: Option<Tls>,
    pub(super) timeout: Duration,
}

/// One connection.
pub(super) struct Connection(lapin::Connection);

/// A channel on which every message is confirmed.
pub(super) struct Session {
    channel: Channel,
    pub(super) connection: Arc<Connection>,
}

impl Server {
    pub(super) fn new(options: &AmqpOptions) -> Result<Self, OutputError> {
        let login = Login::read(options.user.as_deref(), options.password.as_ref())?;
        // The user that a new broker has, for connections from its own machine only.
        let guest = || Login { user: "guest".into(), password: Zeroizing::new("guest".to_owned()) };
        let port = if options.tls.is_some() { 5671 } else { 5672 };
        Ok(Self {
            address: Address::parse("server", &options.server, port)?,
            vhost: options.vhost.clone(),
            login: login.unwrap_or_else(guest),
            tls: options.tls.as_ref().map(client_config).transpose()?,
            timeout: options.timeout.duration(),
        })
    }

    pub(super) async fn connect(&self) -> Result<Connection, OutputError> {
        // Connected here, so that it is known what failed; the client is handed the stream.
        let stream = self.address.connect(self.tls.as_ref()).await.map_err(|error| {
            OutputError::Unreachable {
                what: format!("amqp at {}", self.address).into(),
                source: Box::new(error),
            }
        })?;
        let stream = Mutex::new(Some(stream));
        let connect = async move |_: AMQPUri, _: Runtime<Kit>| {
            let stream = stream.lock().ok().and_then(|mut stream| stream.take());
            match stream {
                Some(stream) => Ok(AsyncTcpStream::Plain(stream.compat())),
                None => Err(Error::from(std::io::Error::other("connected once already"))),
            }
        };
        let options = ConnectionProperties::default()
            .with_connection_name("recallai-webhook".into())
            .configure_backoff(|backoff| backoff.with_max_times(0));
        let runtime = Runtime::new(Kit(Tokio::current()));
        let connection = lapin::Connection::connector(self.uri(), runtime, connect, options).await;
        connection.map(Connection).map_err(failed)
    }

    fn uri(&self) -> AMQPUri {
        AMQPUri {
            authority: AMQPAuthority {
                userinfo: AMQPUserInfo {
                    username: String::from(&*self.login.user),
                    password: String::clone(&self.login.password),
                },
                host: String::from(&*self.address.host),
                port: self.address.port,
            },
            vhost: self.vhost.clone(),
            ..AMQPUri::default()
        }
    }
}

impl Connection {
    pub(super) fn is_up(&self) -> bool {
        self.0.status().connected()
    }

    /// Whether the broker has said that it reads nothing at present, as when it has no memory or disk left.
    pub(super) fn is_blocked(&self) -> bool {
        self.0.status().blocked()
    }

    /// Opens a channel, and declares a durable queue if one is named.
    pub(super) async fn open(
        self: Arc<Self>,
        queue: Option<ShortString>,
    ) -> Result<Session, OutputError> {
        let channel = self.0.create_channel().await.map_err(failed)?;
        channel.confirm_select(ConfirmSelectOptions::default()).await.map_err(failed)?;
        if let Some(queue) = queue {
            let durable = QueueDeclareOptions::durable();
            let declared = channel.queue_declare(queue, durable, FieldTable::default());
            declared.await.map_err(failed)?;
        }
        Ok(Session { channel, connection: self })
    }

    /// Says goodbye, for up to so long.
    pub(super) async fn close(&self, limit: Duration) {
        // A broker that does not answer takes the end of the connection for one, too.
        let _ = tokio::time::timeout(limit, self.0.close(200, "closed".into())).await;
    }
}

impl Session {
    pub(super) fn is_up(&self) -> bool {
        self.channel.status().connected()
    }

    /// Publishes, and waits until the queues have it.
    pub(super) async fn publish(
        &self,
        exchange: ShortString,
        routing_key: ShortString,
        body: &[u8],
        properties: BasicProperties,
    ) -> Result<(), OutputError> {
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let published =
            self.channel.basic_publish(exchange, routing_key, options, body, properties);
        let refused = |reason: &str| Err(OutputError::Refused { reason: reason.into() });
        match published.await.map_err(failed)?.await.map_err(failed)? {
            Confirmation::Ack(None) => Ok(()),
            Confirmation::Ack(Some(returned)) | Confirmation::Nack(Some(returned)) => {
                let said = beginning(returned.reply_text.as_str().as_bytes(), SAID);
                let key = &returned.delivery.routing_key;
                refused(&format!("amqp has no queue for routing key {key}: {said}"))
            }
            // One that is full refuses everything.
            Confirmation::Nack(None) => {
                let reason = "amqp did not take it: a queue refused or is full";
                Err(OutputError::unavailable(reason, None))
            }
            Confirmation::NotRequested => refused("amqp does not confirm"),
        }
    }

    pub(super) async fn find_exchange(&self, exchange: ShortString) -> Result<(), OutputError> {
        let options = ExchangeDeclareOptions { passive: true, ..ExchangeDeclareOptions::default() };
        // Only the name counts in a passive declaration.
        let kind = ExchangeKind::Topic;
        let found = self.channel.exchange_declare(exchange, kind, options, FieldTable::default());
        found.await.map_err(failed)
    }

    pub(super) async fn find_queue(&self, queue: ShortString) -> Result<(), OutputError> {
        let options = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        let found = self.channel.queue_declare(queue, options, FieldTable::default());
        found.await.map(|_| ()).map_err(failed)
    }
}

/// What an error means: whether the connection is of use any more, and what the broker said.
fn failed(error: Error) -> OutputError {
    let ErrorKind::ProtocolError(said) = error.kind() else {
        return OutputError::Unreachable { what: "amqp".into(), source: error.into() };
    };
    let text = beginning(said.get_message().as_str().as_bytes(), SAID);
    match said.kind() {
        AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED) if text.contains("Login") => {
            OutputError::Refused { reason: "amqp refused the login".into() }
        }
        AMQPErrorKind::Soft(_) | AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED) => {
            OutputError::Refused { reason: format!("amqp refused it: {text}").into() }
        }
        // The broker ends the connection.
        AMQPErrorKind::Hard(_) => {
            OutputError::Unreachable { what: format!("amqp: {text}").into(), source: error.into() }
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("is_up", &self.is_up()).finish()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("is_up", &self.is_up()).finish_non_exhaustive()
    }
}
