//! Every payload of `fixtures/payloads` tells what a reader of it would expect.

use std::fs;

use recallai_webhook_event::EventRef;
use recallai_webhook_recording::{Facts, State};
use serde_json::Value;

const PAYLOADS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/payloads");

/// The recording, bot and upload that most payloads name.
const R: &str = "recording 03d06804-0cb2-42f8-a255-5b950dde7c57";
const B: &str = "bot 0b85d2f9-d54a-47f6-b28d-4c63229f4035";
const R_SDK: &str = "recording 0206f11b-68ab-42b1-8a30-b85f60076e83";
const U: &str = "sdk_upload fa08e580-d7b6-4f88-9f71-5b718c5a5f77";

/// File, subjects with the primary one first, artifact, code, whether it completes an upload.
type Row = (&'static str, &'static [&'static str], &'static str, &'static str, bool);

const ROWS: &[Row] = &[
    ("bot.call_ended.json", &[B], "", "call_ended", false),
    ("bot.log.json", &[B], "", "", false),
    (
        "bot.output_log.documented.json",
        &["bot fc75fbf8-4a87-4438-bca8-83200962a1eb"],
        "",
        "",
        false,
    ),
    ("bot.recording_permission_denied.json", &[B], "", "recording_permission_denied", false),
    ("bot.status_change.legacy.json", &[B], "", "call_ended", false),
    ("bot.transcription.json", &[R, B], "", "", false),
    ("calendar.update.json", &[], "", "", false),
    ("realtime_endpoint.failed.json", &[R, B], "", "", false),
    ("recording.deleted.json", &[R, B], "recording", "deleted", false),
    ("recording.done.bot-absent.json", &[R], "recording", "done", false),
    ("recording.done.bot-null.json", &[R], "recording", "done", false),
    ("recording.paused.json", &[R, B], "recording", "paused", false),
    ("rt.participant_events.join.json", &[R, B], "", "", false),
    ("rt.transcript.data.json", &[R, B], "", "", false),
    ("sdk_upload.complete.documented.json", &[R_SDK, U], "", "complete", true),
    ("sdk_upload.completed.json", &[R_SDK, U], "", "complete", true),
    ("sdk_upload.failed.recording-null.json", &[U], "", "failed", false),
    ("sdk_upload.uploading.documented.json", &[R_SDK, U], "", "uploading", false),
    ("slack.huddle_state.json", &[], "", "", false),
    ("slack_team.active.json", &[], "", "", false),
    ("transcript.done.desktop-sdk.json", &[R_SDK, U], "transcript", "done", false),
    ("video_mixed.done.seed-transcript-key.json", &[R, B], "video_mixed", "done", false),
];

#[test]
fn the_table() {
    for (file, subjects, artifact, code, completes) in ROWS {
        let facts = facts(&read(file));
        assert_eq!(names(&facts), *subjects, "{file}");
        assert_eq!(facts.artifact().map_or("", |kind| kind.as_str()), *artifact, "{file}");
        assert_eq!(facts.code().map_or("", |code| code.as_str()), *code, "{file}");
        assert_eq!(facts.completes_upload().is_some(), *completes, "{file}");
        assert_eq!(facts.is_empty(), subjects.is_empty(), "{file}");
    }
}

/// The oracle reads the same members by hand.
#[test]
fn every_payload() {
    let mut seen = 0;
    for entry in fs::read_dir(PAYLOADS).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        if !file.ends_with(".json") || file.starts_with("rest.") {
            continue;
        }
        seen += 1;
        let body = read(&file);
        let facts = facts(&body);
        let value: Value = serde_json::from_str(&body).unwrap();
        let (family, _) = value["event"].as_str().unwrap().split_once('.').unwrap();
        let told = !file.starts_with("rt.")
            && ["bot.log", "bot.output_log", "bot.transcription", "calendar", "slack"]
                .iter()
                .all(|prefix| !file.starts_with(prefix));
        let legacy = file.starts_with("bot.status_change");
        let mut expected = Vec::new();
        for kind in ["recording", "sdk_upload", "bot"] {
            // As a resource, or as an id in the shapes before API v1.11.
            let (data, flat) = (&value["data"], format!("{kind}_id"));
            let id = data[kind]["id"].as_str().or_else(|| data[flat].as_str());
            expected.extend(id.map(|id| format!("{kind} {id}")));
        }
        assert_eq!(names(&facts), expected, "{file}");

        let status = if legacy { &value["data"]["status"] } else { &value["data"]["data"] };
        let code = status["code"].as_str().filter(|_| told && family != "realtime_endpoint");
        assert_eq!(facts.code().map(|code| code.as_str()), code, "{file}");
        applies(&facts, value["data"][family]["id"].as_str(), &file);
    }
    assert!(seen >= 85, "fixtures are missing");
}

/// Each subject takes its part, and one of them has the status that was reported.
fn applies(facts: &Facts, target: Option<&str>, file: &str) {
    let states: Vec<State> = facts
        .subjects()
        .map(|subject| {
            let mut state = State::new(subject.clone());
            state.apply(facts);
            assert_eq!(State::from_json(&state.to_json()).as_ref(), Ok(&state), "{file}");
            state
        })
        .collect();
    let items: Vec<_> = states.iter().flat_map(State::items).collect();
    assert_eq!(items.len(), usize::from(facts.code().is_some()), "{file}");
    for item in items {
        assert_eq!(Some(&item.current().code), facts.code(), "{file}");
        assert!(target.is_none_or(|target| item.id() == target), "{file}");
        assert_eq!(item.since(), &item.current().updated_at, "{file}");
    }
}

#[test]
fn metadata_is_taken_from_where_it_stands() {
    let facts = facts(&read("transcript.done.metadata.json"));
    let body: Value = serde_json::from_str(&read("transcript.done.metadata.json")).unwrap();
    let mut found = 0;
    for subject in facts.subjects() {
        let mut state = State::new(subject.clone());
        state.apply(&facts);
        let own = &body["data"][subject.kind.as_str()]["metadata"];
        assert_eq!(state.metadata().map_or(Value::from(()), parse), or_null(own));
        for item in state.items() {
            let own = &body["data"][item.kind().as_str()]["metadata"];
            assert_eq!(item.metadata().map_or(Value::from(()), parse), or_null(own));
        }
        found += usize::from(state.metadata().is_some());
    }
    assert!(found > 0, "the fixture has metadata");
}

/// Metadata that is empty says nothing.
fn or_null(metadata: &Value) -> Value {
    let empty = metadata.as_object().is_none_or(|members| members.is_empty());
    if empty { Value::Null } else { metadata.clone() }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn read(file: &str) -> String {
    fs::read_to_string(format!("{PAYLOADS}/{file}")).unwrap()
}

fn facts(body: &str) -> Facts {
    Facts::of(&EventRef::parse(body.as_bytes()).unwrap())
}

fn names(facts: &Facts) -> Vec<String> {
    facts.subjects().map(ToString::to_string).collect()
}
