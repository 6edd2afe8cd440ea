//! Event names: open text at run time, typed constants at compile time.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::{Serialize, Serializer};

use crate::catalogue::{self, Entry, Family};

/// The name of an event as it was received: any text, with its row if the catalogue has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventName {
    text: Cow<'static, str>,
    entry: Option<&'static Entry>,
}

impl EventName {
    /// Looks a name up. Known names cost no allocation.
    pub fn new(name: &str) -> Self {
        match catalogue::find(name) {
            Some(entry) => Self { text: Cow::Borrowed(entry.name), entry: Some(entry) },
            None => Self { text: Cow::Owned(name.to_owned()), entry: None },
        }
    }

    /// The whole name, such as `video_mixed.done`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The row of the catalogue; `None` for an unknown name.
    pub fn entry(&self) -> Option<&'static Entry> {
        self.entry
    }

    /// The family; `None` for an unknown name.
    pub fn family(&self) -> Option<Family> {
        self.entry.map(|entry| entry.family)
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq<str> for EventName {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for EventName {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl<P> PartialEq<Name<P>> for EventName {
    fn eq(&self, other: &Name<P>) -> bool {
        self.text == other.text
    }
}

impl Serialize for EventName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// A known event name together with the type of its payload.
///
/// The constants are in [`catalogue::names`]; nobody else can make one, so name and type belong
/// together.
pub struct Name<P> {
    text: &'static str,
    payload: PhantomData<fn() -> P>,
}

/// A family of events together with the type of their payload.
///
/// The constants are in [`catalogue::names::families`].
pub struct FamilyName<P> {
    family: Family,
    payload: PhantomData<fn() -> P>,
}

impl<P> Name<P> {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text, payload: PhantomData }
    }

    /// The whole name, such as `video_mixed.done`.
    pub const fn as_str(&self) -> &'static str {
        self.text
    }
}

impl<P> FamilyName<P> {
    pub(crate) const fn new(family: Family) -> Self {
        Self { family, payload: PhantomData }
    }

    /// The family.
    pub const fn family(&self) -> Family {
        self.family
    }

    /// A name that is only known at run time, with the payload type of this family; `None` if the
    /// catalogue has no such name, or has it in another family.
    pub fn name(&self, text: &str) -> Option<Name<P>> {
        let entry = catalogue::find(text).filter(|entry| entry.family == self.family)?;
        Some(Name::new(entry.name))
    }
}

impl<P> Clone for Name<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Name<P> {}

impl<P> fmt::Debug for Name<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Name").field(&self.text).finish()
    }
}

impl<P> fmt::Display for Name<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl<P> Clone for FamilyName<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for FamilyName<P> {}

impl<P> fmt::Debug for FamilyName<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FamilyName").field(&self.family).finish()
    }
}
