//! Redis: appends to streams.

mod connection;
mod options;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::broker::{Address, Grammar, Link, Template, labels};
use crate::{Attribute, Outgoing, Output, OutputError};

use connection::{Connection, Server};
pub use options::{RedisOptions, RedisWait};

/// Appends to a stream of Redis with `XADD`, and waits for the id of the entry.
///
/// An entry has the fields `body`, `content-type` and `idempotency-key`, and one for each other attribute,
/// under its name. Redis removes no repetitions; readers do so by the key.
///
/// Redis answers before anything is durable, unless it is set to be: with `appendonly yes` and
/// `appendfsync always` an entry is on the disk when it is acknowledged, with `appendfsync everysec` (the
/// default) the last second may be lost, and without `appendonly` all since the last snapshot. Where
/// a replica takes over, what it has not got yet is lost; [`RedisOptions::wait`] narrows that.
///
/// A single server or a primary with replicas, no cluster: a server that sends us to another is an error.
#[derive(Debug)]
pub struct Redis {
    server: Server,
    stream: Template,
    length: Option<u64>,
    create: bool,
    wait: Option<RedisWait>,
    timeout: Duration,
    link: Link<Connection>,
}

impl Redis {
    /// Makes the output. Connects when it is first used.
    ///
    /// # Errors
    ///
    /// An option makes no sense, or a credential or the file of authorities cannot be read.
    #[expect(clippy::needless_pass_by_value, reason = "every output is made of its options")]
    pub fn new(options: RedisOptions) -> Result<Self, OutputError> {
        if let Some(wait) = &options.wait
            && wait.timeout.duration() >= options.timeout.duration()
        {
            let reason = "is not shorter than the timeout of a send".into();
            return Err(OutputError::Option { option: "wait.timeout", reason });
        }
        Ok(Self {
            server: Server::new(&options, Address::parse("server", &options.server, 6379)?)?,
            stream: Template::parse("stream", &options.stream, Grammar::StreamKey)?,
            length: options.maxlen,
            create: options.create,
            timeout: options.timeout.duration(),
            wait: options.wait,
            link: Link::new(),
        })
    }

    /// `XADD`, and what is appended.
    fn append(&self, stream: &str, outgoing: &Outgoing) -> redis::Cmd {
        let mut append = redis::cmd("XADD");
        append.arg(stream);
        if !self.create {
            append.arg("NOMKSTREAM");
        }
        if let Some(length) = self.length {
            append.arg("MAXLEN").arg("~").arg(length);
        }
        append.arg("*").arg("body").arg(&*outgoing.body);
        append.arg("content-type").arg(outgoing.content_type);
        for (attribute, value) in labels(outgoing) {
            append.arg(Attribute::name(attribute)).arg(value);
        }
        append
    }
}

#[async_trait]
impl Output for Redis {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        let stream = self.stream.fill(outgoing)?;
        let append = self.append(&stream, outgoing);
        let what = format!("appending to {stream} of redis");
        let work = |connection: Arc<Connection>| async move {
            connection.append(&stream, append, self.wait.as_ref()).await
        };
        self.link.within(self.timeout, &what, || self.server.connect(), work).await
    }

    /// Connects, and asks what the stream is, if its name is the same for all.
    async fn probe(&self) -> Result<(), OutputError> {
        let work = |connection: Arc<Connection>| async move {
            match self.stream.fixed() {
                Some(stream) => connection.find(stream, self.create).await,
                None => connection.ping().await,
            }
        };
        self.link.within(self.timeout, "asking redis", || self.server.connect(), work).await
    }

    async fn close(&self) {
        // What was acknowledged needs nothing more; the rest was an error to whoever sent it.
        drop(self.link.take());
    }
}
