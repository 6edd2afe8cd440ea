//! The things of a scenario, with every reference between them resolved.

use std::time::Duration;

use recallai_webhook_event::ArtifactKind;
use serde_json::{Map, Value};

use super::document::{ArtifactKey, Document};
use super::error::ScenarioError;
use super::labelled::Labelled;
use crate::meeting::{self, Artifact, Endpoint, Recording, Script, Thing, Upload};

type Result<T, E = ScenarioError> = std::result::Result<T, E>;

/// The kinds that the vendor page prints under `transcript`.
const PRINTED_UNDER_TRANSCRIPT: [ArtifactKind; 5] = [
    ArtifactKind::VideoMixed,
    ArtifactKind::VideoSeparate,
    ArtifactKind::AudioMixed,
    ArtifactKind::AudioSeparate,
    ArtifactKind::MeetingMetadata,
];

/// A script with all things and nothing that happens.
pub(super) fn read(document: &Document) -> Result<Script> {
    named("name", &document.name)?;
    let mut script = Script {
        bots: things("bot", &document.bot, |bot| Some(&bot.metadata))?,
        calendars: things("calendar", &document.calendar, |_| None)?,
        teams: things("slack_team", &document.slack_team, |team| Some(&team.metadata))?,
        jitter: document.jitter.0,
        time: document.spelling.time,
        ..Script::default()
    };
    let uploads = things("sdk_upload", &document.sdk_upload, |upload| Some(&upload.metadata))?;
    script.uploads = uploads.into_iter().map(|thing| Upload { thing, recording: None }).collect();
    recordings(document, &mut script)?;
    artifacts(document, &mut script)?;
    let endpoints = &document.realtime_endpoint;
    for (thing, endpoint) in things("realtime_endpoint", endpoints, |one| Some(&one.metadata))?
        .into_iter()
        .zip(endpoints.values())
    {
        let key = format!("realtime_endpoint.{}.recording", thing.label);
        let recording = recording(&script, endpoint.recording.as_deref(), &key)?;
        script.endpoints.push(Endpoint { thing, recording });
    }
    Ok(script)
}

fn recordings(document: &Document, script: &mut Script) -> Result<()> {
    let things = things("recording", &document.recording, |recording| Some(&recording.metadata))?;
    for (thing, written) in things.into_iter().zip(document.recording.values()) {
        let key = |member: &str| format!("recording.{}.{member}", thing.label);
        if written.bot.is_some() && written.sdk_upload.is_some() {
            let problem = "a recording is made by a bot or by a Desktop SDK upload, not by both";
            return Err(ScenarioError::at(key("sdk_upload"), problem));
        }
        let made_by = |sort, things: &[&Thing], label: &Option<String>| match label {
            Some(_) => pick(sort, things, label.as_deref(), &key(sort)).map(Some),
            None => Ok(None),
        };
        let bot = made_by("bot", &script.bots.iter().collect::<Vec<_>>(), &written.bot)?;
        let uploads: Vec<&Thing> = script.uploads.iter().map(|upload| &upload.thing).collect();
        let upload = made_by("sdk_upload", &uploads, &written.sdk_upload)?;
        let index = script.recordings.len();
        if let Some(upload) = upload {
            script.uploads[upload].recording.get_or_insert(index);
        }
        let start = written.start.map_or(Duration::ZERO, |start| start.0);
        for (nth, kind) in written.artifacts.iter().enumerate() {
            let place = format!("{}[{nth}]", key("artifacts"));
            let label = format!("{}/{kind}", thing.label);
            if script.artifacts.iter().any(|artifact| artifact.thing.label == label) {
                let problem =
                    format!("`{kind}` is there twice; give the second a table `[artifact.LABEL]`");
                return Err(ScenarioError::at(place, problem));
            }
            let thing = Thing { label, metadata: Map::new() };
            script.artifacts.push(artifact(document, thing, kind, index, &place)?);
        }
        script.recordings.push(Recording { thing, bot, upload, start });
    }
    Ok(())
}

fn artifacts(document: &Document, script: &mut Script) -> Result<()> {
    let things = things("artifact", &document.artifact, |artifact| Some(&artifact.metadata))?;
    for (thing, written) in things.into_iter().zip(document.artifact.values()) {
        let key = |member: &str| format!("artifact.{}.{member}", thing.label);
        let recording = recording(script, written.recording.as_deref(), &key("recording"))?;
        let place = key("kind");
        script.artifacts.push(artifact(document, thing, &written.kind, recording, &place)?);
    }
    Ok(())
}

fn artifact(
    document: &Document,
    thing: Thing,
    kind: &str,
    recording: usize,
    place: &str,
) -> Result<Artifact> {
    let kind: ArtifactKind =
        kind.parse().ok().filter(|kind| *kind != ArtifactKind::Recording).ok_or_else(|| {
            let kinds = list(ArtifactKind::ALL.iter().skip(1).map(|kind| kind.as_str()));
            ScenarioError::at(
                place,
                format!("`{kind}` is no kind of media object; expected one of {kinds}"),
            )
        })?;
    let as_printed = document.spelling.artifact_key == ArtifactKey::VendorPage;
    let member = match as_printed && PRINTED_UNDER_TRANSCRIPT.contains(&kind) {
        true => ArtifactKind::Transcript.as_str(),
        false => kind.as_str(),
    };
    Ok(Artifact { thing, kind, member, recording })
}

/// The recording of this label, or the only one.
pub(super) fn recording(script: &Script, label: Option<&str>, key: &str) -> Result<usize> {
    let things: Vec<&Thing> = script.recordings.iter().map(|recording| &recording.thing).collect();
    pick("recording", &things, label, key)
}

/// The thing of this label, or the only one if none is named.
pub(super) fn pick(sort: &str, things: &[&Thing], label: Option<&str>, key: &str) -> Result<usize> {
    let labels = || list(things.iter().map(|thing| &*thing.label));
    let problem = match (label, things) {
        (None, [_]) => return Ok(0),
        (Some(label), _) => match things.iter().position(|thing| thing.label == label) {
            Some(index) => return Ok(index),
            None if things.is_empty() => {
                format!("there is no {sort} `{label}`, and no other {sort} either")
            }
            None => format!("there is no {sort} `{label}`; expected one of {}", labels()),
        },
        (None, []) => format!("the scenario has no {sort} that this could be about"),
        (None, _) => format!("which {sort}? Expected one of {}", labels()),
    };
    Err(ScenarioError::at(key, problem))
}

/// `a`, `b` and so on.
pub(super) fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn things<T>(
    sort: &str,
    written: &Labelled<T>,
    metadata: impl Fn(&T) -> Option<&Map<String, Value>>,
) -> Result<Vec<Thing>> {
    let things = written.iter().map(|(label, thing)| {
        named(&format!("{sort}.{label}"), label)?;
        let metadata = metadata(thing).cloned().unwrap_or_default();
        for (key, value) in &metadata {
            if let Some(problem) = meeting::problem(value, None) {
                let key = format!("{sort}.{label}.metadata.{key}");
                return Err(ScenarioError::at(key, problem));
            }
        }
        Ok(Thing { label: label.clone(), metadata })
    });
    things.collect()
}

/// Names and labels stand in keys, references and file names.
fn named(key: &str, name: &str) -> Result<()> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match !name.is_empty() && name.chars().all(fits) {
        true => Ok(()),
        false => {
            let problem = format!("`{name}` is no name; expected letters, digits, `-` and `_`");
            Err(ScenarioError::at(key, problem))
        }
    }
}
