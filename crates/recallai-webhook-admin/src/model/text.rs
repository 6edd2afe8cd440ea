//! Names and ids as parameters have them.

use std::ops::Deref;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// A name or an id, as it was received: at least one character, and no more than fit into a request.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, min_length = 1)]
pub(crate) struct Text(String);

impl Text {
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.is_empty() {
            false => Ok(Self(text)),
            true => Err(D::Error::custom("a name or an id has at least one character")),
        }
    }
}
