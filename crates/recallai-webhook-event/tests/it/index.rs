//! Every payload parses as its hand-written row in `INDEX.md` says.

use std::collections::{BTreeMap, BTreeSet};

use recallai_webhook_event::{Event, EventData, EventRef, Nullable, Resource};

use crate::support;

struct Row {
    event: String,
    subject: String,
    recording: String,
    bot: String,
    code: String,
}

fn rows() -> BTreeMap<String, Row> {
    let index = support::read("INDEX.md");
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let mut rows = BTreeMap::new();
    for line in index.lines().filter(|line| line.starts_with("| ") && line.contains(".json |")) {
        let [file, provenance, event, subject, recording, bot, code] =
            cells(line).try_into().unwrap();
        assert!(!provenance.is_empty(), "{file} has no provenance");
        let row = Row { event, subject, recording, bot, code };
        assert!(rows.insert(file.clone(), row).is_none(), "two rows for {file}");
    }
    rows
}

#[test]
fn every_payload_has_a_row_and_every_row_a_payload() {
    let files: BTreeSet<String> = support::all().into_iter().map(|fixture| fixture.file).collect();
    assert_eq!(rows().into_keys().collect::<BTreeSet<_>>(), files);
}

#[test]
fn every_payload_parses_as_its_row_says() {
    let rows = rows();
    for fixture in support::all() {
        let row = &rows[&fixture.file];
        if fixture.is_rest() {
            assert!(row.event.starts_with("not an event"));
            assert!(EventRef::parse(fixture.body.as_bytes()).is_err(), "{}", fixture.file);
            assert!(Event::parse(fixture.body.as_bytes()).is_err(), "{}", fixture.file);
            continue;
        }
        borrowed(&fixture.file, row, &EventRef::parse(fixture.body.as_bytes()).unwrap());
        owned(&fixture.file, row, &Event::parse(fixture.body.as_bytes()).unwrap());
    }
}

fn borrowed(file: &str, row: &Row, event: &EventRef<'_>) {
    assert_eq!(event.name(), row.event, "{file}");
    assert_eq!(event.recording_id(), id(&row.recording), "{file}");
    assert_eq!(event.bot_id(), id(&row.bot), "{file}");
    if let Some((kind, id)) = row.subject.split_once(' ') {
        assert_eq!(event.target_id(), Some(id), "{file}");
        match event.artifact() {
            Some((artifact, artifact_id)) => {
                assert_eq!((artifact.as_str(), artifact_id), (kind, id), "{file}");
            }
            None => assert_eq!(event.family().unwrap().name(), kind, "{file}"),
        }
        if kind == "sdk_upload" {
            assert_eq!(event.sdk_upload_id(), Some(id), "{file}");
        }
    }
    let status = event
        .status()
        .map(|status| code(&status.code, status.sub_code.as_ref().map(AsRef::as_ref)));
    assert_eq!(status.unwrap_or_default(), row.code, "{file}");
}

fn owned(file: &str, row: &Row, event: &Event) {
    assert_eq!(event.name(), &row.event.as_str(), "{file}");
    assert_eq!(event.recording_id(), id(&row.recording), "{file}");
    assert_eq!(event.bot_id(), id(&row.bot), "{file}");
    let (subject, recording, bot, status) = read(event);
    if !row.subject.is_empty() {
        let subject = subject.unwrap_or_else(|| panic!("{file}: `read` below has no arm for it"));
        assert_eq!(subject, row.subject, "{file}");
    }
    if let Some(recording) = recording {
        assert_eq!(recording, row.recording, "{file}");
    }
    if let Some(bot) = bot {
        assert_eq!(bot, row.bot, "{file}");
    }
    assert_eq!(status.unwrap_or_default(), row.code, "{file}");
}

/// Subject, recording, bot and status of an event, spelled as in the table.
fn read(event: &Event) -> (Option<String>, Option<String>, Option<String>, Option<String>) {
    let of = |kind: &str, id: &str| Some(format!("{kind} {id}"));
    let status = event
        .status()
        .map(|status| code(status.code.as_str(), status.sub_code.as_ref().map(|c| c.as_str())));
    match event.data() {
        EventData::Artifact(data) => {
            let subject = of(data.kind.as_str(), &data.artifact.id);
            (subject, Some(data.recording.id.clone()), Some(state(&data.bot)), status)
        }
        EventData::SdkUpload(data) => {
            (of("sdk_upload", &data.sdk_upload.id), Some(state(&data.recording)), None, status)
        }
        EventData::RealtimeEndpoint(data) => {
            let subject = of("realtime_endpoint", &data.realtime_endpoint.id);
            (subject, Some(state(&data.recording)), Some(state(&data.bot)), status)
        }
        EventData::SlackTeam(data) => (of("slack_team", &data.slack_team.id), None, None, status),
        EventData::Calendar(data) => (of("calendar", &data.calendar_id), None, None, None),
        EventData::BotStatusChange(data) => {
            let sub_code = data.status.sub_code.as_ref().map(|sub_code| sub_code.as_str());
            (None, None, None, Some(code(data.status.code.as_str(), sub_code)))
        }
        EventData::Realtime(data) => {
            (None, Some(state(&data.recording)), Some(state(&data.bot)), None)
        }
        _ => (None, None, None, status),
    }
}

fn state(resource: &Nullable<Resource>) -> String {
    match resource {
        Nullable::Absent => "absent".to_owned(),
        Nullable::Null => "null".to_owned(),
        Nullable::Present(resource) => resource.id.clone(),
    }
}

fn id(cell: &str) -> Option<&str> {
    Some(cell).filter(|cell| !matches!(*cell, "" | "absent" | "null"))
}

fn code(code: &str, sub_code: Option<&str>) -> String {
    sub_code.map_or_else(|| code.to_owned(), |sub_code| format!("{code} / {sub_code}"))
}
