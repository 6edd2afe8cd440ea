//! Readiness of one recording: each needed kind by itself, then all together.

use recallai_webhook_event::ArtifactKind;

use super::answers::Answers;
use super::{Available, Hint, Missing, Readiness, Reason};
use crate::{Item, ItemKind, Need, State};

pub(crate) fn of_recording(state: &State, need: &Need) -> Readiness {
    if state.is_deleted() {
        return Readiness::Gone(vec![Reason::of_subject(state).of_recording(state)]);
    }
    let mut answers = Answers::default();
    for kind in need.kinds() {
        answers.add(of_kind(state, kind));
    }
    // A need has at least one kind, so there is an answer.
    answers.worst().unwrap_or(Readiness::Pending(Vec::new()))
}

/// One kind, over its artifacts.
fn of_kind(state: &State, kind: ArtifactKind) -> Readiness {
    let items = || state.items().filter(move |item| item.kind() == ItemKind::Artifact(kind));
    let done: Vec<_> = items()
        .filter(Item::is_done)
        .map(|item| {
            let since = item.since().clone();
            Available { recording: state.subject.id.clone(), kind, id: item.id().into(), since }
        })
        .collect();
    if !done.is_empty() {
        return Readiness::Ready(done);
    }
    let live = items().filter(Item::is_live);
    if let Some(item) = live.max_by(|a, b| a.current().order_in_time(b.current())) {
        return Readiness::Pending(vec![Missing {
            recording: Some(state.subject.id.clone()),
            kind,
            current: Some(item.current().clone()),
            since: Some(item.since().clone()),
            hint: Hint::InProgress,
        }]);
    }
    let failed: Vec<_> =
        items().filter(Item::is_failed).map(|item| Reason::of(&item).of_recording(state)).collect();
    if !failed.is_empty() {
        return Readiness::Failed(failed);
    }
    let deleted: Vec<_> = items()
        .filter(Item::is_deleted)
        .map(|item| Reason::of(&item).of_recording(state))
        .collect();
    if !deleted.is_empty() {
        return Readiness::Gone(deleted);
    }
    never_reported(state, kind)
}

fn never_reported(state: &State, kind: ArtifactKind) -> Readiness {
    let recording = state.item();
    if let Some(recording) = recording.filter(Item::is_failed) {
        return Readiness::Failed(vec![Reason::of(&recording).of_recording(state)]);
    }
    let done = recording.filter(Item::is_done);
    Readiness::Pending(vec![Missing {
        recording: Some(state.subject.id.clone()),
        kind,
        current: None,
        since: done.map(|recording| recording.since().clone()),
        hint: match done {
            Some(_) => Hint::NeverReportedThoughRecordingDone,
            None => Hint::NeverReported,
        },
    }])
}
