//! Members that may be null or not be there at all.

use serde::Serialize;
use serde::ser::SerializeMap;

use crate::Timestamp;

/// A member that may have a value, be `null`, or not be there at all; the three stay apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "JSON has no fourth state")]
pub enum Nullable<T> {
    /// The member is not there.
    #[default]
    Absent,
    /// The member is `null`.
    Null,
    /// The member has a value.
    Present(T),
}

impl<T> Nullable<T> {
    /// The value, if there is one.
    pub fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Present(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Whether the member is not there at all.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value by itself, if there is one.
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Present(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    pub(crate) fn map<U>(self, convert: impl FnOnce(T) -> U) -> Nullable<U> {
        match self {
            Self::Absent => Nullable::Absent,
            Self::Null => Nullable::Null,
            Self::Present(value) => Nullable::Present(convert(value)),
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Present(value)
    }
}

// So that `with_*` take text as it is written in a program.
impl From<&str> for Nullable<String> {
    fn from(text: &str) -> Self {
        Self::Present(text.to_owned())
    }
}

impl From<&str> for Nullable<Timestamp> {
    fn from(text: &str) -> Self {
        Self::Present(Timestamp::new(text))
    }
}

impl<T: Serialize> Nullable<T> {
    /// Writes the member unless it is absent.
    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M, key: &str) -> Result<(), M::Error> {
        match self {
            Self::Absent => Ok(()),
            Self::Null => map.serialize_entry(key, &()),
            Self::Present(value) => map.serialize_entry(key, value),
        }
    }
}
