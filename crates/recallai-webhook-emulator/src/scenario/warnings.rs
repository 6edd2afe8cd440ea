//! What is allowed but looks like a mistake.

use std::collections::{BTreeMap, BTreeSet};

use recallai_webhook_event::CATALOGUE;

use crate::meeting::{Script, What};

/// The warnings, one sentence each.
pub(super) fn of(script: &Script) -> Vec<String> {
    let mut warnings = backwards(script);
    warnings.extend(silent(script));
    warnings.extend(misspelt(script));
    warnings
}

/// By how many letters a name may differ from a known one to be taken for it.
const SLIPS: usize = 2;

/// Unknown events whose name is nearly a known one. What the vendor adds some day is none the less to be tried.
fn misspelt(script: &Script) -> Vec<String> {
    let unknown: BTreeSet<&str> = script
        .moments
        .iter()
        .filter_map(|moment| match &moment.what {
            What::Unknown { name } => Some(&**name),
            _ => None,
        })
        .collect();
    let nearly = unknown.into_iter().filter_map(|name| {
        let near = |known: &&str| strsim::damerau_levenshtein(name, known) <= SLIPS;
        let known = CATALOGUE.iter().map(|entry| entry.name).find(near)?;
        Some(format!(
            "`{name}` is not in the catalogue, and is sent as an unknown event; `{known}` is"
        ))
    });
    nearly.collect()
}

/// Statuses of recordings and media objects that go backwards. The sender may do so, and a receiver has to
/// bear it.
fn backwards(script: &Script) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut last: BTreeMap<String, &str> = BTreeMap::new();
    for moment in &script.moments {
        let (What::Recording { said, .. } | What::Artifact { said, .. }) = &moment.what else {
            continue;
        };
        let Some(subject) = moment.what.subject(script) else { continue };
        let before = last.insert(subject.clone(), said.code);
        if let Some(before) = before.filter(|before| rank(before) > rank(said.code)) {
            let seconds = moment.at.as_secs_f64();
            let code = said.code;
            warnings.push(format!("{subject} goes from {before} back to {code} after {seconds} s"));
        }
    }
    warnings
}

/// How far a status is from the beginning.
fn rank(code: &str) -> u8 {
    match code {
        "done" | "failed" => 1,
        "deleted" => 2,
        _ => 0,
    }
}

/// Things that no event is about, and that nothing an event is about belongs to.
fn silent(script: &Script) -> Vec<String> {
    let mut told: BTreeSet<String> =
        script.moments.iter().filter_map(|moment| moment.what.subject(script)).collect();
    for moment in &script.moments {
        let recording = match moment.what {
            What::Artifact { artifact, .. } => script.artifacts[artifact].recording,
            What::Endpoint { endpoint, .. }
            | What::Action { endpoint, .. }
            | What::Words { endpoint, .. } => script.endpoints[endpoint].recording,
            What::Recording { recording, .. } => recording,
            What::StatusChange { recording: Some(recording), .. }
            | What::Transcription { recording: Some(recording), .. } => recording,
            _ => continue,
        };
        if let What::Action { feed, .. } | What::Words { feed, .. } = moment.what {
            told.insert(format!("artifact.{}", script.artifacts[feed].thing.label));
        }
        let role = &script.recordings[recording];
        told.insert(format!("recording.{}", role.thing.label));
        told.extend(role.bot.map(|bot| format!("bot.{}", script.bots[bot].label)));
        let upload = role.upload.map(|upload| &script.uploads[upload].thing.label);
        told.extend(upload.map(|label| format!("sdk_upload.{label}")));
    }
    let things = script.things().map(|(sort, thing)| format!("{sort}.{}", thing.label));
    let silent = things.filter(|thing| !told.contains(thing));
    silent.map(|thing| format!("no event tells of {thing}")).collect()
}
