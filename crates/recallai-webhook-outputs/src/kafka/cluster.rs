//! Connections to a cluster of Kafka, and what its errors mean.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rskafka::BackoffConfig;
use rskafka::client::error::{Error, ProtocolError};
use rskafka::client::partition::{Compression, PartitionClient, UnknownTopicHandling};
use rskafka::client::{Client, ClientBuilder, Credentials, SaslConfig};
use rskafka::record::Record;
use tokio::sync::Mutex;

use super::partitioner::partition;
use super::{KafkaCompression, KafkaMechanism, KafkaOptions};
use crate::OutputError;
use crate::broker::{Address, Login, Tls, client_config};

/// Whom to connect to, and how.
pub(super) struct Servers {
    addresses: Vec<String>,
    login: Option<SaslConfig>,
    tls: Option<Tls>,
    compression: Compression,
    pub(super) timeout: Duration,
}

/// A cluster as it was found: with the topics that were produced to, and their partitions. It follows changes of
/// leaders by itself; that a topic has got more partitions it hears of when it is connected to anew.
pub(super) struct Cluster {
    client: Client,
    compression: Compression,
    topics: Mutex<HashMap<String, Arc<Topic>>>,
}

/// The partitions of a topic, in order.
type Topic = Vec<Arc<PartitionClient>>;

impl Servers {
    pub(super) fn new(options: &KafkaOptions, addresses: &[Address]) -> Result<Self, OutputError> {
        let login = Login::read(options.user.as_deref(), options.password.as_ref())?;
        let login = login.map(|Login { user, password }| {
            let credentials = Credentials::new(user.into(), String::clone(&password));
            match options.mechanism {
                KafkaMechanism::Plain => SaslConfig::Plain(credentials),
                KafkaMechanism::ScramSha256 => SaslConfig::ScramSha256(credentials),
                KafkaMechanism::ScramSha512 => SaslConfig::ScramSha512(credentials),
            }
        });
        Ok(Self {
            addresses: addresses.iter().map(ToString::to_string).collect(),
            login,
            tls: options.tls.as_ref().map(client_config).transpose()?,
            compression: match options.compression {
                KafkaCompression::None => Compression::NoCompression,
                KafkaCompression::Gzip => Compression::Gzip,
                KafkaCompression::Snappy => Compression::Snappy,
            },
            timeout: options.timeout.duration(),
        })
    }

    pub(super) async fn connect(&self) -> Result<Cluster, OutputError> {
        let mut builder = ClientBuilder::new(self.addresses.clone())
            .client_id("recallai-webhook")
            .backoff_config(BackoffConfig {
                init_backoff: Duration::from_millis(50),
                max_backoff: Duration::from_secs(1),
                base: 2.0,
                // Before the time of a send is up, so that the error says what was wrong.
                deadline: Some(self.timeout / 2),
            });
        if let Some(tls) = &self.tls {
            builder = builder.tls_config(Arc::clone(tls));
        }
        if let Some(login) = &self.login {
            builder = builder.sasl_config(login.clone());
        }
        let client = builder.build().await.map_err(|error| failed("the cluster", error))?;
        Ok(Cluster { client, compression: self.compression, topics: Mutex::default() })
    }
}

impl Cluster {
    /// Produces a record, and waits until the replicas in sync have it.
    pub(super) async fn produce(
        &self,
        topic: &str,
        spread: &[u8],
        record: Record,
    ) -> Result<(), OutputError> {
        let partitions = self.partitions(topic).await?;
        let partition = partition(spread, partitions.len());
        let Some(partition) = partitions.get(partition) else { return Err(no_topic(topic)) };
        let produced = partition.produce(vec![record], self.compression).await;
        produced.map(|_| ()).map_err(|error| failed(topic, error))
    }

    /// Looks for a topic.
    pub(super) async fn find(&self, topic: &str) -> Result<(), OutputError> {
        self.numbers(topic).await.map(|_| ())
    }

    /// Asks for whatever topics there are.
    pub(super) async fn ask(&self) -> Result<(), OutputError> {
        self.client.list_topics().await.map(|_| ()).map_err(|error| failed("the cluster", error))
    }

    /// The partitions of a topic. Those who ask for them at the same time wait for one answer.
    async fn partitions(&self, topic: &str) -> Result<Arc<Topic>, OutputError> {
        let mut topics = self.topics.lock().await;
        if let Some(known) = topics.get(topic) {
            return Ok(Arc::clone(known));
        }
        let mut partitions = Topic::new();
        for number in self.numbers(topic).await? {
            let unknown = UnknownTopicHandling::Error;
            let client = self.client.partition_client(topic, number, unknown).await;
            partitions.push(Arc::new(client.map_err(|error| failed(topic, error))?));
        }
        let partitions = Arc::new(partitions);
        topics.insert(topic.to_owned(), Arc::clone(&partitions));
        Ok(partitions)
    }

    /// The numbers of the partitions of a topic, of which there is at least one.
    async fn numbers(&self, topic: &str) -> Result<Vec<i32>, OutputError> {
        let all = self.client.list_topics().await.map_err(|error| failed("the cluster", error))?;
        let found = all.into_iter().find(|found| found.name == topic);
        let numbers: Vec<i32> = found.into_iter().flat_map(|topic| topic.partitions).collect();
        if numbers.is_empty() { Err(no_topic(topic)) } else { Ok(numbers) }
    }
}

fn no_topic(topic: &str) -> OutputError {
    OutputError::Refused { reason: format!("kafka has no topic {topic}").into() }
}

/// What an error means. One of the server that is not about the record is an error of the connection too: the
/// cluster may have changed, and is asked anew.
fn failed(topic: &str, error: Error) -> OutputError {
    let Error::ServerError { protocol_error, .. } = &error else {
        return unreachable(topic, error);
    };
    let refused = |reason: &str| OutputError::Refused { reason: reason.into() };
    match protocol_error {
        ProtocolError::MessageTooLarge | ProtocolError::RecordListTooLarge => {
            OutputError::Permanent { reason: "it is larger than kafka's max.message.bytes".into() }
        }
        ProtocolError::TopicAuthorizationFailed | ProtocolError::ClusterAuthorizationFailed => {
            refused(&format!("kafka does not allow us to write to {topic}"))
        }
        ProtocolError::SaslAuthenticationFailed => refused("kafka refused the login"),
        ProtocolError::InvalidRecord
        | ProtocolError::InvalidTimestamp
        | ProtocolError::InvalidTopicException
        | ProtocolError::PolicyViolation
        | ProtocolError::UnsupportedForMessageFormat => {
            refused(&format!("kafka refused it for {topic}: {protocol_error:?}"))
        }
        ProtocolError::NotEnoughReplicas | ProtocolError::NotEnoughReplicasAfterAppend => {
            let reason = format!("kafka has not enough replicas of {topic} in sync");
            OutputError::unavailable(reason, None)
        }
        ProtocolError::ThrottlingQuotaExceeded => {
            OutputError::unavailable("kafka lets us write no more at present", None)
        }
        _ => unreachable(topic, error),
    }
}

fn unreachable(topic: &str, error: Error) -> OutputError {
    OutputError::Unreachable { what: format!("{topic} of kafka").into(), source: error.into() }
}

impl fmt::Debug for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Servers").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rskafka::client::error::RequestContext;

    use super::*;

    #[test]
    fn a_cluster_that_takes_nothing_is_told_from_one_that_does_not_take_this() {
        use ProtocolError as P;

        let told = |protocol_error| {
            let request = RequestContext::Topic("recall".to_owned());
            let error = Error::ServerError {
                protocol_error,
                error_message: None,
                request,
                response: None,
                is_virtual: false,
            };
            failed("recall", error)
        };
        for away in [
            P::NotEnoughReplicas,
            P::NotEnoughReplicasAfterAppend,
            P::LeaderNotAvailable,
            P::NotLeaderOrFollower,
            P::BrokerNotAvailable,
            P::RequestTimedOut,
            P::KafkaStorageError,
            P::ThrottlingQuotaExceeded,
        ] {
            assert!(told(away).is_outage(), "{away:?}");
        }
        for refused in
            [P::MessageTooLarge, P::InvalidRecord, P::InvalidTopicException, P::PolicyViolation]
        {
            assert!(!told(refused).is_outage(), "{refused:?}");
        }
    }
}
