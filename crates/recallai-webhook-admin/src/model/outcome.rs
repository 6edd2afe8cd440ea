//! What came of a bot or an upload.

use recallai_webhook_dispatch::recording::{self, Subject};
use serde::Serialize;
use utoipa::ToSchema;

use super::SubjectRef;
use super::readiness::Reason;

/// What came of a bot or an upload.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Outcome {
    /// `pending`, `recorded`, `partial`, `not_admitted`, `denied`, `not_recorded` or `failed`.
    name: &'static str,
    /// Why, unless all went well or is not known yet.
    reason: Option<Reason>,
    /// All of it in one sentence.
    text: String,
    /// The bot or the upload.
    of: SubjectRef,
}

impl Outcome {
    pub(crate) fn new(outcome: &recording::Outcome, of: &Subject) -> Self {
        Self {
            name: outcome.name(),
            reason: outcome.reason().map(Reason::of),
            text: outcome.to_string(),
            of: SubjectRef::of(of),
        }
    }
}
