//! Subjects: what state is kept about.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// What state is kept about: a recording, a bot, or an upload of the Desktop SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SubjectKind {
    /// A recording with its media objects.
    Recording,
    /// A bot that joins a meeting; it has none, one or several recordings.
    Bot,
    /// An upload of the Desktop SDK, which records without a bot.
    SdkUpload,
}

/// One recording, bot or upload: kind and id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// The id, usually a UUID.
    pub id: Box<str>,
}

/// A text that names no [`Subject`] or no [`SubjectKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("not a subject; it begins with recording, bot or sdk_upload")]
pub struct UnknownSubject;

impl SubjectKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Recording, Self::Bot, Self::SdkUpload];

    /// The kind as the vendor writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recording => "recording",
            Self::Bot => "bot",
            Self::SdkUpload => "sdk_upload",
        }
    }
}

impl Subject {
    /// The subject of this kind and id.
    pub fn new(kind: SubjectKind, id: impl Into<Box<str>>) -> Self {
        Self { kind, id: id.into() }
    }

    /// The recording with this id.
    pub fn recording(id: impl Into<Box<str>>) -> Self {
        Self::new(SubjectKind::Recording, id)
    }

    /// The bot with this id.
    pub fn bot(id: impl Into<Box<str>>) -> Self {
        Self::new(SubjectKind::Bot, id)
    }

    /// The Desktop SDK upload with this id.
    pub fn sdk_upload(id: impl Into<Box<str>>) -> Self {
        Self::new(SubjectKind::SdkUpload, id)
    }
}

impl fmt::Display for SubjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SubjectKind {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownSubject)
    }
}

impl Serialize for SubjectKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The kind, a space, and the id.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

impl FromStr for Subject {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, id) = text.split_once(' ').ok_or(UnknownSubject)?;
        Ok(Self::new(kind.parse()?, id))
    }
}
