//! The options of every output, under one type: what a configuration has.

use std::sync::Arc;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};

use crate::{Guarded, Output, OutputError};

/// The output that is never away: how a program ends says nothing about the next time.
const LOCAL: &str = "command";

/// One row for each output: its word, which is its cargo feature too, and the module that has it.
macro_rules! outputs {
    ($($(#[$doc:meta])* $word:literal => $Row:ident($options:path, $output:path),)*) => {
        /// The options of an output. In a configuration, `type` says which output it is; the other members are
        /// the options of that output.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "type")]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub enum OutputOptions {
            $(
                $(#[$doc])*
                #[cfg(feature = $word)]
                #[serde(rename = $word)]
                $Row($options),
            )*
        }

        impl OutputOptions {
            /// The word of every output, whether or not this build has it.
            pub const TYPES: &'static [&'static str] = &[$($word),*];

            /// The word of the output.
            pub fn type_name(&self) -> &'static str {
                match *self {
                    $(
                        #[cfg(feature = $word)]
                        Self::$Row(_) => $word,
                    )*
                }
            }

            /// The output, [guarded](Guarded) where its receiver can be away. Reads credentials; connections are
            /// made when something is sent.
            ///
            /// # Errors
            ///
            /// An option makes no sense, or a credential is not there.
            pub fn build(&self) -> Result<Arc<dyn Output>, OutputError> {
                match *self {
                    $(
                        #[cfg(feature = $word)]
                        Self::$Row(ref options) => {
                            Ok(guarded($word, <$output>::new(options.clone())?))
                        }
                    )*
                }
            }

            #[allow(unused_variables, reason = "a build without outputs reads no members")]
            fn read<E: Error>(word: &str, members: Map<String, Value>) -> Result<Self, E> {
                match word {
                    $(
                        #[cfg(feature = $word)]
                        $word => options(members).map(Self::$Row),
                        #[cfg(not(feature = $word))]
                        $word => Err(absent($word)),
                    )*
                    _ => Err(unknown()),
                }
            }
        }
    };
}

outputs! {
    /// Publish to an exchange of RabbitMQ.
    "amqp" => Amqp(crate::AmqpOptions, crate::Amqp),
    /// Run a program.
    "command" => Command(crate::CommandOptions, crate::Command),
    /// Append lines of JSON to a file.
    "file" => File(crate::FileOptions, crate::File),
    /// Post to a URL, signed anew.
    "http" => Http(crate::HttpOptions, crate::Http),
    /// Produce to a topic of Kafka.
    "kafka" => Kafka(crate::KafkaOptions, crate::Kafka),
    /// Publish to a stream of NATS JetStream.
    "nats" => Nats(crate::NatsOptions, crate::Nats),
    /// Append to a stream of Redis.
    "redis" => Redis(crate::RedisOptions, crate::Redis),
}

impl OutputOptions {
    /// Looks for the program of a command, without running it. Other outputs have none.
    ///
    /// # Errors
    ///
    /// It is not there, which may change until something is sent.
    pub fn find_program(&self) -> Result<(), OutputError> {
        match self {
            #[cfg(feature = "command")]
            Self::Command(options) => crate::Command::new(options.clone())?.find(),
            #[allow(unreachable_patterns, reason = "a build may have nothing else")]
            _ => Ok(()),
        }
    }
}

impl<'de> Deserialize<'de> for OutputOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::deserialize(deserializer)?;
        match members.remove("type") {
            Some(Value::String(word)) => Self::read(&word, members),
            Some(_) => Err(D::Error::custom(format!("type: {}", known()))),
            None => Err(D::Error::custom(format!("type is missing: {}", known()))),
        }
    }
}

/// The output, with a breaker if what it sends to can be away.
#[allow(dead_code, reason = "not called where no output is built")]
fn guarded(word: &'static str, output: impl Output) -> Arc<dyn Output> {
    match word == LOCAL {
        true => Arc::new(output),
        false => Arc::new(Guarded::new(word, output)),
    }
}

/// Options below which the names are the user's: one may be a whole line, with a secret in it.
const MAPS: [&str; 2] = ["environment", "headers"];

/// Reads the options of one output; an error begins with the path of the member, as far as its names are ours.
#[allow(dead_code, reason = "not called where no output is built")]
fn options<T: for<'de> Deserialize<'de>, E: Error>(members: Map<String, Value>) -> Result<T, E> {
    serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| {
        let reason = without_value(&error.inner().to_string());
        match shown(error.path()) {
            path if path.is_empty() => E::custom(reason),
            path => E::custom(format!("{path}: {reason}")),
        }
    })
}

/// A path as far as its names are those of options, or look like one.
fn shown(path: &Path) -> String {
    let mut shown = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => shown.push_str(&format!("[{index}]")),
            Segment::Map { key } if key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => {
                if !shown.is_empty() {
                    shown.push('.');
                }
                shown.push_str(key);
                if MAPS.contains(&key.as_str()) {
                    break;
                }
            }
            _ => break,
        }
    }
    shown
}

/// What serde says is wrong, without the value that it says it of: there may be a secret in it.
fn without_value(said: &str) -> String {
    if said.starts_with("unknown field ") {
        // The path has its name already.
        let known = said.rsplit_once(", expected ").map_or("none", |(_, known)| known);
        let known = known.strip_prefix("one of ").unwrap_or(known);
        return format!("there is no such option: there are {known}");
    }
    let found = ["invalid type: ", "invalid value: ", "unknown variant "];
    let known = found.into_iter().find_map(|found| Some((found, said.strip_prefix(found)?)));
    let Some((what, rest)) = known else { return said.to_owned() };
    let kind = rest.split(['`', '"']).next().unwrap_or_default().trim_end();
    let kind = kind.split(", expected ").next().unwrap_or_default();
    let expected =
        rest.rsplit_once(", expected ").map_or("something else", |(_, expected)| expected);
    format!("{}, expected {expected}", format!("{what}{kind}").trim_end())
}

/// A build leaves outputs out to be small; whoever names one is told how to have it.
#[allow(dead_code, reason = "not called where every output is built")]
fn absent<E: Error>(word: &str) -> E {
    E::custom(format!(
        "type: this build has no output {word:?}; it takes the cargo feature `{word}`"
    ))
}

fn unknown<E: Error>() -> E {
    E::custom(format!("type: there is no such output; {}", known()))
}

fn known() -> String {
    format!("the outputs are {}", OutputOptions::TYPES.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(options: &str) -> String {
        serde_json::from_str::<OutputOptions>(options).unwrap_err().to_string()
    }

    #[test]
    fn an_output_that_is_not_there_is_told_from_one_that_was_left_out() {
        let others = "the outputs are amqp, command, file, http, kafka, nats, redis";
        assert_eq!(
            refused(r#"{"type": "fax"}"#),
            format!("type: there is no such output; {others}")
        );
        assert_eq!(refused("{}"), format!("type is missing: {others}"));
        assert_eq!(refused(r#"{"type": 1}"#), format!("type: {others}"));
        if !cfg!(feature = "nats") {
            let left_out =
                "type: this build has no output \"nats\"; it takes the cargo feature `nats`";
            assert_eq!(refused(r#"{"type": "nats"}"#), left_out);
        }
    }

    #[cfg(all(feature = "command", feature = "kafka"))]
    #[test]
    fn what_is_wrong_is_said_without_the_value() {
        for (options, expected) in [
            (
                r#"{"type": "command", "program": "a", "arguments": "hunter2, expected x"}"#,
                "arguments: invalid type: string, expected a sequence",
            ),
            (
                r#"{"type": "command", "program": ["hunter2"]}"#,
                "program: invalid type: sequence, expected path string",
            ),
            (
                r#"{"type": "command", "program": "a", "permanent": [1, 4444444444]}"#,
                "permanent[1]: invalid value: integer, expected i32",
            ),
            (
                r#"{"type": "kafka", "servers": ["a"], "topic": "a", "compression": "hunter2"}"#,
                "compression: unknown variant, expected one of `none`, `gzip`, `snappy`",
            ),
        ] {
            assert_eq!(refused(options), expected);
        }
    }

    #[cfg(all(feature = "command", feature = "http"))]
    #[test]
    fn what_is_wrong_below_a_map_is_said_without_the_name() {
        for (options, expected) in [
            (
                r#"{"type": "http", "url": "https://a.b", "headers": {"Authorization: hunter2": 5}}"#,
                "headers: invalid type: integer, expected a text, or where a secret is: \
                 { file = \"PATH\" } or { env = \"NAME\" }",
            ),
            (
                r#"{"type": "command", "program": "a", "environment": {"TOKEN=hunter2": 5}}"#,
                "environment: invalid type: integer, expected a string",
            ),
            (
                r#"{"type": "command", "program": "a", "TOKEN=hunter2": 5}"#,
                "there is no such option: there are `program`, `arguments`, `environment`, `inherit`, \
                 `directory`, `timeout`, `permanent`",
            ),
        ] {
            assert_eq!(refused(options), expected);
        }
    }

    #[cfg(feature = "nats")]
    #[test]
    fn the_options_of_an_output_are_those_of_its_module() {
        let unknown = refused(r#"{"type": "nats", "servers": ["nats://127.0.0.1"], "fax": 1}"#);
        assert!(unknown.contains("fax"), "{unknown}");
    }
}
