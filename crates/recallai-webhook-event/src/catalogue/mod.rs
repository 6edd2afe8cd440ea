//! The catalogue: every event name that Recall.ai is known to send, as data.
//!
//! One row in [`names`] makes an event: its constant, its place in the lookup, its line in the
//! event table of the documentation, its JSON Schema, its example body, and the tests that look
//! for its fixture. A name that is not here is not an error, it is an *unknown* event.

mod family;
mod lookup;
pub mod names;

pub use family::{Channel, Family};
pub use lookup::{CATALOGUE, find};

use crate::ArtifactKind;

/// One row of the catalogue: an event name and what is known of it.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The whole name, such as `video_mixed.done`.
    pub name: &'static str,
    /// The name of the constant in [`names`], such as `VIDEO_MIXED_DONE`.
    pub constant: &'static str,
    /// The family, which decides the shape of the body.
    pub family: Family,
    /// What the event tells.
    pub meaning: &'static str,
    /// Since when the name is known to be sent, as far as is published.
    pub since: &'static str,
    /// Where the name is documented or was seen.
    pub source: &'static str,
}

impl Entry {
    /// The status code that belongs to the name: what stands behind its dot, for the families that
    /// report a status. `None` for the others.
    pub fn code(&self) -> Option<&'static str> {
        if !self.family.has_status() {
            return None;
        }
        self.name.split_once('.').map(|(_, code)| code)
    }

    /// The channel that the event comes on.
    pub fn channel(&self) -> Channel {
        self.family.channel()
    }

    /// The kind of artifact whose status the event reports, for the eight artifact families.
    pub fn artifact_kind(&self) -> Option<ArtifactKind> {
        self.family.artifact_kind()
    }
}
