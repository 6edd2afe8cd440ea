//! Subjects by name.

use recallai_webhook_dispatch::recording::{Subject, SubjectKind};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::word::SubjectWord;

/// A recording, a bot or an upload, by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SubjectRef {
    kind: SubjectWord,
    id: String,
}

impl SubjectRef {
    pub(crate) fn of(subject: &Subject) -> Self {
        Self { kind: SubjectWord(subject.kind), id: subject.id.to_string() }
    }
}

/// A subject as a parameter has it: `recording:ID`, `bot:ID` or `sdk_upload:ID`.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
#[schema(
    value_type = String,
    pattern = "^(recording|bot|sdk_upload):",
    examples("recording:03d0a1b2")
)]
pub(crate) struct About(pub(crate) Subject);

impl<'de> Deserialize<'de> for About {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split_once(':');
        let subject = parts.and_then(|(kind, id)| {
            let kind: SubjectKind = kind.parse().ok()?;
            Some(Subject::new(kind, id))
        });
        subject.map(Self).ok_or_else(|| {
            D::Error::custom("a subject is `recording:ID`, `bot:ID` or `sdk_upload:ID`")
        })
    }
}
