//! What bodies say: the source of a recording, spellings, added members, real-time detail.

use recallai_webhook_event::{ArtifactEvent, EventData, Nullable, RealtimeEvent};
use serde_json::{Value, json};

use crate::{builtin, events, meeting, written};

/// The bodies as JSON.
fn json_of(toml: &str) -> Vec<Value> {
    let trace = written(toml);
    trace.messages.iter().map(|message| serde_json::from_slice(&message.body).unwrap()).collect()
}

fn recordings(toml: &str) -> Vec<ArtifactEvent> {
    events(&written(toml)).iter().filter_map(|event| event.payload().cloned()).collect()
}

#[test]
fn a_recording_names_its_bot_or_its_upload_and_no_bot_or_neither() {
    let by_bot = recordings("[bot.a]\n[recording.r]\nbot = \"a\"\nstart = \"0s\"");
    assert!(matches!(by_bot[0].bot, Nullable::Present(_)));
    assert!(by_bot[0].sdk_upload.is_absent());
    let by_upload = recordings("[sdk_upload.a]\n[recording.r]\nsdk_upload = \"a\"\nstart = \"0s\"");
    assert_eq!(by_upload[0].bot, Nullable::Null);
    assert!(matches!(by_upload[0].sdk_upload, Nullable::Present(_)));
    let by_none = recordings("[recording.r]\nstart = \"0s\"");
    assert!(by_none[0].bot.is_absent() && by_none[0].sdk_upload.is_absent());
}

#[test]
fn a_body_is_written_as_the_vendor_writes_it() {
    let trace = written(
        "[bot.a]\nmetadata = { b = 1, a = \"@number\" }\n[[steps]]\nat = \"1m30s\"\nevent = \"bot.done\"",
    );
    let body = std::str::from_utf8(&trace.messages[0].body).unwrap();
    let id = events(&trace)[0].bot_id().unwrap().to_owned();
    assert_eq!(
        body,
        format!(
            "{}{}{id}{}",
            r#"{"event":"bot.done","data":{"data":{"code":"done","sub_code":null,"#,
            r#""updated_at":"2026-01-05T09:01:30.000000Z"},"bot":{"id":""#,
            r#"","metadata":{"a":"1","b":1}}}}"#,
        )
    );
}

#[test]
fn one_thing_has_one_id_in_all_events() {
    let trace = meeting(builtin("plain-bot"), 1);
    let events = events(&trace);
    let mut bots: Vec<_> = events.iter().filter_map(|event| event.bot_id()).collect();
    let mut recordings: Vec<_> = events.iter().filter_map(|event| event.recording_id()).collect();
    assert_eq!((bots.len(), recordings.len()), (15, 8));
    bots.dedup();
    recordings.dedup();
    assert_eq!((bots.len(), recordings.len()), (1, 1));
}

#[test]
fn the_vendor_page_spelling_uses_transcript_for_five_kinds() {
    let trace = meeting(builtin("vendor-page-spellings"), 1);
    for event in events(&trace) {
        let Some(artifact) = event.payload::<ArtifactEvent>() else { continue };
        let expected = match artifact.kind.as_str() {
            kind @ ("recording" | "participant_events") => kind,
            _ => "transcript",
        };
        assert_eq!(artifact.artifact_member, expected, "{}", event.name());
        assert!(artifact.status.updated_at.as_str().ends_with("+00:00"));
    }
}

#[test]
fn a_media_object_comes_under_its_own_kind_unless_the_vendor_page_is_followed() {
    let trace = meeting(builtin("separate-tracks"), 1);
    let events = events(&trace);
    let media: Vec<&ArtifactEvent> = events.iter().filter_map(|event| event.payload()).collect();
    assert_eq!(media.len(), 14);
    assert!(media.iter().all(|artifact| artifact.artifact_member == artifact.kind.as_str()));
}

#[test]
fn the_reason_of_a_failed_recording_is_not_that_of_its_media() {
    let failed = recordings(
        "[recording.r]\nstart = \"0s\"\nend = \"1s\"\noutcome = \"failed\"\nsub_code = \"why\"\n\
         artifacts = [\"video_mixed\"]",
    );
    let reasons: Vec<_> = failed.iter().map(|event| event.status.sub_code.as_ref()).collect();
    let reason = reasons[3].unwrap();
    assert_eq!(reasons, [None, None, None, Some(reason)]);
    assert_eq!(*reason, "why");
}

#[test]
fn a_real_time_event_belongs_to_the_media_object_of_its_own_recording() {
    let trace = written(
        r#"steps = [{ at = "2s", event = "transcript.data", participant = "Ada", text = "Hi" }]
        [recording.first]
        start = "0s"
        artifacts = ["transcript"]
        [recording.second]
        start = "1s"
        artifacts = ["transcript"]
        [realtime_endpoint.e]
        recording = "second""#,
    );
    let events = events(&trace);
    let transcripts = events.iter().filter_map(|event| event.payload::<ArtifactEvent>());
    let mut of_second = transcripts.filter(|event| event.kind.as_str() == "transcript");
    let of_second = of_second.next_back().unwrap();
    let live: &RealtimeEvent = events.last().unwrap().payload().unwrap();
    assert_eq!(live.feed.as_ref().unwrap().id, of_second.artifact.id);
    assert_eq!(live.recording.as_ref().unwrap().id, of_second.recording.id);
}

#[test]
fn both_ends_of_an_upload_carry_the_code_complete() {
    let trace = meeting(builtin("desktop-upload"), 1);
    let ends: Vec<_> = events(&trace)
        .into_iter()
        .filter(|event| event.name().as_str().starts_with("sdk_upload.complete"))
        .collect();
    assert_eq!(ends.len(), 2);
    assert!(ends.iter().all(|event| event.status().unwrap().code == "complete"));
    assert!(ends.iter().all(|event| event.recording_id().is_some()));
    let trace = meeting(builtin("desktop-upload-failed"), 1);
    let EventData::SdkUpload(failed) = events(&trace).pop().unwrap().data().clone() else {
        panic!()
    };
    assert_eq!(failed.recording, Nullable::Null);
}

const LIVE: &str = r#"
    [bot.a]
    [recording.r]
    bot = "a"
    start = "10s"
    artifacts = ["transcript", "participant_events"]
    [realtime_endpoint.e]
"#;

#[test]
fn words_and_actions_count_time_from_the_beginning_of_the_recording() {
    let trace = written(&format!(
        r#"steps = [
            {{ at = "12s", event = "participant_events.join", participant = "Ada" }},
            {{ at = "12s500ms", event = "participant_events.chat_message", participant = "Grace", text = "Hi" }},
            {{ at = "13s", event = "transcript.data", participant = "Ada", text = "Good morning" }},
        ]
        {LIVE}"#
    ));
    let live: Vec<RealtimeEvent> =
        events(&trace).iter().filter_map(|event| event.payload().cloned()).collect();
    let (join, chat) =
        (live[0].participant_action().unwrap(), live[1].participant_action().unwrap());
    assert_eq!(join.timestamp.relative, Some(2.0));
    assert_eq!(join.timestamp.absolute.as_deref(), Some("2026-01-05T09:00:12.000000Z"));
    assert_eq!((join.participant.id, join.participant.is_host), (100, Some(true)));
    assert_eq!(join.data, None);
    assert_eq!((chat.participant.id, chat.participant.is_host), (200, Some(false)));
    assert_eq!(chat.data.unwrap().text, "Hi");
    let words = live[2].utterance().unwrap();
    assert_eq!(words.words.iter().map(|word| &*word.text).collect::<Vec<_>>(), ["Good", "morning"]);
    assert_eq!(words.words[1].start_timestamp.relative, Some(3.32));
    assert_eq!(words.participant.unwrap().name.as_deref(), Some("Ada"));
    assert_eq!(
        (live[0].feed_member, live[2].feed_member),
        (Some("participant_events"), Some("transcript"))
    );
}

#[test]
fn data_is_added_or_is_all_there_is() {
    let bodies = json_of(
        r#"steps = [
            { at = "1s", event = "bot.breakout_room_entered", data = { room = "@@Ada's" } },
            { at = "2s", event = "bot.cloned", data = { of = "@bot.a", at = "@now", list = [1, "@number", "@null"] } },
            { at = "3s", event = "nothing.said" },
        ]
        [bot.a]
        metadata = { tier = "gold" }"#,
    );
    let id = &bodies[0]["data"]["bot"]["id"];
    assert_eq!(bodies[0]["data"]["room"], "@Ada's");
    let expected = json!({
        "of": { "id": id, "metadata": { "tier": "gold" } },
        "at": "2026-01-05T09:00:02.000000Z",
        "list": [1, "1", null],
    });
    assert_eq!(bodies[1], json!({ "event": "bot.cloned", "data": expected }));
    assert_eq!(bodies[2], json!({ "event": "nothing.said", "data": {} }));
}

#[test]
fn a_repeated_step_is_that_many_events() {
    let trace = written(
        "steps = [{ at = \"1s\", event = \"calendar.update\", repeat = 3, every = \"2s\" }]\n[calendar.c]",
    );
    let times: Vec<u64> = trace.messages.iter().map(|message| message.at.as_secs()).collect();
    assert_eq!(times, [1, 3, 5]);
}
