//! NATS: publishes to JetStream.

mod connection;
mod options;

use async_nats::HeaderMap;
use async_nats::header::{NATS_EXPECTED_STREAM, NATS_MESSAGE_ID};
use async_trait::async_trait;

use crate::broker::{Address, Grammar, Link, Template, label_name, labels, on_one_line};
use crate::{Outgoing, Output, OutputError};

use connection::{Connection, Server};
pub use options::NatsOptions;

/// Publishes to a stream of NATS JetStream, and waits for the stream's acknowledgement.
///
/// The body is the payload. Headers are the attributes, `content-type`, and `Nats-Msg-Id`, which is the
/// idempotency key: within its window (two minutes unless configured) the stream stores a repetition once.
/// Streams are not made: a subject that none takes is an error, and is tried again.
///
/// What is acknowledged is as durable as the stream: `storage = file` is written, and synced to the disk
/// when the server's `sync_interval` says so; with several replicas a quorum of them has it.
#[derive(Debug)]
pub struct Nats {
    server: Server,
    subject: Template,
    stream: Option<Box<str>>,
    link: Link<Connection>,
}

impl Nats {
    /// Makes the output. Connects when it is first used.
    ///
    /// # Errors
    ///
    /// An option makes no sense, or a credential or the file of authorities cannot be read.
    #[expect(clippy::needless_pass_by_value, reason = "every output is made of its options")]
    pub fn new(options: NatsOptions) -> Result<Self, OutputError> {
        Ok(Self {
            subject: Template::parse("subject", &options.subject, Grammar::Subject)?,
            stream: options.stream.clone().map(String::into_boxed_str),
            server: Server::new(&options, &Address::parse_all("servers", &options.servers, 4222)?)?,
            link: Link::new(),
        })
    }

    fn headers(&self, outgoing: &Outgoing) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(NATS_MESSAGE_ID, &*on_one_line(&outgoing.idempotency_key));
        if let Some(stream) = &self.stream {
            headers.insert(NATS_EXPECTED_STREAM, &**stream);
        }
        headers.insert("content-type", outgoing.content_type);
        for (attribute, value) in labels(outgoing) {
            headers.insert(&*label_name(attribute), &*on_one_line(value));
        }
        headers
    }
}

#[async_trait]
impl Output for Nats {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        let subject = self.subject.fill(outgoing)?;
        let headers = self.headers(outgoing);
        let what = format!("publishing to {subject} of nats");
        let publish = |connection: std::sync::Arc<Connection>| async move {
            connection.publish(subject, headers, outgoing.body.clone()).await
        };
        self.link.within(self.server.timeout, &what, || self.server.connect(), publish).await
    }

    /// Connects, and asks for the stream: the one that is named, or one that takes the subject.
    async fn probe(&self) -> Result<(), OutputError> {
        let look = |connection: std::sync::Arc<Connection>| async move {
            match &self.stream {
                Some(stream) => connection.find_stream(stream).await,
                None => connection.find_taker(&wildcard(&self.subject)).await,
            }
        };
        let what = "asking nats for its streams";
        self.link.within(self.server.timeout, what, || self.server.connect(), look).await
    }

    async fn close(&self) {
        // What was acknowledged needs nothing more; the rest was an error to whoever sent it.
        drop(self.link.take());
    }
}

/// A subject that stands for all that a template makes.
fn wildcard(template: &Template) -> String {
    match template.fixed() {
        Some(subject) => subject.to_owned(),
        // A token that is only begun in the template is not known as a whole.
        None => match template.beginning().rsplit_once('.') {
            Some((tokens, _)) => format!("{tokens}.>"),
            None => ">".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_looked_for_by_its_first_tokens() {
        for (template, expected) in [
            ("recall.events", "recall.events"),
            ("recall.{event}", "recall.>"),
            ("recall.eu-{scope}.x", "recall.>"),
            ("{event}", ">"),
        ] {
            let template = Template::parse("subject", template, Grammar::Subject).unwrap();
            assert_eq!(wildcard(&template), expected);
        }
    }
}
