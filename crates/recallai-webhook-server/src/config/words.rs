//! Values that are written as a word, and how long something is kept.

use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::str::FromStr;
use std::time::Duration;

use recallai_webhook_outputs::Period;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, IntoDeserializer, Visitor, value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that is written as text in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word<T>(pub T);

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Words<T>(PhantomData<T>);
        impl<T: FromStr<Err: Display>> Visitor<'_> for Words<T> {
            type Value = Word<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Word<T>, E> {
                text.parse().map(Word).map_err(E::custom)
            }
        }
        from.deserialize_str(Words(PhantomData))
    }
}

impl<T: Display> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<T> JsonSchema for Word<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Text".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// How long something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Keep {
    /// Until a person removes it.
    #[default]
    Forever,
    /// So long.
    For(Period),
}

impl Keep {
    /// The time; `None` for ever.
    pub fn time(self) -> Option<Duration> {
        match self {
            Self::Forever => None,
            Self::For(period) => Some(period.into()),
        }
    }
}

const FOREVER: &str = "forever";

impl<'de> Deserialize<'de> for Keep {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Word(text) = Word::<String>::deserialize(from)?;
        if text == FOREVER {
            return Ok(Self::Forever);
        }
        let text: value::StrDeserializer<'_, value::Error> = text.as_str().into_deserializer();
        Period::deserialize(text)
            .map(Self::For)
            .map_err(|error| D::Error::custom(format!("`forever`, or a time such as 90d: {error}")))
    }
}

impl Serialize for Keep {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Forever => to.serialize_str(FOREVER),
            Self::For(period) => period.serialize(to),
        }
    }
}

impl JsonSchema for Keep {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Keep".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}
