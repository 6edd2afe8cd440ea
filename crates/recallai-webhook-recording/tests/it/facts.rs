//! Facts: who is told what by which event.

use recallai_webhook_recording::{Facts, State, Subject};
use serde_json::json;

use crate::events::{self, BOT, RECORDING, UPLOAD, at, event, legacy, media, upload};

fn links(state: &State) -> Vec<String> {
    state.links().map(ToString::to_string).collect()
}

#[test]
fn nothing_is_nothing() {
    assert!(Facts::default().is_empty());
    let mut state = State::new(Subject::recording(RECORDING));
    assert!(!state.apply(&Facts::default()));
    assert_eq!((state.items().count(), state.item().is_none()), (0, true));
}

#[test]
fn a_media_event_is_about_three_subjects() {
    let body =
        media("transcript", "t1", "done", &at(1)).with("bot", BOT).with("sdk_upload", UPLOAD);
    let facts = body.facts();
    let [recording, upload, bot] =
        [Subject::recording(RECORDING), Subject::sdk_upload(UPLOAD), Subject::bot(BOT)];
    assert_eq!(facts.subjects().collect::<Vec<_>>(), [&recording, &upload, &bot]);
    assert_eq!(facts.primary(), Some(&recording));

    assert_eq!(links(&events::state(recording, [&body])), ["bot bot", "sdk_upload up"]);
    // A bot and an upload that are named together are not tied to one another.
    assert_eq!(links(&events::state(upload, [&body])), ["recording rec"]);
    let bot = events::state(bot, [&body]);
    assert_eq!(links(&bot), ["recording rec"]);
    assert!(bot.item().is_none(), "the status is not that of the bot");
}

#[test]
fn what_is_about_others_is_left_alone() {
    let facts = media("transcript", "t1", "done", &at(1)).facts();
    let mut other = State::new(Subject::recording("another"));
    assert!(!other.apply(&facts));
    let mut bot = State::new(Subject::bot(RECORDING));
    assert!(!bot.apply(&facts), "kind and id make a subject");
    assert!(!bot.merge(&other));
}

#[test]
fn a_legacy_status_links_once_the_recording_is_known() {
    let body = legacy("done", None, &at(5));
    assert_eq!(body.facts().primary(), Some(&Subject::bot(BOT)));
    let status = json!({ "code": "done", "created_at": at(5), "recording_id": RECORDING });
    let body = body.member("status", status);
    assert_eq!(body.facts().primary(), Some(&Subject::recording(RECORDING)));
    let state = events::of_bot(&[body]);
    assert_eq!(links(&state), ["recording rec"]);
    assert_eq!(state.item().unwrap().current().updated_at.as_str(), at(5));
}

#[test]
fn an_endpoint_only_links() {
    let body = event("realtime_endpoint.failed", &at(1)).with("realtime_endpoint", "e1");
    let body = body.with_metadata("recording", RECORDING, &json!({ "a": 1 })).with("bot", BOT);
    let facts = body.facts();
    assert_eq!((facts.artifact(), facts.code(), facts.completes_upload()), (None, None, None));
    let state = events::of_recording(&[body]);
    assert_eq!(links(&state), ["bot bot"]);
    assert_eq!((state.items().count(), state.metadata()), (0, None));
}

#[test]
fn both_spellings_complete_an_upload() {
    for (name, code) in
        [("complete", "complete"), ("completed", "complete"), ("completed", "completed")]
    {
        let facts = upload(name, Some(RECORDING), &at(1)).coded(code).facts();
        assert_eq!(facts.completes_upload(), Some(&Subject::sdk_upload(UPLOAD)));
    }
    assert_eq!(upload("failed", None, &at(1)).facts().completes_upload(), None);
    let uploading = upload("uploading", None, &at(1)).coded("complete");
    assert_eq!(uploading.facts().completes_upload(), None, "the name decides");
    let recording = events::recording("done", &at(1)).with("sdk_upload", UPLOAD).coded("complete");
    assert_eq!(recording.facts().completes_upload(), None);
}

#[test]
fn the_greatest_metadata_counts() {
    let told = |seconds, metadata| {
        let body = events::event("recording.processing", &at(seconds));
        body.with_metadata("recording", RECORDING, &metadata)
    };
    #[track_caller]
    fn check(bodies: &[events::Body], expected: Option<&str>) {
        assert_eq!(events::of_recording(bodies).metadata(), expected);
    }
    check(&[told(1, json!({})), told(2, json!(null))], None);
    check(
        &[told(2, json!({ "b": 1, "a": { "d": 1, "c": 2 } })), told(1, json!({ "z": 0 }))],
        Some(r#"{"a":{"c":2,"d":1},"b":1}"#),
    );
    // An empty one says nothing, however late.
    check(&[told(1, json!({ "a": 1 })), told(9, json!({}))], Some(r#"{"a":1}"#));
    check(&[told(1, json!({ "a": 1 })), told(1, json!({ "a": 2 }))], Some(r#"{"a":2}"#));
}

#[test]
fn subjects_are_written_and_read() {
    let subject = Subject::sdk_upload("up 1");
    assert_eq!(subject.to_string(), "sdk_upload up 1");
    assert_eq!("sdk_upload up 1".parse(), Ok(subject));
    assert!("meeting 1".parse::<Subject>().is_err() && "bot".parse::<Subject>().is_err());
}

#[test]
fn debug_shows_no_metadata() {
    let body = events::event("recording.done", &at(1));
    let body = body.with_metadata("recording", RECORDING, &json!({ "name": "Ada" }));
    let shown =
        format!("{:?} {:?}", body.facts(), events::of_recording(std::slice::from_ref(&body)));
    assert!(!shown.contains("Ada") && shown.contains("done"), "{shown}");
}
