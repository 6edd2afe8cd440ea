//! Kafka: produces to topics.

mod cluster;
mod options;
mod partitioner;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use rskafka::chrono::{DateTime, Utc};
use rskafka::record::Record;

use crate::broker::{Address, Grammar, Link, Template, label_name, labels};
use crate::{Outgoing, Output, OutputError};

use cluster::{Cluster, Servers};
pub use options::{KafkaCompression, KafkaMechanism, KafkaOptions};

/// Produces to a topic of Kafka, and waits until all replicas in sync have the record (`acks=all`).
///
/// The key of a record is its subject, and the partition follows from the key as it does in the Java client:
/// what is about one recording keeps its order if the subscription does. What is about no subject has no
/// key and a partition that follows from the idempotency key. Headers are the attributes and
/// `content-type`.
///
/// Kafka removes no repetitions of ours; consumers do so by the idempotency key. What is confirmed is as
/// durable as the topic: a replication factor of 3 with `min.insync.replicas` of 2 loses nothing with
/// one broker. Topics are not made.
#[derive(Debug)]
pub struct Kafka {
    servers: Servers,
    topic: Template,
    link: Link<Cluster>,
}

impl Kafka {
    /// Makes the output. Connects when it is first used.
    ///
    /// # Errors
    ///
    /// An option makes no sense, or a credential or the file of authorities cannot be read.
    #[expect(clippy::needless_pass_by_value, reason = "every output is made of its options")]
    pub fn new(options: KafkaOptions) -> Result<Self, OutputError> {
        let addresses = Address::parse_all("servers", &options.servers, 9092)?;
        Ok(Self {
            topic: Template::parse("topic", &options.topic, Grammar::Topic)?,
            servers: Servers::new(&options, &addresses)?,
            link: Link::new(),
        })
    }
}

#[async_trait]
impl Output for Kafka {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        let topic = self.topic.fill(outgoing)?;
        let what = format!("producing to {topic} of kafka");
        let produce = |cluster: Arc<Cluster>| async move {
            let spread = match &*outgoing.subject {
                "" => &outgoing.idempotency_key,
                subject => subject,
            };
            cluster.produce(&topic, spread.as_bytes(), record(outgoing)).await
        };
        self.link.within(self.servers.timeout, &what, || self.servers.connect(), produce).await
    }

    /// Connects, and asks for the topic, if it is the same for all.
    async fn probe(&self) -> Result<(), OutputError> {
        let look = |cluster: Arc<Cluster>| async move {
            match self.topic.fixed() {
                Some(topic) => cluster.find(topic).await,
                None => cluster.ask().await,
            }
        };
        let what = "asking kafka for its topics";
        self.link.within(self.servers.timeout, what, || self.servers.connect(), look).await
    }

    async fn close(&self) {
        // What was acknowledged needs nothing more; the rest was an error to whoever sent it.
        drop(self.link.take());
    }
}

fn record(outgoing: &Outgoing) -> Record {
    let mut headers: BTreeMap<_, _> = labels(outgoing)
        .map(|(attribute, value)| (label_name(attribute).into_owned(), value.as_bytes().to_vec()))
        .collect();
    headers.insert("content-type".to_owned(), outgoing.content_type.as_bytes().to_vec());
    let key = (!outgoing.subject.is_empty()).then(|| outgoing.subject.as_bytes().to_vec());
    Record { key, value: Some(outgoing.body.to_vec()), headers, timestamp: now() }
}

/// The time in milliseconds, which is what a record has.
fn now() -> DateTime<Utc> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let milliseconds = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    DateTime::from_timestamp_millis(milliseconds).unwrap_or(DateTime::UNIX_EPOCH)
}
