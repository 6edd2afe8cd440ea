//! AMQP: publishes to an exchange of RabbitMQ.

mod connection;
mod options;
mod runtime;

use std::sync::Arc;

use async_trait::async_trait;
use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable, LongString, ShortString};

use crate::broker::{Grammar, Link, Template, label_name, labels};
use crate::{Outgoing, Output, OutputError};

use connection::{Connection, Server, Session};
pub use options::AmqpOptions;

/// Publishes to an exchange of RabbitMQ, or another broker of AMQP 0-9-1 with publisher confirms, and waits
/// for the confirm.
///
/// Messages are persistent, and mandatory: one that the exchange can route to no queue is an error, and is
/// tried again. The message id is the idempotency key (left out if it has more than 255 bytes; the header
/// has it always), and the attributes are headers. RabbitMQ removes no repetitions; consumers do so by
/// the key.
///
/// What is confirmed is as durable as the queues that took it: a durable queue has it on disk, a quorum
/// queue on most of its replicas. Nothing is declared unless [`AmqpOptions::declare_queue`] says so.
#[derive(Debug)]
pub struct Amqp {
    server: Server,
    exchange: ShortString,
    routing_key: Template,
    declare_queue: Option<ShortString>,
    connection: Link<Connection>,
    session: Link<Session>,
}

impl Amqp {
    /// Makes the output. Connects when it is first used.
    ///
    /// # Errors
    ///
    /// An option makes no sense, or a credential or the file of authorities cannot be read.
    #[expect(clippy::needless_pass_by_value, reason = "every output is made of its options")]
    pub fn new(options: AmqpOptions) -> Result<Self, OutputError> {
        Ok(Self {
            server: Server::new(&options)?,
            exchange: short("exchange", &options.exchange)?,
            routing_key: Template::parse("routing_key", &options.routing_key, Grammar::RoutingKey)?,
            declare_queue: options
                .declare_queue
                .as_deref()
                .map(|queue| short("declare_queue", queue))
                .transpose()?,
            connection: Link::new(),
            session: Link::new(),
        })
    }

    /// A channel on the connection that there is, or on a new one.
    async fn open(&self) -> Result<Session, OutputError> {
        let connection = self.connection.get(|| self.server.connect()).await?;
        let opened = connection.clone().open(self.declare_queue.clone()).await;
        if matches!(opened, Err(OutputError::Unreachable { .. })) || !connection.is_up() {
            self.connection.forget(&connection);
        }
        opened
    }

    /// Does something with a channel in time; both channel and connection are made anew when they are lost.
    async fn within<W, D>(&self, what: &str, work: W) -> Result<(), OutputError>
    where
        W: FnOnce(Arc<Session>) -> D + Send,
        D: Future<Output = Result<(), OutputError>> + Send,
    {
        let mut used = None;
        let keep = &mut used;
        let work = |session: Arc<Session>| {
            *keep = Some(Arc::clone(&session));
            work(session)
        };
        let done = self.session.within(self.server.timeout, what, || self.open(), work).await;
        let Err(error) = &done else { return done };
        if let Some(blocked) = used.as_ref().filter(|session| session.connection.is_blocked()) {
            // The connection is as good as before; what hangs on the channel goes with it.
            self.session.forget(blocked);
            let reason = "amqp takes nothing at present: the broker is short of memory or disk";
            return Err(OutputError::unavailable(reason, None));
        }
        let timed_out = matches!(error, OutputError::TimedOut { .. });
        match used {
            Some(session) => {
                // The broker closes a channel with some refusals, such as that of an unknown exchange.
                if !session.is_up() {
                    self.session.forget(&session);
                }
                if timed_out || !session.connection.is_up() {
                    self.connection.forget(&session.connection);
                }
            }
            // No channel in time: the connection may be dead without knowing it.
            None if timed_out => drop(self.connection.take()),
            None => {}
        }
        done
    }
}

#[async_trait]
impl Output for Amqp {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        let routing_key = self.routing_key.fill(outgoing)?;
        let what = format!("publishing to {} of amqp", place(&self.exchange, &routing_key));
        let key = short("routing_key", &routing_key)?;
        let properties = properties(outgoing)?;
        self.within(&what, |session| async move {
            session.publish(self.exchange.clone(), key, &outgoing.body, properties).await
        })
        .await
    }

    /// Connects, and asks for the exchange; where that is the default one, for the queue.
    async fn probe(&self) -> Result<(), OutputError> {
        self.within("asking amqp", |session| async move {
            if !self.exchange.as_str().is_empty() {
                return session.find_exchange(self.exchange.clone()).await;
            }
            match self.routing_key.fixed() {
                Some(queue) => session.find_queue(short("routing_key", queue)?).await,
                None => Ok(()),
            }
        })
        .await
    }

    async fn close(&self) {
        drop(self.session.take());
        if let Some(connection) = self.connection.take() {
            connection.close(self.server.timeout).await;
        }
    }
}

/// What is said of a message.
fn properties(outgoing: &Outgoing) -> Result<BasicProperties, OutputError> {
    let mut headers = FieldTable::default();
    for (attribute, value) in labels(outgoing) {
        let value = AMQPValue::LongString(LongString::from(value));
        headers.insert(short("header", &label_name(attribute))?, value);
    }
    let properties = BasicProperties::default()
        .with_content_type(short("content_type", outgoing.content_type)?)
        .with_delivery_mode(2)
        .with_headers(headers);
    Ok(match ShortString::try_new(&*outgoing.idempotency_key) {
        Ok(key) => properties.with_message_id(key),
        Err(_) => properties,
    })
}

/// A text of up to 255 bytes, as the protocol wants its names.
fn short(option: &'static str, text: &str) -> Result<ShortString, OutputError> {
    ShortString::try_new(text)
        .map_err(|_| OutputError::Option { option, reason: "is longer than 255 bytes".into() })
}

fn place(exchange: &ShortString, routing_key: &str) -> String {
    match exchange.as_str() {
        "" => format!("queue {routing_key}"),
        exchange => format!("exchange {exchange} with key {routing_key}"),
    }
}
