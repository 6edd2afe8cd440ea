//! What the vendor's pages invite one to get wrong.

use recallai_webhook_event::{
    ArtifactKind, Event, EventData, EventRef, Family, Nullable, Reason, Timestamp, names,
};

fn parse(body: &str) -> Event {
    Event::parse(body.as_bytes()).unwrap_or_else(|error| panic!("{error} in {body}"))
}

fn refusal(body: &str) -> (String, Reason) {
    let error = EventRef::parse(body.as_bytes()).unwrap_err();
    (error.path().to_owned(), error.reason())
}

/// A body of an artifact event: its code, and members of `data` beside the status.
fn artifact(event: &str, code: &str, members: &str) -> String {
    format!(
        r#"{{"event":"{event}","data":{{"data":{{"code":"{code}","sub_code":null,"updated_at":"2024-12-04T23:25:56Z"}},{members}}}}}"#
    )
}

#[test]
fn names_decide_not_prefixes() {
    let family = |body: &str| parse(body).family();
    let media = r#""transcript":{"id":"t"},"participant_events":{"id":"p"},"recording":{"id":"r"}"#;
    assert_eq!(
        family(&artifact("transcript.done", "done", media)),
        Some(Family::Artifact(ArtifactKind::Transcript))
    );
    assert_eq!(family(&artifact("transcript.data", "", media)), Some(Family::TranscriptStream));
    assert_eq!(
        family(&artifact("participant_events.done", "done", media)),
        Some(Family::Artifact(ArtifactKind::ParticipantEvents))
    );
    assert_eq!(
        family(&artifact("participant_events.join", "", media)),
        Some(Family::ParticipantAction)
    );
    // A prefix that is known makes nothing known.
    assert_eq!(family(r#"{"event":"transcript.archived","data":"x"}"#), None);
    assert_eq!(family(r#"{"event":"transcript","data":"x"}"#), None);
    // Real-time words are no status.
    assert_eq!(parse(&artifact("transcript.data", "done", media)).status(), None);
}

#[test]
fn five_kinds_may_come_under_the_key_transcript() {
    for kind in ArtifactKind::ALL.into_iter().filter(|kind| *kind != ArtifactKind::Recording) {
        let own = kind.as_str();
        let event = format!("{own}.done");
        let check = |members: &str, member: &str, id: &str| {
            let body = artifact(&event, "done", &format!(r#"{members},"recording":{{"id":"r"}}"#));
            let parsed = parse(&body);
            let EventData::Artifact(data) = parsed.data() else { panic!("{body}") };
            assert_eq!((data.artifact_member, data.artifact.id.as_str()), (member, id), "{body}");
            assert_eq!(data.kind, kind);
        };
        check(&format!(r#""{own}":{{"id":"own"}}"#), own, "own");
        check(r#""transcript":{"id":"fallback"}"#, "transcript", "fallback");
        if kind != ArtifactKind::Transcript {
            check(&format!(r#""{own}":null,"transcript":{{"id":"f"}}"#), "transcript", "f");
            check(&format!(r#""transcript":{{"id":"f"}},"{own}":{{"id":"own"}}"#), own, "own");
            check(&format!(r#""{own}":{{"id":"own"}},"transcript":{{"id":"f"}}"#), own, "own");
        }
    }
    // The recording of a recording event is not looked for elsewhere.
    let body = artifact("recording.done", "done", r#""transcript":{"id":"t"}"#);
    assert_eq!(refusal(&body), ("data.recording".into(), Reason::Missing { member: "recording" }));
}

#[test]
fn the_bot_may_be_null_or_absent() {
    let bot = |member: &str| {
        let body =
            artifact("recording.done", "done", &format!(r#""recording":{{"id":"r"}}{member}"#));
        match parse(&body).data() {
            EventData::Artifact(data) => data.bot.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(bot(""), Nullable::Absent);
    assert_eq!(bot(r#","bot":null"#), Nullable::Null);
    assert_eq!(bot(r#","bot":{"id":"b"}"#).as_ref().unwrap().id, "b");
}

#[test]
fn whatever_the_vendor_adds_is_a_value() {
    let body = artifact(
        "recording.failed",
        "a_code_of_next_year",
        r#""recording":{"id":"r","kind":"cloud"},"region":"eu","bot":null"#,
    );
    let event = parse(&body.replace("\"sub_code\":null", r#""sub_code":"new","error":{}"#));
    let status = event.status().unwrap();
    assert_eq!(
        (status.code.as_str(), event.differing_code()),
        ("a_code_of_next_year", Some(&status.code))
    );
    assert_eq!(status.sub_code.as_ref().unwrap(), &"new");
    assert_eq!(status.sub_code.as_ref().unwrap().meaning("recording.failed"), None);
    assert_eq!(status.extra.get("error").unwrap().text(), "{}");
    let EventData::Artifact(data) = event.data() else { panic!("{event:?}") };
    assert_eq!(data.extra.get_str("region").unwrap(), "eu");
    assert_eq!(data.recording.extra.get_str("kind").unwrap(), "cloud");

    let unknown = parse(r#"{"event":"recording.archived","data":{"a":[1]},"more":true}"#);
    assert_eq!((unknown.name().as_str(), unknown.entry()), ("recording.archived", None));
    assert!(matches!(unknown.data(), EventData::Opaque(data) if data.text() == r#"{"a":[1]}"#));
    assert_eq!(unknown.extra().get("more").unwrap().text(), "true");
    assert!(matches!(parse(r#"{"event":""}"#).data(), EventData::Opaque(data) if data.is_null()));
}

#[test]
fn a_code_that_contradicts_the_name_is_unreadable_for_artifacts_only() {
    let recording = r#""recording":{"id":"r"}"#;
    assert_eq!(
        refusal(&artifact("recording.done", "failed", recording)),
        ("data.data.code".into(), Reason::CodeConflict)
    );
    let upload = artifact("sdk_upload.completed", "complete", r#""sdk_upload":{"id":"u"}"#);
    let event = parse(&upload);
    assert_eq!(event.differing_code().unwrap(), &"complete");
    assert_eq!(event.name(), &names::SDK_UPLOAD_COMPLETED.as_str());
    let event = parse(&artifact("bot.done", "failed", r#""bot":{"id":"b"}"#));
    assert_eq!(event.differing_code().unwrap(), &"failed");
    let event = parse(&artifact("bot.done", "done", r#""bot":{"id":"b"}"#));
    assert_eq!(event.differing_code(), None);
}

#[test]
fn a_member_given_twice_is_refused_at_every_level() {
    let check = |body: &str, path: &str| {
        assert_eq!(refusal(body), (path.into(), Reason::Duplicate), "{body}");
    };
    check(r#"{"event":"a","event":"b"}"#, "event");
    check(r#"{"data":{},"event":"a","data":{}}"#, "data");
    check(r#"{"event":"a","\u0065vent":"b"}"#, "event");
    let recording = r#""recording":{"id":"r"}"#;
    check(
        &artifact("recording.done", "done", &format!("{recording},{recording}")),
        "data.recording",
    );
    check(&artifact("recording.done", "done\",\"code\":\"done", recording), "data.data.code");
    check(
        &artifact("recording.done", "done", r#""recording":{"id":"r","id":"s"}"#),
        "data.recording.id",
    );
    check(
        &artifact("recording.done", "done", r#""recording":{"id":"r","metadata":{"a":1,"a":2}}"#),
        "data.recording.metadata.*",
    );
    check(
        &artifact("recording.done", "done", r#""recording":{"id":"r"},"x":[0,{"y":0,"y":0}]"#),
        "data.*[1].*",
    );
}

#[test]
fn data_may_stand_before_the_name() {
    let first = parse(
        r#"{"event":"bot.done","data":{"data":{"code":"done","updated_at":"x"},"bot":{"id":"b"}}}"#,
    );
    let last = parse(
        r#"{"data":{"data":{"code":"done","updated_at":"x"},"bot":{"id":"b"}},"event":"bot.done"}"#,
    );
    assert_eq!(first, last);
    let between = parse(
        r#"{"x":1,"data":{"data":{"code":"done","updated_at":"x"},"bot":{"id":"b"}},"y":2,"event":"bot.done"}"#,
    );
    assert_eq!(first.data(), between.data());
    assert_eq!(between.extra().len(), 2);
}

#[test]
fn a_time_that_cannot_be_read_is_kept() {
    let body = artifact("recording.done", "done", r#""recording":{"id":"r"}"#);
    let event = parse(&body.replace("2024-12-04T23:25:56Z", "soon"));
    assert_eq!(event.status().unwrap().updated_at, Timestamp::new("soon"));
    assert_eq!(event.status().unwrap().updated_at.instant(), None);
}

#[test]
fn escapes_are_read_where_they_matter() {
    let body = artifact(
        "recording\\u002edone",
        "d\\u006fne",
        r#""recordin\u0067":{"i\u0064":"\ud83d\ude00\"\\"}"#,
    );
    let event = EventRef::parse(body.as_bytes()).unwrap();
    assert_eq!(event.artifact(), Some((ArtifactKind::Recording, "\u{1f600}\"\\")));
    assert_eq!(event.status().unwrap().code, "done");
    assert_eq!(event.to_event().recording_id(), Some("\u{1f600}\"\\"));
}

#[test]
fn json_by_itself_keeps_its_text_and_its_limits() {
    let json =
        recallai_webhook_event::Json::parse(" {\"b\": 1e2, \"a\": 12345678901234567890123}\n")
            .unwrap();
    assert_eq!(json.text(), "{\"b\": 1e2, \"a\": 12345678901234567890123}");
    for bad in ["", "{", "1 2", "{\"a\":1,\"a\":2}", "1e999"] {
        assert!(recallai_webhook_event::Json::parse(bad).is_err(), "{bad}");
    }
}

/// JavaScript that cuts a text at a length can leave half of an emoji.
#[test]
fn half_of_a_surrogate_pair_is_replaced_in_names_and_kept_in_values() {
    let body = r#"{"event":"new.event","data":{"text":"cut \ud83d"},"\ud83d":1}"#;
    let written = recallai_webhook_event::Event::parse(body.as_bytes()).unwrap().to_json();
    assert_eq!(
        written,
        "{\"event\":\"new.event\",\"data\":{\"text\":\"cut \\ud83d\"},\"\u{fffd}\":1}"
    );
}
