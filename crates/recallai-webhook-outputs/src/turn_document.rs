//! The document that is sent for a turn of a need.

use recallai_webhook_dispatch::Turned;
use recallai_webhook_dispatch::event::{ArtifactKind, Timestamp};
use recallai_webhook_dispatch::recording::{Available, Hint, Missing, Need, Readiness, Reason};
use serde::Serialize;

/// Written as [`Outgoing::turn`](crate::Outgoing::turn) shows.
#[derive(Serialize)]
pub(crate) struct TurnDocument<'t> {
    scope: &'t str,
    recording: &'t str,
    need: Vec<ArtifactKind>,
    turn: &'static str,
    readiness: Standing<'t>,
}

#[derive(Serialize)]
struct Standing<'t> {
    state: &'static str,
    text: String,
    available: &'t [Available],
    missing: Vec<Lack<'t>>,
    failed: &'t [Reason],
    gone: &'t [Reason],
}

/// A [`Missing`] without the whole observation: its code says how far it is.
#[derive(Serialize)]
struct Lack<'t> {
    recording: Option<&'t str>,
    kind: ArtifactKind,
    code: Option<&'t str>,
    since: Option<&'t Timestamp>,
    hint: Hint,
}

impl<'t> TurnDocument<'t> {
    pub(crate) fn new(turned: &'t Turned, need: &Need, scope: &'t str) -> Self {
        let (mut available, mut missing, mut failed, mut gone) = Default::default();
        match &turned.readiness {
            Readiness::Ready(list) => available = &list[..],
            Readiness::Pending(list) => missing = list.iter().map(Lack::of).collect(),
            Readiness::Failed(list) => failed = &list[..],
            Readiness::Gone(list) => gone = &list[..],
            // A newer sort of readiness has its name and its text.
            _ => {}
        }
        let (state, text) = (turned.readiness.name(), turned.readiness.to_string());
        Self {
            scope,
            recording: &turned.recording.id,
            need: need.kinds().collect(),
            turn: turned.turn.as_str(),
            readiness: Standing { state, text, available, missing, failed, gone },
        }
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        // Text, numbers and lists only, and writing to memory does not fail.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl<'t> Lack<'t> {
    fn of(missing: &'t Missing) -> Self {
        Self {
            recording: missing.recording.as_deref(),
            kind: missing.kind,
            code: missing.current.as_ref().map(|current| current.code.as_str()),
            since: missing.since.as_ref(),
            hint: missing.hint,
        }
    }
}
