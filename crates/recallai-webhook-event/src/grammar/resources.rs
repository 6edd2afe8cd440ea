//! `{ data, <target>, recording, bot, sdk_upload, ... }`: all families of API v1.11.

use super::{nullable_string, require, skip};
use crate::borrowed::{EventRef, ResourceRef, StatusRef};
use crate::catalogue::{CATALOGUE, Entry, Family};
use crate::error::Reason;
use crate::json::{Scanner, Stop};
use crate::{ArtifactKind, Nullable};

const RECORDING: Family = Family::Artifact(ArtifactKind::Recording);

pub(super) fn resources<'a>(
    scan: &mut Scanner<'a>,
    entry: &'static Entry,
    event: &mut EventRef<'a>,
) -> Result<(), Stop> {
    let family = entry.family;
    let start = scan.position();
    let own = target_member(entry);
    let links = Links::of(family);
    // The vendor page prints `transcript` for five other kinds; their own key wins if both stand.
    let fallback = matches!(family, Family::Artifact(kind) if kind != ArtifactKind::Recording);
    let mut under_transcript = Nullable::Absent;
    scan.object(|scan, key| {
        match key {
            "data" if family.has_status() => {
                status(scan, "updated_at", &mut event.status, skip)?;
            }
            "data" => event.detail = Some(scan.value()?),
            _ if Some(key) == own => resource(scan, &mut event.target)?,
            "transcript" if fallback => resource(scan, &mut under_transcript)?,
            "recording" if links.recording => resource(scan, &mut event.recording)?,
            "bot" if links.bot => resource(scan, &mut event.bot)?,
            "sdk_upload" if links.sdk_upload => resource(scan, &mut event.sdk_upload)?,
            "realtime_endpoint" if links.realtime_endpoint => {
                resource(scan, &mut event.realtime_endpoint)?;
            }
            _ => {
                event.data_has_extra = true;
                skip(scan, key)?;
            }
        }
        Ok(())
    })?;
    // A null, or the second of two, is not the target and is kept as it is.
    event.data_has_extra |= matches!(event.target, Nullable::Null)
        || !event.target.is_absent() && !under_transcript.is_absent();
    if event.target.as_ref().is_some() {
        event.target_member = own;
    } else if under_transcript.as_ref().is_some() {
        event.target = under_transcript;
        event.target_member = Some("transcript");
    }
    complete(scan, entry, event, start)
}

/// Whether `data`, which starts at `start`, has what its family cannot be without.
fn complete(
    scan: &mut Scanner<'_>,
    entry: &Entry,
    event: &EventRef<'_>,
    start: usize,
) -> Result<(), Stop> {
    let family = entry.family;
    if !family.has_status() {
        return require(scan, event.detail, "data", start).map(drop);
    }
    let status = require(scan, event.status.as_ref(), "data", start)?;
    if let Some(member) = target_member(entry) {
        require(scan, event.target.as_ref(), member, start)?;
    }
    if family.artifact_kind().is_none() {
        return Ok(());
    }
    if family != RECORDING {
        require(scan, event.recording.as_ref(), "recording", start)?;
    }
    if entry.code() != Some(&status.code) && is_artifact_code(&status.code) {
        return Err(scan.stop(Reason::CodeConflict, status.code_at));
    }
    Ok(())
}

/// Whether the code is that of an artifact event. Under the name of another it is a contradiction;
/// a code beyond them is the vendor's right.
fn is_artifact_code(code: &str) -> bool {
    artifact_codes().any(|known| known == code)
}

/// The codes of all artifact events, some of them more than once.
pub(crate) fn artifact_codes() -> impl Iterator<Item = &'static str> {
    let artifacts = CATALOGUE.iter().filter(|entry| entry.artifact_kind().is_some());
    artifacts.filter_map(Entry::code)
}

/// The member of `data` that holds what the event is about.
pub(crate) fn target_member(entry: &Entry) -> Option<&'static str> {
    match entry.family {
        Family::Artifact(kind) => Some(kind.as_str()),
        Family::Bot => Some("bot"),
        Family::SdkUpload => Some("sdk_upload"),
        Family::RealtimeEndpoint => Some("realtime_endpoint"),
        Family::SlackTeam => Some("slack_team"),
        Family::ParticipantAction => Some("participant_events"),
        Family::TranscriptStream => Some("transcript"),
        // `audio_mixed_raw.data` is of `audio_mixed`.
        Family::MediaStream => {
            let (feed, _) = entry.name.rsplit_once('_')?;
            ArtifactKind::ALL.into_iter().map(ArtifactKind::as_str).find(|kind| *kind == feed)
        }
        _ => None,
    }
}

/// The members of `data` that name other resources, beside the target.
struct Links {
    recording: bool,
    bot: bool,
    sdk_upload: bool,
    realtime_endpoint: bool,
}

impl Links {
    const fn of(family: Family) -> Self {
        let artifact = matches!(family, Family::Artifact(_));
        let endpoint = matches!(family, Family::RealtimeEndpoint);
        let realtime = family.is_realtime();
        Self {
            recording: artifact || endpoint || realtime || matches!(family, Family::SdkUpload),
            bot: artifact || endpoint || realtime,
            sdk_upload: artifact || realtime,
            realtime_endpoint: realtime,
        }
    }
}

/// `{ code, sub_code, updated_at }`, the last one under the given name.
pub(super) fn status<'a>(
    scan: &mut Scanner<'a>,
    time_member: &'static str,
    slot: &mut Option<StatusRef<'a>>,
    mut other: impl FnMut(&mut Scanner<'a>, &str) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let start = scan.position();
    let (mut code, mut code_at, mut sub_code, mut time) = (None, start, Nullable::Absent, None);
    let mut has_extra = false;
    scan.object(|scan, key| {
        match key {
            "code" => {
                code_at = scan.position();
                code = Some(scan.string()?.decode());
            }
            "sub_code" => sub_code = nullable_string(scan)?,
            _ if key == time_member => time = Some(scan.string()?.decode()),
            _ => {
                has_extra = true;
                other(scan, key)?;
            }
        }
        Ok(())
    })?;
    let code = require(scan, code, "code", start)?;
    let updated_at = require(scan, time, time_member, start)?;
    let object = scan.since(start);
    *slot = Some(StatusRef { code, code_at, sub_code, updated_at, object, has_extra });
    Ok(())
}

/// `{ id, metadata }`, or `null`. Metadata is an object, `null` or absent.
fn resource<'a>(scan: &mut Scanner<'a>, slot: &mut Nullable<ResourceRef<'a>>) -> Result<(), Stop> {
    if scan.null()? {
        *slot = Nullable::Null;
        return Ok(());
    }
    let start = scan.position();
    let mut id = None;
    scan.object(|scan, key| {
        match key {
            "id" => id = Some(scan.string()?.decode()),
            "metadata" if scan.null()? => {}
            "metadata" => scan.object(skip)?,
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    let id = require(scan, id, "id", start)?;
    *slot = Nullable::Present(ResourceRef { id, object: scan.since(start) });
    Ok(())
}
