//! A recording as data: what `list` and `get` write as JSON, and the views that both show.

use std::collections::BTreeSet;
use std::time::SystemTime;

use anstyle::Style;
use recallai_webhook_event::ArtifactKind;
use recallai_webhook_inbox::StoredSubject;
use recallai_webhook_inbox::recording::{Item, ItemKind, Need, Readiness, State, Subject};
use serde_json::{Value, json};

use crate::terminal::{BAD, GOOD, WARNING, style_of_code};
use crate::time;

/// The kinds of which an artifact was reported, as a need; `None` if none was.
pub(super) fn seen(state: &State) -> Option<Need> {
    let kinds = state.items().filter_map(|item| artifact_kind(&item));
    Need::of(kinds.collect::<BTreeSet<_>>()).ok()
}

/// The kinds of which no event told.
pub(super) fn never_reported(state: &State) -> impl Iterator<Item = ArtifactKind> {
    let seen = seen(state);
    ArtifactKind::ALL.into_iter().filter(move |kind| !seen.is_some_and(|seen| seen.contains(*kind)))
}

pub(super) fn artifact_kind(item: &Item<'_>) -> Option<ArtifactKind> {
    match item.kind() {
        ItemKind::Artifact(kind) => Some(kind),
        _ => None,
    }
}

/// When the earliest status was reached, as the sender says; by our clock if no time can be read.
pub(super) fn first_seen(stored: &StoredSubject) -> SystemTime {
    let items = stored.state.items();
    let instants = items.flat_map(|item| item.timeline().into_iter());
    let earliest = instants.filter_map(|observation| observation.updated_at.instant()).min();
    earliest.unwrap_or(stored.created_at)
}

/// How a status is shown: a letter, a colour.
pub(super) fn mark(code: &str) -> (char, Style) {
    let letter = match code {
        "done" | "complete" | "completed" => 'D',
        "failed" | "fatal" => 'F',
        "deleted" | "media_expired" => 'X',
        "processing" => 'P',
        "paused" => '=',
        _ => return ('?', WARNING),
    };
    (letter, style_of_code(code))
}

/// What the letters mean.
pub(super) const LEGEND: &str =
    "P processing  D done  F failed  X deleted  = paused  ? another code";

/// The colour of an answer.
pub(super) fn style(readiness: &Readiness) -> Style {
    match readiness {
        Readiness::Ready(_) => GOOD,
        Readiness::Failed(_) => BAD,
        Readiness::Gone(_) => WARNING,
        _ => Style::new(),
    }
}

/// The whole state.
pub(super) fn json(stored: &StoredSubject) -> Value {
    let state = &stored.state;
    json!({
        "id": state.subject().id,
        "scope": &*stored.scope,
        "first_seen": time::rfc3339_at(first_seen(stored)),
        "stored_at": time::rfc3339_at(stored.created_at),
        "erased_at": stored.erased_at.map(time::rfc3339_at),
        "deleted": state.is_deleted(),
        "metadata": metadata(state.metadata()),
        "links": state.links().collect::<Vec<&Subject>>(),
        "artifacts": state.items().map(|item| artifact(&item)).collect::<Vec<_>>(),
        "readiness": seen(state).map(|need| state.readiness(&need)),
        "never_reported": never_reported(state).collect::<Vec<_>>(),
    })
}

fn artifact(item: &Item<'_>) -> Value {
    json!({
        "kind": item.kind(),
        "id": item.id(),
        "code": item.current().code.as_str(),
        "sub_code": item.current().sub_code.as_ref().map(|sub_code| sub_code.as_str()),
        "since": item.since(),
        "metadata": metadata(item.metadata()),
        "timeline": item.timeline(),
    })
}

/// Metadata as JSON.
pub(super) fn metadata(text: Option<&str>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}
