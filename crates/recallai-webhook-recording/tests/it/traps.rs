//! Mistakes seen in the field, as tests against ourselves.

use recallai_webhook_recording::{Outcome, Readiness, State, Subject, outcome, readiness_of_bot};

use crate::events::{self, BOT, RECORDING, UPLOAD, at, bot, media, recording, upload};

fn need(text: &str) -> recallai_webhook_recording::Need {
    text.parse().unwrap()
}

#[test]
fn a_late_processing_does_not_undo_done() {
    // Later by its own time, too: a clock that went back must not move a state back.
    for late in [1, 9] {
        let state = events::of_recording(&[
            media("transcript", "t1", "done", &at(5)),
            media("transcript", "t1", "processing", &at(late)),
        ]);
        assert_eq!(state.items().next().unwrap().current().code, "done");
        assert_eq!(state.readiness(&need("transcript")).name(), "ready");
    }
}

#[test]
fn a_deleted_artifact_is_not_left_pending() {
    let state = events::of_recording(&[
        media("transcript", "t1", "deleted", &at(5)),
        media("transcript", "t1", "done", &at(9)),
    ]);
    assert_eq!(state.readiness(&need("transcript")).name(), "gone");
    let state =
        events::of_recording(&[recording("deleted", &at(5)), recording("processing", &at(9))]);
    assert!(state.is_deleted());
    assert_eq!(state.readiness(&need("transcript")).name(), "gone");
}

#[test]
fn a_bot_that_is_done_without_a_recording() {
    let state = events::of_bot(&[bot("in_call_not_recording", &at(1)), bot("done", &at(3))]);
    assert!(matches!(outcome(&state, &[]), Outcome::NotRecorded { .. }));
    assert_eq!(readiness_of_bot(&state, &[], &need("transcript")).name(), "failed");
}

#[test]
fn a_bot_that_is_done_before_its_recording_is_heard_of() {
    let state = events::of_bot(&[bot("in_call_recording", &at(1)), bot("done", &at(3))]);
    assert_eq!(outcome(&state, &[]), Outcome::Recorded);
    assert!(readiness_of_bot(&state, &[], &need("recording")).is_pending());
}

#[test]
fn complete_and_completed_are_one_fact() {
    let both = [
        upload("complete", Some(RECORDING), &at(5)),
        upload("completed", Some(RECORDING), &at(5)).coded("complete"),
    ];
    let state = events::state(Subject::sdk_upload(UPLOAD), &both);
    assert_eq!(state.item().unwrap().timeline().len(), 1);
    let [first, second] = both.map(|body| body.facts());
    assert_eq!(first.completes_upload(), second.completes_upload());
}

#[test]
fn two_spellings_of_an_instant_are_two_observations_and_one_instant() {
    let spelled = ["2025-03-01T10:00:00Z", "2025-03-01T12:00:00.000+02:00"];
    let bodies = spelled.map(|spelling| recording("done", spelling));
    let state = events::of_recording(&bodies);
    let item = state.item().unwrap();
    assert_eq!(item.timeline().len(), 2);
    assert_eq!(item.current().updated_at.as_str(), "2025-03-01T12:00:00.000+02:00");
    assert_eq!(item.since().as_str(), "2025-03-01T10:00:00Z");
}

#[test]
fn a_time_that_cannot_be_read_loses_nothing_and_wins_nothing() {
    let state = events::of_recording(&[
        recording("failed", "soon").because("x"),
        recording("done", &at(1)),
    ]);
    assert_eq!(state.item().unwrap().current().code, "done");
    let state = events::of_recording(&[recording("done", "soon"), recording("processing", &at(1))]);
    let item = state.item().unwrap();
    assert_eq!((item.current().code.as_str(), item.since().as_str()), ("done", "soon"));
}

#[test]
fn a_code_that_is_not_known_is_kept_and_is_live() {
    let body = media("transcript", "t1", "processing", &at(3)).coded("reticulating");
    let state = events::of_recording(&[media("transcript", "t1", "processing", &at(1)), body]);
    let item = state.items().next().unwrap();
    assert!(item.is_live() && item.current().code == "reticulating");
    let done = media("transcript", "t1", "done", &at(2));
    let mut state = state;
    assert!(state.apply(&done.facts()));
    assert!(matches!(state.readiness(&need("transcript")), Readiness::Ready(_)));
}

#[test]
fn the_events_of_a_legacy_bot_count() {
    let state = events::of_bot(&[
        events::legacy("media_expired", None, &at(2)),
        events::legacy("done", None, &at(9)),
        events::legacy("analysis_done", None, &at(10)),
    ]);
    assert_eq!(state.item().unwrap().current().code, "media_expired");
    assert!(state.is_deleted());
    assert_eq!(readiness_of_bot(&state, &[], &need("recording")).name(), "gone");
    let state = events::of_bot(&[
        events::legacy("done", None, &at(9)),
        events::legacy("analysis_done", None, &at(10)),
    ]);
    assert_eq!(state.item().unwrap().current().code, "done");
}

#[test]
fn erasing_a_bot_leaves_its_name_only() {
    let state = events::of_bot(&[bot("done", &at(1))]).tombstone();
    assert_eq!(state.to_json(), r#"{"form":1,"subject":["bot","bot"],"erased":true}"#);
    assert_eq!(state.subject(), &Subject::bot(BOT));
    let mut again = State::new(Subject::bot(BOT));
    assert!(again.merge(&state) && again.is_deleted());
}
