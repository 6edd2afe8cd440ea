//! Metadata: what the creator of a thing said about it, the greatest of all that was reported.

use std::fmt;

use recallai_webhook_event::{Json, ResourceRef, Timestamp};

/// A JSON object in canonical spelling, and the time of the event that carried it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub(crate) at: Timestamp,
    pub(crate) json: Box<str>,
}

impl Metadata {
    /// The metadata of a resource, if it has any. An empty object says nothing: some events carry
    /// it where others carry what was set.
    pub(crate) fn of(resource: &ResourceRef<'_>, at: &Timestamp) -> Option<Self> {
        resource.metadata().map(|json| Self::new(&json, at.clone()))
    }

    pub(crate) fn new(json: &Json, at: Timestamp) -> Self {
        Self { at, json: json.to_canonical().into() }
    }

    /// The order that decides which metadata counts: the instant, then the text of the object. The
    /// spelling of the time comes last, so that of two spellings the same one is kept always.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let instants = self.at.instant().cmp(&other.at.instant());
        instants
            .then_with(|| self.json.cmp(&other.json))
            .then_with(|| self.at.as_str().cmp(other.at.as_str()))
    }
}

/// Keeps the greater of two; `true` if that changed something.
pub(crate) fn join(mine: &mut Option<Metadata>, theirs: Option<&Metadata>) -> bool {
    let Some(theirs) = theirs else {
        return false;
    };
    if mine.as_ref().is_some_and(|mine| mine.order(theirs).is_ge()) {
        return false;
    }
    *mine = Some(theirs.clone());
    true
}

/// The time only: metadata is the user's data.
impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metadata").field("at", &self.at.as_str()).finish_non_exhaustive()
    }
}
