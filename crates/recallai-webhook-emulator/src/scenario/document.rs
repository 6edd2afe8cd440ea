//! A scenario as it is written: the shape of the TOML or JSON, and nothing that needs a second look.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::labelled::Labelled;
use super::offset::Offset;
use crate::meeting::TimeSpelling;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) name: String,
    pub(super) description: String,
    #[serde(default)]
    pub(super) jitter: Offset,
    #[serde(default)]
    pub(super) spelling: Spelling,
    #[serde(default)]
    pub(super) bot: Labelled<Thing>,
    #[serde(default)]
    pub(super) sdk_upload: Labelled<Thing>,
    #[serde(default)]
    pub(super) recording: Labelled<Recording>,
    #[serde(default)]
    pub(super) artifact: Labelled<Artifact>,
    #[serde(default)]
    pub(super) realtime_endpoint: Labelled<Endpoint>,
    #[serde(default)]
    pub(super) calendar: Labelled<Nameless>,
    #[serde(default)]
    pub(super) slack_team: Labelled<Thing>,
    #[serde(default)]
    pub(super) steps: Vec<Step>,
}

/// How this sender spells what the vendor's pages spell in several ways.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spelling {
    #[serde(default)]
    pub(super) time: TimeSpelling,
    #[serde(default)]
    pub(super) artifact_key: ArtifactKey,
}

/// The member of `data` that a media object comes under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ArtifactKey {
    /// That of its kind.
    #[default]
    Own,
    /// `transcript` for five kinds that have a key of their own, as the vendor page prints it.
    VendorPage,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thing {
    #[serde(default)]
    pub(super) metadata: Map<String, Value>,
}

/// A thing that no event gives metadata of.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nameless {}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recording {
    pub(super) bot: Option<String>,
    pub(super) sdk_upload: Option<String>,
    #[serde(default)]
    pub(super) metadata: Map<String, Value>,
    #[serde(default)]
    pub(super) artifacts: Vec<String>,
    pub(super) start: Option<Offset>,
    pub(super) end: Option<Offset>,
    pub(super) deleted: Option<Offset>,
    #[serde(default)]
    pub(super) outcome: Outcome,
    pub(super) sub_code: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Artifact {
    pub(super) kind: String,
    pub(super) recording: Option<String>,
    #[serde(default)]
    pub(super) metadata: Map<String, Value>,
    pub(super) start: Option<Offset>,
    pub(super) end: Option<Offset>,
    pub(super) deleted: Option<Offset>,
    #[serde(default)]
    pub(super) outcome: Outcome,
    pub(super) sub_code: Option<String>,
}

/// How a recording or a media object ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    #[default]
    Done,
    Failed,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Endpoint {
    pub(super) recording: Option<String>,
    #[serde(default)]
    pub(super) metadata: Map<String, Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) at: Offset,
    pub(super) event: String,
    pub(super) of: Option<String>,
    pub(super) recording: Option<String>,
    pub(super) code: Option<String>,
    pub(super) sub_code: Option<String>,
    pub(super) text: Option<String>,
    pub(super) level: Option<String>,
    pub(super) participant: Option<String>,
    #[serde(default)]
    pub(super) data: Map<String, Value>,
    pub(super) repeat: Option<u32>,
    pub(super) every: Option<Offset>,
}
