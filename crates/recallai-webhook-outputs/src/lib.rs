//! Passes on what Recall.ai webhooks have told: handlers for a worker, one for each kind of receiver.
//!
//! An [`Output`] sends one thing at a time, and succeeds only once the receiver has confirmed it. As a
//! handler of a subscription it is tried again until then, so that nothing is lost; what is sent twice has
//! the same idempotency key.
//!
//! # Receivers
//!
//! Each is behind a feature of its name, none of which is on by default. TLS is rustls with ring; no C library
//! is needed but what ring compiles. A send succeeds on the receiver's own confirmation:
//!
//! | feature | sends to | confirmed by | removes repetitions | crates it adds to 42 |
//! |---|---|---|---|---|
//! | `http` | a URL, signed anew | a status of 2xx | if the receiver does, by `webhook-id` | 27 |
//! | `command` | a program, on its standard input | exit code 0 | if the program does | 7 |
//! | `file` | a file, a line of JSON each | `fdatasync` | no | 0 |
//! | `nats` | a stream of NATS JetStream | the stream's acknowledgement | in the stream's window, by `Nats-Msg-Id` | 72 |
//! | `redis` | a stream of Redis, `XADD` | the id of the entry; replicas if asked for | no | 55 |
//! | `amqp` | an exchange of RabbitMQ | a publisher confirm, and no return | no | 62 |
//! | `kafka` | a topic of Kafka | all replicas in sync (`acks=all`) | no | 62 |
//!
//! The crates are those of `cargo tree -e normal`, counted once each; what the outputs share counts for each of
//! them. Where repetitions are not removed, a consumer tells them by the idempotency key.
//!
//! While a receiver is away, sends wait instead of failing: [`OutputOptions::build`] puts a [`Guarded`] around what
//! it makes. HTTP goes to public addresses only, unless it is told otherwise, and follows no redirect.
//!
//! The tests send ten thousand messages to each, with the receiver gone in the middle, and read them back, from
//! brokers with clients of others; a file's writer is killed. What is posted verifies with the library of Standard
//! Webhooks. NATS, Redis and RabbitMQ are real servers, with TLS and passwords. For Kafka the mock cluster of
//! librdkafka stands in, which keeps records in memory: the protocol, lost brokers, moved leaders and partitions
//! are tested; TLS, SASL and replication to Kafka are not.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
#![allow(
    clippy::disallowed_methods,
    reason = "outputs talk to the outside: they read credentials from the environment, and clocks"
)]

#[cfg(feature = "amqp")]
mod amqp;
mod away;
mod breaker;
#[cfg(feature = "tls")]
#[cfg_attr(
    not(all(feature = "amqp", feature = "kafka", feature = "nats", feature = "redis")),
    allow(dead_code, unused_imports, reason = "each output uses its own part")
)]
mod broker;
mod cloudevents;
#[cfg(feature = "command")]
mod command;
mod credential;
mod envelope;
mod error;
mod escape;
#[cfg(feature = "file")]
mod file;
mod guarded;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "kafka")]
mod kafka;
#[cfg(feature = "nats")]
mod nats;
mod options;
mod outgoing;
mod output;
mod period;
#[cfg(any(
    feature = "amqp",
    feature = "command",
    feature = "http",
    feature = "nats",
    feature = "redis"
))]
mod printable;
#[cfg(feature = "redis")]
mod redis;
mod size;
mod subscribe;
mod suspects;
mod turn_document;

#[cfg(feature = "amqp")]
pub use amqp::{Amqp, AmqpOptions};
pub use away::Away;
#[cfg(feature = "tls")]
pub use broker::TlsOptions;
#[cfg(feature = "command")]
pub use command::{Command, CommandOptions};
pub use credential::{Credential, CredentialError};
pub use envelope::Envelope;
pub use error::OutputError;
#[cfg(feature = "file")]
pub use file::{File, FileOptions};
pub use guarded::Guarded;
#[cfg(feature = "http")]
pub use http::{Http, HttpHeader, HttpOptions};
#[cfg(feature = "kafka")]
pub use kafka::{Kafka, KafkaCompression, KafkaMechanism, KafkaOptions};
#[cfg(feature = "nats")]
pub use nats::{Nats, NatsOptions};
pub use options::OutputOptions;
pub use outgoing::{Attribute, Outgoing};
pub use output::Output;
pub use period::{Period, PeriodError};
#[cfg(feature = "redis")]
pub use redis::{Redis, RedisOptions, RedisWait};
pub use size::{Size, SizeError};
pub use subscribe::Forward;

pub use recallai_webhook_dispatch as dispatch;
