//! Values that the vendor may extend: kept as they came, so that nothing is lost on the way.

use std::borrow::Cow;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::{self, Scanner, Text};
use crate::{Nullable, ParseError};

/// A JSON value kept as text: numbers keep their digits, members their order.
///
/// It is well-formed; what was read from a body is also within the limits of this crate. Equality
/// is equality of the text. Serializing it works with `serde_json`, which writes the text through.
#[derive(Clone, PartialEq, Eq)]
pub struct Json(Box<str>);

impl Json {
    /// For text that the scanner has checked.
    pub(crate) fn checked(text: &str) -> Self {
        Self(text.into())
    }

    /// Takes JSON text as it is.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or exceeds a limit of this crate.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut scan = Scanner::new(text);
        let read = scan.value().and_then(|_| scan.end());
        match scan.fault() {
            Some(fault) if read.is_err() => Err(ParseError::new(text.as_bytes(), fault)),
            _ => Ok(Self::checked(text.trim_ascii())),
        }
    }

    /// The JSON text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// One spelling for equal values: members sorted by name at every level, no white space between
    /// the parts, strings escaped one way. Numbers keep their digits.
    pub fn to_canonical(&self) -> String {
        // What was made from a `serde_json::Value` is sorted or not as that was, and may be too deep.
        json::canonical(&self.0).unwrap_or_else(|| self.0.to_string())
    }

    /// The value, if it is a string.
    pub fn as_str(&self) -> Option<Cow<'_, str>> {
        Scanner::new(&self.0).string().ok().map(Text::decode)
    }

    /// Whether the value is `null`.
    pub fn is_null(&self) -> bool {
        &*self.0 == "null"
    }

    /// Reads the value as any type that `serde` can read.
    ///
    /// # Errors
    ///
    /// What `serde_json` says of a value that does not fit the type. Its messages can quote the
    /// value.
    pub fn to<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.0)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        Self(value.to_string().into())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// Members of an object by name, in the order they came: custom `metadata`, and whatever an event
/// carries beyond its documented members.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Members(Vec<(Box<str>, Json)>);

impl Members {
    /// No members.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The member of this name.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The member of this name, if it is a string.
    pub fn get_str(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get(name)?.as_str()
    }

    /// The members in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a member, or replaces the value of one that is there.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        let value = Json::from(value.into());
        match self.0.iter_mut().find(|(key, _)| **key == *name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.into(), value)),
        }
        self
    }

    /// The member of this name as a string that may be null or absent.
    pub(crate) fn nullable_str(&self, name: &str) -> Nullable<String> {
        match self.get(name) {
            None => Nullable::Absent,
            Some(value) => value.as_str().map_or(Nullable::Null, |s| s.into_owned().into()),
        }
    }

    /// Takes the member of this name out.
    pub(crate) fn remove(&mut self, name: &str) -> Option<Json> {
        let index = self.0.iter().position(|(key, _)| **key == *name)?;
        Some(self.0.remove(index).1)
    }

    /// The members without the named ones.
    pub(crate) fn without(mut self, known: &[&str]) -> Self {
        self.0.retain(|(key, _)| !known.contains(&&**key));
        self
    }

    /// The members of an object that the scanner has checked, without the known ones.
    pub(crate) fn beyond(object: &str, known: &[&str]) -> Self {
        let mut members = Vec::new();
        let read = Scanner::new(object).object(|scan, key| {
            let value = scan.value()?;
            if !known.contains(&key) {
                members.push((key.into(), Json::checked(value)));
            }
            Ok(())
        });
        debug_assert!(read.is_ok(), "the scanner has checked this object before");
        Self(members)
    }

    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))
    }
}

impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        self.write(&mut map)?;
        map.end()
    }
}
