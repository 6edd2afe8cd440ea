//! Status: code, sub code and time. Codes are open sets.

use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::borrowed::StatusRef;
use crate::catalogue::Entry;
use crate::{Members, Nullable, Timestamp};

/// Text that the vendor may extend at any time: a value, never an error.
macro_rules! open_text {
    ($(#[$doc:meta])+ $name:ident) => {
        $(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            /// A code that is known when the program is written.
            pub const fn from_static(text: &'static str) -> Self {
                Self(Cow::Borrowed(text))
            }

            /// The code as it stands in the body.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(Cow::Owned(text.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(Cow::Owned(text))
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

open_text! {
    /// A status code, such as `done`. An open set: codes beyond the constants pass through.
    Code
}

open_text! {
    /// The machine-readable reason of a status, such as `provider_connection_failed`. An open set;
    /// [`SUB_CODES`](crate::SUB_CODES) has the documented ones with their meaning.
    SubCode
}

impl Code {
    /// The artifact is being captured.
    pub const PROCESSING: Self = Self::from_static("processing");
    /// The recording is paused.
    pub const PAUSED: Self = Self::from_static("paused");
    /// The artifact is complete.
    pub const DONE: Self = Self::from_static("done");
    /// The artifact could not be captured.
    pub const FAILED: Self = Self::from_static("failed");
    /// The artifact was deleted.
    pub const DELETED: Self = Self::from_static("deleted");
}

/// What a status event reports: `data.data`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// The status code.
    pub code: Code,
    /// Why, where the vendor says so.
    pub sub_code: Nullable<SubCode>,
    /// When the status was reached: the only order there is, since deliveries come in any.
    pub updated_at: Timestamp,
    /// Members beyond the documented ones, such as `error`.
    pub extra: Members,
}

impl Status {
    /// A status with `sub_code: null`.
    pub fn new(code: Code, updated_at: impl Into<Timestamp>) -> Self {
        let updated_at = updated_at.into();
        Self { code, sub_code: Nullable::Null, updated_at, extra: Members::new() }
    }

    /// The same with a sub code.
    #[must_use]
    pub fn with_sub_code(mut self, sub_code: impl Into<Nullable<SubCode>>) -> Self {
        self.sub_code = sub_code.into();
        self
    }

    pub(crate) fn from_ref(status: &StatusRef<'_>, entry: &'static Entry) -> Self {
        let code = match entry.code() {
            Some(code) if code == status.code => Code::from_static(code),
            _ => Code::from(&*status.code),
        };
        Self {
            code,
            sub_code: status.sub_code.clone().map(|code| SubCode::from(&*code)),
            updated_at: Timestamp::new(&status.updated_at),
            extra: match status.has_extra {
                true => Members::beyond(status.object, &["code", "sub_code", "updated_at"]),
                false => Members::new(),
            },
        }
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &self.code)?;
        self.sub_code.write(&mut map, "sub_code")?;
        map.serialize_entry("updated_at", &self.updated_at)?;
        self.extra.write(&mut map)?;
        map.end()
    }
}
