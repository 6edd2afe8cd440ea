//! Lists in pages, and what asks for one.

use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// What was found, in order. A list that is filtered by more than the store knows may have pages
    /// that are short, or empty, with more behind them.
    pub(crate) items: Vec<T>,
    /// The cursor of the next page; null at the end.
    #[schema(required, value_type = Option<String>)]
    pub(crate) next: Option<Cursor>,
}

/// Where a page begins. It names the last thing of the page before, so that what is new neither
/// repeats nor hides anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub(crate) struct Cursor(pub(crate) i64);

/// The number of a message or a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) i64);

/// How long a page is at most: 1 to 500, 50 by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit(usize);

/// Which end of a list comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(default = "newest")]
pub(crate) enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
}

/// The largest whole number that every reader of JSON can hold.
pub(crate) const LARGEST: i64 = (1 << 53) - 1;

const LONGEST_PAGE: usize = 500;
const USUAL_PAGE: usize = 50;

impl Limit {
    pub(crate) fn get(self) -> usize {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(USUAL_PAGE)
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.0.to_string()
    }
}

/// Digits alone: no sign, no space.
pub(super) fn digits(text: &str) -> Option<i64> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

impl Cursor {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        digits(text).filter(|_| text.len() <= 18).map(Self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("a cursor is what a page had as `next`"))
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let number = digits(&text).filter(|number| (1..=LARGEST).contains(number));
        number.map(Self).ok_or_else(|| D::Error::custom("a whole number from 1 to 2^53 - 1"))
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let limit = digits(&text).and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.filter(|limit| (1..=LONGEST_PAGE).contains(limit));
        limit.map(Self).ok_or_else(|| D::Error::custom("a whole number from 1 to 500"))
    }
}

impl PartialSchema for Cursor {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        text.pattern(Some("^[0-9]{1,18}$")).into()
    }
}

impl PartialSchema for Number {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        number.minimum(Some(1)).maximum(Some(LARGEST)).into()
    }
}

impl PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        let (longest, usual) = (LONGEST_PAGE, USUAL_PAGE);
        number.minimum(Some(1)).maximum(Some(longest)).default(Some(usual.into())).into()
    }
}

impl ToSchema for Cursor {}
impl ToSchema for Number {}
impl ToSchema for Limit {}
