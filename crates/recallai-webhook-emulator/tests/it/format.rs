//! The format: TOML and JSON are one, lives make their events, and the text of a trace.

use std::time::Duration;

use recallai_webhook_emulator::{BUILTIN, Channel, Message, Scenario, Trace};

use crate::{builtin, meeting, written};

#[test]
fn toml_and_json_are_the_same_scenario() {
    for (name, text) in BUILTIN {
        let value: toml::Value = toml::from_str(text).unwrap();
        let json = serde_json::to_string(&value).unwrap();
        let from_json =
            Scenario::from_json(&json).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(meeting(from_json, 1), meeting(builtin(name), 1), "{name}");
    }
}

#[track_caller]
fn check(life: &str, expected: &[&str]) {
    let trace = written(&format!("[recording.r]\n{life}"));
    let events: Vec<&str> = trace.messages.iter().map(|message| &*message.event).collect();
    assert_eq!(events, expected);
}

#[test]
fn a_life_is_processing_its_outcome_and_deleted() {
    check("start = \"1s\"", &["recording.processing"]);
    check("start = \"1s\"\nend = \"1s\"", &["recording.processing", "recording.done"]);
    check(
        "start = \"1s\"\nend = \"2s\"\ndeleted = \"3s\"\noutcome = \"failed\"\nartifacts = [\"transcript\"]",
        &[
            "transcript.processing",
            "recording.processing",
            "transcript.failed",
            "recording.failed",
            "transcript.deleted",
            "recording.deleted",
        ],
    );
}

#[test]
fn what_is_written_at_one_time_happens_in_the_order_of_writing() {
    let trace = written(
        "steps = [{ at = \"2s\", event = \"b\" }, { at = \"2s\", event = \"a\" }, { at = \"1s\", event = \"c\" }]",
    );
    let events: Vec<&str> = trace.messages.iter().map(|message| &*message.event).collect();
    assert_eq!(events, ["c", "b", "a"]);
}

#[test]
fn a_line_of_a_trace_is_json_whatever_the_body() {
    let mut trace = Trace::default();
    for body in [&b"{\"a\": 1.50}"[..], b"{broken", b"\xff"] {
        let at = Duration::from_micros(1_234_567);
        trace.messages.push(Message::new("msg_1", "a.b", body, Channel::Dashboard, at));
    }
    let expected = [
        r#"{"at_ms":1234,"id":"msg_1","event":"a.b","body":{"a": 1.50}}"#,
        r#"{"at_ms":1234,"id":"msg_1","event":"a.b","body":"{broken"}"#,
        "{\"at_ms\":1234,\"id\":\"msg_1\",\"event\":\"a.b\",\"body\":\"\u{fffd}\"}",
    ];
    assert_eq!(trace.to_ndjson().lines().collect::<Vec<_>>(), expected);
}
