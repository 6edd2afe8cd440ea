//! The part of the example with the options of outputs.

use std::fmt::Write as _;

use super::example::assignment;
use super::keys::{OutputKeys, output_keys};

/// Values of options for which nothing holds if they are not set, by output or for all that have one.
const VALUES: &[(&str, &str)] = &[
    ("amqp.declare_queue", "\"recall\""),
    ("amqp.routing_key", "\"{event}\""),
    ("amqp.server", "\"rabbitmq.internal:5672\""),
    ("command.arguments", "[\"--from\", \"recall\"]"),
    ("command.directory", "\"/var/lib/archive\""),
    ("command.environment", "{ STAGE = \"production\" }"),
    ("command.inherit", "[\"SSL_CERT_FILE\"]"),
    ("command.permanent", "[65]"),
    ("command.program", "\"/usr/local/bin/archive\""),
    ("file.keep", "30"),
    ("file.max_age", "\"1d\""),
    ("file.path", "\"archive.ndjson\""),
    ("http.headers", "{ authorization = { file = \"archive.token\" } }"),
    ("http.secret", "{ file = \"archive.secret\" }"),
    ("http.url", "\"https://archive.example.com\""),
    ("kafka.servers", "[\"kafka-1.internal\", \"kafka-2.internal:9092\"]"),
    ("kafka.topic", "\"recall\""),
    ("nats.servers", "[\"nats.internal:4222\"]"),
    ("nats.stream", "\"RECALL\""),
    ("nats.subject", "\"recall.{event}\""),
    ("nats.token", "{ file = \"nats.token\" }"),
    ("password", "{ file = \"archive.password\" }"),
    ("redis.maxlen", "100000"),
    ("redis.server", "\"redis.internal:6379\""),
    ("redis.stream", "\"recall\""),
    ("tls.ca_file", "\"ca.pem\""),
    ("user", "\"recall\""),
    ("wait.replicas", "1"),
];

const HEAD: &str = "
# A subscription for each output that there is in this build, with every option. One of them takes what it needs, and
# `user` and `password`, or `token`, where the receiver asks for them.
";

/// A subscription for each output, each line a comment.
pub(super) fn outputs() -> String {
    let outputs = output_keys();
    let mut text = if outputs.is_empty() { String::new() } else { HEAD.to_owned() };
    for OutputKeys { word, doc, keys } in &outputs {
        // Writing to a string does not fail.
        let _ =
            writeln!(text, "\n## {doc}\n# [subscriptions.to-{word}.output]\n# type = \"{word}\"");
        for key in keys {
            let is_below = |other: &str| other.starts_with(&format!("{}.", key.key));
            // Of a table each member stands by itself.
            if keys.iter().any(|other| is_below(&other.key)) {
                continue;
            }
            let own = format!("{word}.{}", key.key);
            let value = VALUES.iter().find(|(name, _)| *name == own || *name == key.key);
            text.push_str(&assignment(&key.key, key, value.map(|(_, value)| *value)));
        }
    }
    text
}
