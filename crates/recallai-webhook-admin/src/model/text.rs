//! Names and ids as parameters have them.

use std::ops::Deref;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// A name or an id: 1 to 500 characters.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, min_length = 1, max_length = 500)]
pub(crate) struct Text(String);

/// The longest, in characters.
const LEN: usize = 500;

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
        match text.chars().count() {
            1..=LEN => Ok(Self(text)),
            _ => Err(D::Error::custom("a name or an id has 1 to 500 characters")),
        }
    }
}
