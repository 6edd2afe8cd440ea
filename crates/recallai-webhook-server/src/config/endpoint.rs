//! `[endpoints.NAME]`: who may deliver where, and how they prove it.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use recallai_webhook_outputs::{Credential, Period};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Word;

/// An endpoint: a path with secrets of its own, one for each workspace, region or legacy endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Endpoint {
    /// The URL path.
    pub path: String,
    /// The workspace whose recordings it tells of; without it, the name of the endpoint. Endpoints of
    /// one workspace share one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// `status` for events of recordings and bots, `realtime` for the events of a running meeting, which
    /// have a retention of their own.
    pub class: Class,
    /// `signature`, or `token` for senders that cannot sign. `danger-unverified` lets everybody in who
    /// knows the URL.
    pub auth: Auth,
    /// Where the secrets are that deliveries are signed with; each of them counts.
    pub secrets: Vec<SecretPlace>,
    /// Where the token is, for `auth = "token"`: `{ file = "…" }` or `{ env = "…" }`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Credential>,
    /// How far the time that was signed may be from our clock.
    pub tolerance: Period,
}

impl Default for Endpoint {
    fn default() -> Self {
        Self {
            path: "/webhooks/recall".to_owned(),
            scope: None,
            class: Class::default(),
            auth: Auth::default(),
            secrets: Vec::new(),
            token: None,
            tolerance: Duration::from_secs(300).into(),
        }
    }
}

/// What sort of events an endpoint is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Class {
    /// Events of recordings, bots and uploads.
    #[default]
    Status,
    /// Events of a running meeting, many of them.
    Realtime,
}

/// How a sender proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Auth {
    /// It signs.
    #[default]
    Signature,
    /// It repeats a token.
    Token,
    /// It does not: anybody who knows the URL can forge events.
    DangerUnverified,
}

/// Where secrets are found: a file or a variable, with one secret or several.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "the place of a secret, { file = \"…\" } or { env = \"…\" }, and never the secret itself"
)]
#[non_exhaustive]
pub struct SecretPlace {
    /// What the secret is called in logs and messages. Several secrets in one place have labels there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// A file with secrets, one a line: `whsec_…` or `label=whsec_…`. It is read again when it changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// A variable with secrets, separated by white space or commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
    /// From when on it no longer counts, such as `2026-01-31T00:00:00Z`: for the old one of a rotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Word<Timestamp>>,
}
