//! Closed sets of words, as the inbox spells them.

use std::borrow::Cow;

use recallai_webhook_dispatch::event::ArtifactKind;
use recallai_webhook_dispatch::inbox::{self, Class, JobState, Pattern, SignatureFamily, Turn};
use recallai_webhook_dispatch::recording::{Hint, ItemKind, SubjectKind};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema, openapi::RefOr};

/// A set of words: its value as text, with a schema that lists all of them.
macro_rules! words {
    ($(#[doc = $doc:literal])+ $word:ident($value:ty) = $name:literal, $all:expr) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) struct $word(pub(crate) $value);

        impl Serialize for $word {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.as_str())
            }
        }

        impl PartialSchema for $word {
            fn schema() -> RefOr<Schema> {
                let doc = concat!($($doc),+).trim();
                let all = $all.into_iter().map(|value| value.as_str());
                let words = ObjectBuilder::new().schema_type(Type::String);
                words.enum_values(Some(all)).description(Some(doc)).into()
            }
        }

        impl ToSchema for $word {
            fn name() -> Cow<'static, str> {
                $name.into()
            }
        }
    };
}

words! {
    /// A kind of artifact: the recording itself, or one of its media objects.
    KindWord(ArtifactKind) = "ArtifactKind", ArtifactKind::ALL
}
words! {
    /// What has a status: an artifact of a recording, a bot, or an upload of the Desktop SDK.
    ItemWord(ItemKind) = "ItemKind", items()
}
words! {
    /// What state is kept about.
    SubjectWord(SubjectKind) = "SubjectKind", SubjectKind::ALL
}
words! {
    /// How much of a message could be read.
    ClassWord(Class) = "Class", Class::ALL
}
words! {
    /// Where a job stands.
    JobStateWord(JobState) = "JobState", JobState::ALL
}
words! {
    /// What happened to a need.
    TurnWord(Turn) = "Turn", Turn::ALL
}
words! {
    /// Which headers carried the signature.
    FamilyWord(SignatureFamily) = "SignatureFamily", SignatureFamily::ALL
}
words! {
    /// Whether a job that waits for another attempt holds up those behind it: `strict`.
    OrderWord(inbox::Order) = "JobOrder", inbox::Order::ALL
}

impl<'de> Deserialize<'de> for ClassWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map(Self).map_err(D::Error::custom)
    }
}

fn items() -> impl Iterator<Item = ItemKind> {
    let artifacts = ArtifactKind::ALL.into_iter().map(ItemKind::Artifact);
    artifacts.chain([ItemKind::Bot, ItemKind::SdkUpload])
}

/// Why a kind of artifact may be missing: `in_progress`, `never_reported`, or
/// `never_reported_though_recording_done`, which means that it was not requested, or that the endpoint
/// is not subscribed to its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Hint, value_type = String, examples("in_progress"))]
pub(crate) struct HintWord(pub(crate) Hint);

/// An event name in which `*` stands for any text: `recording.*`, `*.failed`.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, pattern = "^[!-~]{1,200}$", examples("recording.*"))]
pub(crate) struct NameFilter(pub(crate) Pattern);

/// The longest [`NameFilter`].
const NAME_LEN: usize = 200;

impl<'de> Deserialize<'de> for NameFilter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_plain = text.len() <= NAME_LEN && text.bytes().all(|byte| byte.is_ascii_graphic());
        let pattern = text.parse().ok().filter(|_| is_plain).map(Self);
        pattern.ok_or_else(|| {
            D::Error::custom("an event name or a pattern such as `recording.*` has 1 to 200 printable ASCII characters")
        })
    }
}
