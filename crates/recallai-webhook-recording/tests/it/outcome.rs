//! Outcomes: what came of a bot, by its codes, its sub codes and its recordings.

use recallai_webhook_event::SUB_CODES;
use recallai_webhook_recording::{Outcome, State, Subject, outcome};

use crate::events::{self, BOT, Body, UPLOAD, at, bot, legacy, recording, upload};

fn name(outcome: &Outcome) -> String {
    let sub_code = outcome.reason().and_then(|reason| reason.sub_code.as_ref());
    let json = serde_json::to_value(outcome).unwrap();
    assert_eq!(json["outcome"], outcome.name());
    assert_eq!(json["reason"]["sub_code"].as_str(), sub_code.map(|sub_code| sub_code.as_str()));
    let sub_code = sub_code.map(|sub_code| format!(" ({sub_code})"));
    format!("{}{}", outcome.name(), sub_code.unwrap_or_default())
}

/// The codes of the bot in the order of their time, each with a sub code after a colon; then those of
/// its recordings.
#[track_caller]
fn check(codes: &str, recordings: &str, expected: &str) {
    let bodies: Vec<Body> = codes
        .split_whitespace()
        .zip(1..)
        .map(|(code, second)| match code.split_once(':') {
            Some((code, sub_code)) => bot(code, &at(second)).because(sub_code),
            None => bot(code, &at(second)),
        })
        .collect();
    let mut state = events::of_bot(&bodies);
    let mut states = Vec::new();
    for (code, id) in recordings.split_whitespace().zip(["r1", "r2", "r3"]) {
        let body = events::event(&format!("recording.{code}"), &at(9));
        let body = body.with("recording", id).with("bot", BOT);
        state.apply(&body.facts());
        states.push(events::state(Subject::recording(id), [&body]));
    }
    assert_eq!(name(&outcome(&state, &states)), expected, "{codes} / {recordings}");
}

#[test]
fn one_line_for_people() {
    assert_eq!(outcome(&events::of_bot(&[]), &[]).to_string(), "pending");
    let fatal = bot("fatal", &at(1)).because("meeting_full");
    assert_eq!(
        outcome(&events::of_bot(&[fatal]), &[]).to_string(),
        "not_admitted: bot bot fatal (meeting_full) since 2025-03-01T00:00:01.000000Z: The meeting is full."
    );
}

#[test]
fn on_the_way() {
    check("", "", "pending");
    check("joining_call in_waiting_room", "", "pending");
    check("in_call_recording", "", "pending");
    check("in_call_recording", "done", "pending");
    check("in_call_recording call_ended done", "processing", "pending");
    check("in_call_recording call_ended done", "done processing", "pending");
    check("in_call_recording call_ended", "", "pending");
    check("in_call_not_recording call_ended:call_ended_by_host", "", "pending");
}

#[test]
fn a_recording_that_is_only_linked_is_on_its_way() {
    let linked = recording("done", &at(3)).with("bot", BOT);
    let bodies = [bot("in_call_recording", &at(1)), bot("done", &at(3)), linked];
    let state = events::of_bot(&bodies);
    assert_eq!(outcome(&state, &[]), Outcome::Pending);
    assert_eq!(outcome(&state, &[events::of_recording(&bodies)]), Outcome::Recorded);
}

#[test]
fn recorded_and_partial() {
    check("in_call_recording call_ended done", "done", "recorded");
    check("in_call_recording call_ended:call_ended_by_host", "done", "recorded");
    check("", "done", "recorded");
    check("done", "deleted", "recorded");
    check("in_call_recording call_ended:bot_received_leave_call done", "done", "recorded");
    check("call_ended:timeout_exceeded_everyone_left done", "done", "recorded");
    check("call_ended:bot_kicked_from_call done", "done", "partial (bot_kicked_from_call)");
    check(
        "call_ended:timeout_exceeded_max_duration done",
        "done",
        "partial (timeout_exceeded_max_duration)",
    );
    check("in_call_recording fatal:bot_errored", "done", "partial (bot_errored)");
    check("in_call_recording call_ended done", "done failed", "partial");
    check(
        "in_call_recording call_ended:bot_kicked_from_call done",
        "",
        "partial (bot_kicked_from_call)",
    );
}

#[test]
fn not_recorded() {
    check("fatal:meeting_not_found", "", "not_admitted (meeting_not_found)");
    check(
        "fatal:microsoft_teams_bot_not_invited",
        "",
        "not_admitted (microsoft_teams_bot_not_invited)",
    );
    check(
        "in_waiting_room call_ended:timeout_exceeded_waiting_room done",
        "",
        "not_admitted (timeout_exceeded_waiting_room)",
    );
    check(
        "in_waiting_room call_ended:bot_kicked_from_waiting_room",
        "",
        "not_admitted (bot_kicked_from_waiting_room)",
    );
    check("fatal", "", "failed");
    check("fatal:zoom_internal_error", "", "failed (zoom_internal_error)");
    check("fatal:brand_new", "", "failed (brand_new)");
    check(
        "in_call_recording fatal:google_meet_watermark_kicked",
        "",
        "failed (google_meet_watermark_kicked)",
    );
    check("in_call_recording call_ended done", "failed", "failed");
    check(
        "in_call_not_recording call_ended:call_ended_by_host done",
        "",
        "not_recorded (call_ended_by_host)",
    );
    check(
        "in_call_not_recording call_ended:timeout_exceeded_in_call_not_recording",
        "",
        "not_recorded (timeout_exceeded_in_call_not_recording)",
    );
    check("done", "", "not_recorded");
}

#[test]
fn denied() {
    let no = "recording_permission_denied:zoom_local_recording_request_denied_by_host";
    let wait = "recording_permission_denied:zoom_host_not_present";
    let by_host = "denied (zoom_local_recording_request_denied_by_host)";
    check(no, "", by_host);
    check(&format!("{no} call_ended done"), "", by_host);
    check(&format!("{no} call_ended:timeout_exceeded_recording_permission_denied"), "", by_host);
    check(&format!("{no} call_ended:timeout_exceeded_in_call_not_recording"), "", by_host);
    check(
        "call_ended:timeout_exceeded_recording_permission_denied",
        "",
        "denied (timeout_exceeded_recording_permission_denied)",
    );
    // What may pass is no answer while the bot is in the call.
    check(wait, "", "pending");
    check(&format!("{wait} call_ended"), "", "denied (zoom_host_not_present)");
    // It went on, nobody knows to what.
    check(&format!("{no} in_waiting_room"), "", "pending");
    // Given after all.
    check(&format!("{no} recording_permission_allowed"), "", "pending");
    check(&format!("{no} recording_permission_allowed done"), "", "not_recorded");
    check(&format!("{no} recording_permission_allowed in_call_recording done"), "done", "recorded");
}

/// No documented sub code of a bot leaves its outcome open once the bot is done.
#[test]
fn every_documented_sub_code_has_an_outcome() {
    let mut seen = 0;
    for entry in SUB_CODES.iter().filter(|entry| entry.event.starts_with("bot.")) {
        let last = events::event(entry.event, &at(5)).with("bot", BOT).because(entry.sub_code);
        let mut bodies = vec![last];
        if entry.event != "bot.fatal" {
            bodies.push(bot("done", &at(6)));
        }
        let outcome = outcome(&events::of_bot(&bodies), &[]);
        let json = serde_json::to_value(&outcome).unwrap();
        assert_eq!(json["reason"]["sub_code"], entry.sub_code, "{outcome:?}");
        assert_eq!(json["reason"]["meaning"], entry.meaning, "{outcome:?}");
        seen += 1;
    }
    assert!(seen > 70, "the table of sub codes has shrunk");
}

#[test]
fn legacy_codes_count() {
    let check = |bodies: &[Body], expected: &str| {
        assert_eq!(name(&outcome(&events::of_bot(bodies), &[])), expected);
    };
    let kicked = legacy("call_ended", Some("bot_kicked_from_waiting_room"), &at(3));
    check(&[kicked], "not_admitted (bot_kicked_from_waiting_room)");
    check(&[legacy("recording_done", None, &at(3)), legacy("done", None, &at(4))], "recorded");
    check(&[legacy("media_expired", None, &at(9))], "recorded");
    check(&[legacy("fatal", Some("meeting_locked"), &at(2))], "not_admitted (meeting_locked)");
    check(&[legacy("ready", None, &at(2)), legacy("done", None, &at(3))], "not_recorded");
}

#[test]
fn an_upload_has_one_too() {
    let outcome = |code: &str, recordings: &[State]| {
        let body = upload(code, None, &at(1));
        name(&outcome(&events::state(Subject::sdk_upload(UPLOAD), [&body]), recordings))
    };
    assert_eq!(outcome("uploading", &[]), "pending");
    assert_eq!(outcome("complete", &[]), "recorded");
    assert_eq!(outcome("failed", &[]), "failed");
    let done = [events::of_recording(&[recording("done", &at(2)).with("sdk_upload", UPLOAD)])];
    assert_eq!(outcome("uploading", &done), "recorded");
}
