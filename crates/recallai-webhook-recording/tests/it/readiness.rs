//! Readiness: one row for each rule.

use recallai_webhook_recording::{Need, Readiness, State, Subject, readiness_of_bot};

use crate::events::{self, BOT, Body, RECORDING, UPLOAD, at, bot, media, recording, upload};

/// What is written after a comma is a status: `recording done`, `transcript t1 failed`.
fn bodies(statuses: &str) -> Vec<Body> {
    let words = statuses.split(',').map(|status| status.split_whitespace().collect::<Vec<_>>());
    let statuses = words.filter(|words| !words.is_empty()).enumerate();
    let body = |(place, words): (usize, Vec<&str>)| match words[..] {
        ["recording", code] => recording(code, &at(place as u32)),
        [kind, id, code] => media(kind, id, code, &at(place as u32)),
        _ => panic!("{words:?}"),
    };
    statuses.map(body).collect()
}

fn need(text: &str) -> Need {
    text.parse().unwrap()
}

#[track_caller]
fn check(statuses: &str, needed: &str, expected: &str) {
    let state = events::of_recording(&bodies(statuses));
    let line = state.readiness(&need(needed)).to_string();
    assert!(line.starts_with(expected), "{statuses} / {needed}: {line}");
}

#[test]
fn one_kind() {
    check("", "transcript", "pending: transcript never reported");
    let state = events::of_recording(&bodies("recording processing"));
    let line = state.readiness(&need("transcript")).to_string();
    assert_eq!(line, "pending: transcript never reported");
    check(
        "recording done",
        "transcript",
        "pending: transcript never reported though the recording is done: not requested, or its events are not subscribed since 2025-03-01T00:00:00.000000Z",
    );
    check("transcript t1 processing", "transcript", "pending: transcript in progress (processing)");
    check("transcript t1 done", "transcript", "ready: transcript t1 since 2025-");
    check("transcript t1 failed", "transcript", "failed: transcript t1 failed since 2025-");
    check("transcript t1 deleted", "transcript", "gone: transcript t1 deleted since 2025-");
    check("transcript t1 done", "video_mixed", "pending: video_mixed never reported");
}

#[test]
fn several_artifacts_of_a_kind() {
    check("transcript t1 failed, transcript t2 done", "transcript", "ready: transcript t2");
    check("transcript t1 deleted, transcript t2 done", "transcript", "ready: transcript t2");
    check("transcript t1 failed, transcript t2 processing", "transcript", "pending");
    check("transcript t1 deleted, transcript t2 processing", "transcript", "pending");
    check("transcript t1 deleted, transcript t2 failed", "transcript", "failed: transcript t2");
    check("transcript t1 done, transcript t2 processing", "transcript", "ready: transcript t1");
    let later = "pending: transcript in progress (processing) since 2025-03-01T00:00:01";
    check("transcript t1 processing, transcript t2 processing", "transcript", later);
    check("transcript t2 processing, transcript t1 processing", "transcript", later);
    check(
        "transcript t2 done, transcript t1 done",
        "transcript",
        "ready: transcript t1 since 2025-03-01T00:00:01.000000Z; transcript t2",
    );
}

#[test]
fn the_recording_itself() {
    check("recording processing", "recording", "pending: recording in progress");
    check("recording paused", "recording", "pending: recording in progress (paused)");
    check("recording done", "recording", "ready: recording rec");
    check("recording failed", "recording", "failed: recording rec failed");
    check("recording deleted", "recording", "gone: recording rec deleted");
    check("recording deleted, transcript t1 done", "transcript", "gone: recording rec deleted");
    check("recording failed", "transcript", "failed: recording rec failed");
    check("recording failed, transcript t1 processing", "transcript", "pending: transcript");
    check("recording failed, transcript t1 done", "transcript", "ready: transcript t1");
}

#[test]
fn several_kinds() {
    let both = "transcript,video_mixed";
    check("transcript t1 done, video_mixed v1 done", both, "ready: transcript t1");
    check("transcript t1 done", both, "pending: video_mixed never reported");
    check("transcript t1 failed", both, "failed: transcript t1");
    check("transcript t1 failed, video_mixed v1 deleted", both, "gone: video_mixed v1");
    check("transcript t1 failed, video_mixed v1 processing", both, "failed: transcript t1");
    check(
        "transcript t1 processing",
        both,
        "pending: transcript in progress (processing) since 2025-03-01T00:00:00.000000Z; video_mixed never",
    );
}

#[test]
fn one_reason_is_told_once() {
    let state = events::of_recording(&bodies("recording failed"));
    let Readiness::Failed(reasons) = state.readiness(&need("transcript,video_mixed")) else {
        panic!("not failed");
    };
    assert_eq!(reasons.len(), 1);
}

#[test]
fn failed_may_become_ready() {
    let mut state = events::of_recording(&bodies("transcript t1 failed"));
    let need = need("transcript");
    assert_eq!(state.readiness(&need).name(), "failed");
    state.apply(&media("transcript", "t2", "processing", &at(5)).facts());
    assert_eq!(state.readiness(&need).name(), "pending");
    state.apply(&media("transcript", "t2", "done", &at(6)).facts());
    assert_eq!(state.readiness(&need).name(), "ready");
}

#[test]
fn a_sub_code_is_explained() {
    let body = media("transcript", "t1", "failed", &at(1)).because("zoom_captions_failure");
    let line = events::of_recording(&[body]).readiness(&need("transcript")).to_string();
    assert!(line.ends_with(": Captions could not be switched on in the Zoom call."), "{line}");
}

#[test]
fn json_for_the_command_line() {
    let state = events::of_recording(&bodies("transcript t1 done, video_mixed v1 processing"));
    let ready = serde_json::to_string(&state.readiness(&need("transcript"))).unwrap();
    assert_eq!(
        ready,
        r#"{"readiness":"ready","details":[{"recording":"rec","kind":"transcript","id":"t1","since":"2025-03-01T00:00:00.000000Z"}]}"#
    );
    let pending = serde_json::to_string(&state.readiness(&need("video_mixed"))).unwrap();
    assert!(pending.contains(r#""current":{"code":"processing","sub_code":null"#), "{pending}");
    assert!(pending.contains(r#""hint":"in_progress""#), "{pending}");
}

/// Each recording is named by its id, then its statuses of a transcript and of itself.
#[track_caller]
fn check_bot(recordings: &[(&str, &str)], expected: &str) {
    let mut bot_state = events::of_bot(&[bot("in_call_recording", &at(0))]);
    let mut states = Vec::new();
    for (id, code) in recordings {
        let body = events::event(&format!("transcript.{code}"), &at(3)).with("transcript", "t");
        let body = body.with("recording", id).with("bot", BOT);
        bot_state.apply(&body.facts());
        states.push(events::state(Subject::recording(*id), [&body]));
    }
    // A recording of another bot changes nothing.
    let other = media("transcript", "t", "processing", &at(1)).with("bot", "another");
    states.push(events::of_recording(&[other]));
    let readiness = readiness_of_bot(&bot_state, &states, &need("transcript"));
    assert_eq!(readiness.name(), expected, "{readiness}");
}

#[test]
fn over_the_recordings_of_a_bot() {
    check_bot(&[("a", "done"), ("b", "processing")], "pending");
    check_bot(&[("a", "done"), ("b", "failed")], "ready");
    check_bot(&[("a", "deleted"), ("b", "done")], "ready");
    check_bot(&[("a", "deleted"), ("b", "failed")], "failed");
    check_bot(&[("a", "deleted"), ("b", "deleted")], "gone");
    check_bot(&[("a", "deleted"), ("b", "processing")], "pending");
}

#[test]
fn a_recording_that_is_only_linked_is_pending() {
    let body = recording("done", &at(1)).with("bot", BOT);
    let bot = events::of_bot(std::slice::from_ref(&body));
    assert!(readiness_of_bot(&bot, &[], &need("recording")).is_pending());
    // The link is known from either side.
    let known = [events::of_recording(&[body])];
    let unlinked = State::new(Subject::bot(BOT));
    for bot in [bot, unlinked] {
        assert_eq!(readiness_of_bot(&bot, &known, &need("recording")).name(), "ready");
    }
}

#[test]
fn without_a_recording() {
    #[track_caller]
    fn check(bodies: &[Body], expected: &str) {
        let readiness = readiness_of_bot(&events::of_bot(bodies), &[], &need("transcript"));
        assert!(readiness.to_string().starts_with(expected), "{readiness}");
    }
    check(&[], "pending: transcript never reported");
    check(&[bot("joining_call", &at(1))], "pending");
    check(&[bot("fatal", &at(1)).because("meeting_full")], "failed: bot bot fatal (meeting_full)");
    let denied = bot("recording_permission_denied", &at(1)).because("zoom_local_recording_denied");
    check(&[denied], "failed: bot bot recording_permission_denied");
    let ended = bot("call_ended", &at(2)).because("timeout_exceeded_waiting_room");
    check(&[ended], "failed: bot bot call_ended");
    check(&[bot("call_ended", &at(1)), bot("done", &at(2))], "failed: bot bot call_ended");
    let erased = events::of_bot(&[bot("done", &at(1))]).tombstone();
    let readiness = readiness_of_bot(&erased, &[], &need("transcript"));
    assert_eq!(readiness.to_string(), "gone: bot bot deleted: It was erased here.");
}

#[test]
fn an_upload_is_asked_like_a_bot() {
    let subject = || Subject::sdk_upload(UPLOAD);
    let ask = |bodies: &[Body]| {
        let known = [events::of_recording(bodies)];
        readiness_of_bot(&events::state(subject(), bodies), &known, &need("recording"))
    };
    assert_eq!(ask(&[upload("uploading", None, &at(1))]).name(), "pending");
    assert_eq!(ask(&[upload("failed", None, &at(1))]).name(), "failed");
    assert_eq!(ask(&[upload("complete", None, &at(1))]).name(), "pending");
    let linked = upload("complete", Some(RECORDING), &at(1));
    assert_eq!(ask(std::slice::from_ref(&linked)).name(), "pending");
    assert_eq!(ask(&[linked, recording("done", &at(2))]).name(), "ready");
}
