//! States as text: what is written, and what is refused.

use recallai_webhook_recording::{State, StateError};
use serde_json::json;

use crate::events::{self, BOT, RECORDING, at, media, recording};

#[test]
fn a_person_can_read_it() {
    let bodies = [
        recording("processing", &at(1)).with_metadata(
            "recording",
            RECORDING,
            &json!({ "b": 1, "a": "x" }),
        ),
        recording("done", &at(2)).with("bot", BOT),
        media("transcript", "t1", "failed", &at(3)).because("zoom_captions_failure"),
    ];
    let expected = concat!(
        r#"{"form":1,"subject":["recording","rec"],"#,
        r#""seen":[["processing","2025-03-01T00:00:01.000000Z"],["done","2025-03-01T00:00:02.000000Z"]],"#,
        r#""metadata":{"at":"2025-03-01T00:00:01.000000Z","value":{"a":"x","b":1}},"#,
        r#""artifacts":[{"kind":"transcript","id":"t1","seen":[["failed","2025-03-01T00:00:03.000000Z","zoom_captions_failure"]]}],"#,
        r#""links":[["bot","bot"]]}"#,
    );
    assert_eq!(events::of_recording(&bodies).to_json(), expected);
}

#[test]
fn any_text_survives() {
    for odd in ["\u{1}", "\"", "\\", "\u{fffd}\u{1f600}/\u{7f}", "\n\u{1}\"\\\u{e9}"] {
        survives(odd);
    }
}

#[track_caller]
fn survives(odd: &str) {
    let body = events::event("transcript.done", odd).with("transcript", odd).with("bot", odd);
    let body = body.with_metadata("recording", RECORDING, &json!({ odd: odd })).because(odd);
    let state = events::of_recording(&[body]);
    assert_eq!(State::from_json(&state.to_json()), Ok(state));
}

#[test]
fn what_was_written_elsewhere_is_brought_into_order() {
    let spaced = r#" { "form": 1, "subject": ["recording", "rec"],
        "links": [["sdk_upload", "u"], ["bot", "b"], ["bot", "b"]],
        "metadata": {"at": "x", "value": {"b": 1, "a": 2}}, "later": true,
        "seen": [["done", "2"], ["processing", "3"], ["done", "2", null]] } "#;
    let state = State::from_json(spaced).unwrap();
    assert_eq!(
        state.to_json(),
        r#"{"form":1,"subject":["recording","rec"],"seen":[["processing","3"],["done","2"]],"metadata":{"at":"x","value":{"a":2,"b":1}},"links":[["bot","b"],["sdk_upload","u"]]}"#
    );
}

#[test]
fn what_was_written_elsewhere_is_bounded() {
    let seen: Vec<_> = (0..100).map(|second| json!(["processing", at(second)])).collect();
    let artifacts = json!([{ "kind": "transcript", "id": "t", "seen": seen }]);
    let text = json!({ "form": 1, "subject": ["recording", "r"], "artifacts": artifacts });
    let state = State::from_json(&text.to_string()).unwrap();
    let item = state.items().next().unwrap();
    assert_eq!((item.timeline().len(), item.since().as_str()), (64, at(36).as_str()));
}

#[test]
fn what_is_no_state_is_refused() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = State::from_json(text).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    check("", "not the JSON of a state, at line 1");
    check("{}", "not the JSON of a state");
    check(r#"{"form":1,"subject":["recording","secret"],"seen":[["done"]]}"#, "not the JSON");
    check(r#"{"form":1,"subject":["recording","r"],"seen":[["a","b","c","d"]]}"#, "not the JSON");
    check(r#"{"form":2,"subject":["recording","r"]}"#, "form 2");
    check(r#"{"form":1,"subject":["secret","r"]}"#, "unknown kind of subject");
    check(r#"{"form":1,"subject":["bot","r"],"links":[["secret","r"]]}"#, "kind of link");
    check(
        r#"{"form":1,"subject":["recording","r"],"artifacts":[{"kind":"secret","id":"r"}]}"#,
        "kind of artifact",
    );
    check(
        r#"{"form":1,"subject":["bot","r"],"metadata":{"at":"","value":"secret"}}"#,
        "unreadable metadata",
    );
    assert_eq!(
        State::from_json(r#"{"form":7,"subject":["bot",""]}"#),
        Err(StateError::Form { form: 7 })
    );
}
