//! The grammar of event bodies: which members each family has, and which it cannot be without.
//!
//! [`event`] reads a body once, front to back. When `event` stands before `data`, as it usually
//! does, nothing is read twice; documented bodies that put `data` first cost one more look at it.

use std::borrow::Cow;

use crate::borrowed::{EventRef, ResourceRef, StatusRef};
use crate::catalogue::{self, Entry, Family};
use crate::error::Reason;
use crate::json::{Fault, Scanner, Span};
use crate::{ArtifactKind, MAX_BODY_LEN, Nullable};

/// Every member name of the grammar: the names that error messages may show.
pub(crate) const MEMBERS: &[&str] = &[
    "event",
    "data",
    "code",
    "sub_code",
    "updated_at",
    "id",
    "metadata",
    "recording",
    "transcript",
    "participant_events",
    "video_mixed",
    "video_separate",
    "audio_mixed",
    "audio_separate",
    "meeting_metadata",
    "bot",
    "sdk_upload",
    "realtime_endpoint",
    "slack_team",
    "bot_id",
    "job_id",
    "calendar_id",
    "last_updated_ts",
    "status",
    "created_at",
    "message",
    "recording_id",
    "log",
    "level",
    "output_id",
];

/// The codes that name the eight artifact events. Another of them under a known name is a
/// contradiction; a code beyond them is the vendor's right.
const ARTIFACT_CODES: [&str; 5] = ["processing", "paused", "done", "failed", "deleted"];

pub(crate) fn event(body: &[u8]) -> Result<EventRef<'_>, Fault> {
    if body.len() > MAX_BODY_LEN {
        return Err(Fault::new(Reason::TooLong, MAX_BODY_LEN));
    }
    let text = std::str::from_utf8(body)
        .map_err(|error| Fault::new(Reason::NotUtf8, error.valid_up_to()))?;
    let mut scan = Scanner::new(text);
    let start = scan.position();
    let mut event: Option<EventRef<'_>> = None;
    let mut data_before_name: Option<Span<'_>> = None;
    scan.object(|scan, key| {
        match key {
            "event" => event = Some(EventRef::named(text, scan.string()?.decode())),
            "data" => match &mut event {
                Some(event) => data(scan, event)?,
                None => data_before_name = Some(scan.value()?),
            },
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    scan.end()?;
    let mut event = event.ok_or(missing("event", start))?;
    if let Some(span) = data_before_name {
        data(&mut Scanner::at(text, span), &mut event)?;
    }
    if event.data.is_none() && event.entry.is_some() {
        return Err(missing("data", start));
    }
    Ok(event)
}

/// Reads `data` as the family of the event asks for.
fn data<'a>(scan: &mut Scanner<'a>, event: &mut EventRef<'a>) -> Result<(), Fault> {
    let at = scan.position();
    match event.entry.map(|entry| (entry, entry.family)) {
        None | Some((_, Family::SlackHuddle)) => drop(scan.value()?),
        Some((_, Family::BotStatusChange)) => bot_status_change(scan, event)?,
        Some((_, Family::BotLog)) => bot_log(scan, event)?,
        Some((_, Family::BotTranscription)) => bot_transcription(scan, event)?,
        Some((_, Family::Calendar)) => calendar(scan, event)?,
        Some((entry, _)) => resources(scan, entry, event)?,
    }
    event.data = Some(scan.since(at));
    Ok(())
}

/// `{ data, <subject>, recording, bot, sdk_upload, ... }`: all families of API v1.11.
fn resources<'a>(
    scan: &mut Scanner<'a>,
    entry: &'static Entry,
    event: &mut EventRef<'a>,
) -> Result<(), Fault> {
    let family = entry.family;
    let start = scan.position();
    let own = subject_member(entry);
    let links = links(family);
    // The vendor page prints `transcript` for five other kinds; their own key wins if both stand.
    let fallback = matches!(family, Family::Artifact(kind) if kind != ArtifactKind::Recording);
    let mut under_transcript = Nullable::Absent;
    scan.object(|scan, key| {
        match key {
            "data" if family.has_status() => {
                event.status = Some(status(scan, "updated_at", skip)?);
            }
            "data" => event.detail = Some(scan.value()?.text),
            _ if Some(key) == own => event.subject = resource(scan)?,
            "transcript" if fallback => under_transcript = resource(scan)?,
            "recording" if links.contains(&key) => event.recording = resource(scan)?,
            "bot" if links.contains(&key) => event.bot = resource(scan)?,
            "sdk_upload" if links.contains(&key) => event.sdk_upload = resource(scan)?,
            "realtime_endpoint" if links.contains(&key) => {
                event.realtime_endpoint = resource(scan)?;
            }
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    if event.subject.as_ref().is_some() {
        event.subject_member = own;
    } else if under_transcript.as_ref().is_some() {
        event.subject = under_transcript;
        event.subject_member = Some("transcript");
    }
    if family.has_status() {
        let status = event.status.as_ref().ok_or(missing("data", start))?;
        if let (Some(member), None) = (own, event.subject.as_ref()) {
            return Err(missing(member, start));
        }
        if family.artifact_kind().is_some() {
            if family != RECORDING && event.recording.as_ref().is_none() {
                return Err(missing("recording", start));
            }
            if entry.code() != Some(&status.code) && ARTIFACT_CODES.contains(&&*status.code) {
                return Err(Fault::new(Reason::CodeConflict, status.code_at));
            }
        }
    } else if event.detail.is_none() {
        return Err(missing("data", start));
    }
    Ok(())
}

const RECORDING: Family = Family::Artifact(ArtifactKind::Recording);

/// The member of `data` that holds what the event is about.
pub(crate) fn subject_member(entry: &Entry) -> Option<&'static str> {
    match entry.family {
        Family::Artifact(kind) => Some(kind.as_str()),
        Family::Bot => Some("bot"),
        Family::SdkUpload => Some("sdk_upload"),
        Family::RealtimeEndpoint => Some("realtime_endpoint"),
        Family::SlackTeam => Some("slack_team"),
        Family::ParticipantAction => Some("participant_events"),
        Family::TranscriptStream => Some("transcript"),
        Family::MediaStream => match entry.name {
            "audio_mixed_raw.data" => Some("audio_mixed"),
            "audio_separate_raw.data" => Some("audio_separate"),
            _ => Some("video_separate"),
        },
        _ => None,
    }
}

/// The members of `data` that name other resources, beside the subject.
fn links(family: Family) -> &'static [&'static str] {
    match family {
        Family::Artifact(_) => &["recording", "bot", "sdk_upload"],
        Family::SdkUpload => &["recording"],
        Family::RealtimeEndpoint => &["recording", "bot"],
        Family::ParticipantAction | Family::TranscriptStream | Family::MediaStream => {
            &["recording", "bot", "sdk_upload", "realtime_endpoint"]
        }
        _ => &[],
    }
}

/// `{ code, sub_code, updated_at }`, the last one under the given name.
fn status<'a>(
    scan: &mut Scanner<'a>,
    time_member: &'static str,
    mut other: impl FnMut(&mut Scanner<'a>, &str) -> Result<(), Fault>,
) -> Result<StatusRef<'a>, Fault> {
    let start = scan.position();
    let (mut code, mut code_at, mut sub_code, mut time) = (None, start, Nullable::Absent, None);
    scan.object(|scan, key| {
        match key {
            "code" => {
                code_at = scan.position();
                code = Some(scan.string()?.decode());
            }
            "sub_code" => sub_code = nullable_string(scan)?,
            _ if key == time_member => time = Some(scan.string()?.decode()),
            _ => other(scan, key)?,
        }
        Ok(())
    })?;
    Ok(StatusRef {
        code: code.ok_or(missing("code", start))?,
        code_at,
        sub_code,
        updated_at: time.ok_or(missing(time_member, start))?,
        object: scan.since(start),
    })
}

/// `{ id, metadata }`, or `null`.
fn resource<'a>(scan: &mut Scanner<'a>) -> Result<Nullable<ResourceRef<'a>>, Fault> {
    if scan.null()? {
        return Ok(Nullable::Null);
    }
    let start = scan.position();
    let (mut id, mut metadata) = (None, Nullable::Absent);
    scan.object(|scan, key| {
        match key {
            "id" => id = Some(scan.string()?.decode()),
            "metadata" if scan.null()? => metadata = Nullable::Null,
            "metadata" => {
                let start = scan.position();
                scan.object(skip)?;
                metadata = Nullable::Present(scan.since(start));
            }
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    let id = id.ok_or(missing("id", start))?;
    Ok(Nullable::Present(ResourceRef { id, metadata, object: scan.since(start) }))
}

/// `{ bot_id, status: { code, created_at, sub_code, message, recording_id } }`.
fn bot_status_change<'a>(scan: &mut Scanner<'a>, event: &mut EventRef<'a>) -> Result<(), Fault> {
    let start = scan.position();
    scan.object(|scan, key| {
        match key {
            "bot_id" => event.bot = bare(scan)?,
            "status" => {
                event.status = Some(status(scan, "created_at", |scan, key| {
                    match key {
                        // Inside the status, and only once the vendor knows it.
                        "recording_id" => event.recording = bare(scan)?,
                        "message" => drop(nullable_string(scan)?),
                        _ => skip(scan, key)?,
                    }
                    Ok(())
                })?);
            }
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    event.bot.as_ref().ok_or(missing("bot_id", start))?;
    event.status.as_ref().map(drop).ok_or(missing("status", start))
}

/// `{ bot_id, job_id, log: { level, message, output_id, created_at } }`.
fn bot_log<'a>(scan: &mut Scanner<'a>, event: &mut EventRef<'a>) -> Result<(), Fault> {
    let start = scan.position();
    scan.object(|scan, key| {
        match key {
            "bot_id" => event.bot = bare(scan)?,
            "job_id" => drop(nullable_string(scan)?),
            "log" => {
                let start = scan.position();
                scan.object(|scan, key| {
                    match key {
                        "level" | "message" | "output_id" | "created_at" => {
                            drop(nullable_string(scan)?);
                        }
                        _ => skip(scan, key)?,
                    }
                    Ok(())
                })?;
                event.detail = Some(scan.since(start));
            }
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    event.detail.map(drop).ok_or(missing("log", start))
}

/// `{ bot_id, recording_id, transcript: ... }`.
fn bot_transcription<'a>(scan: &mut Scanner<'a>, event: &mut EventRef<'a>) -> Result<(), Fault> {
    let start = scan.position();
    scan.object(|scan, key| {
        match key {
            "bot_id" => event.bot = bare(scan)?,
            "recording_id" => event.recording = bare(scan)?,
            "transcript" => event.detail = Some(scan.value()?.text),
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    event.detail.map(drop).ok_or(missing("transcript", start))
}

/// `{ calendar_id, last_updated_ts }`.
fn calendar<'a>(scan: &mut Scanner<'a>, event: &mut EventRef<'a>) -> Result<(), Fault> {
    let start = scan.position();
    scan.object(|scan, key| {
        match key {
            "calendar_id" => {
                event.subject = bare(scan)?;
                event.subject_member = Some("calendar_id");
            }
            "last_updated_ts" => drop(nullable_string(scan)?),
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    event.subject.as_ref().map(drop).ok_or(missing("calendar_id", start))
}

/// An id that stands by itself instead of in an object.
fn bare<'a>(scan: &mut Scanner<'a>) -> Result<Nullable<ResourceRef<'a>>, Fault> {
    let id = nullable_string(scan)?;
    Ok(id.map(|id| ResourceRef { id, metadata: Nullable::Absent, object: "{}" }))
}

fn nullable_string<'a>(scan: &mut Scanner<'a>) -> Result<Nullable<Cow<'a, str>>, Fault> {
    if scan.null()? {
        return Ok(Nullable::Null);
    }
    Ok(Nullable::Present(scan.string()?.decode()))
}

/// Passes over a member that the grammar does not name; it is checked all the same.
fn skip(scan: &mut Scanner<'_>, _key: &str) -> Result<(), Fault> {
    scan.value().map(drop)
}

fn missing(member: &'static str, at: usize) -> Fault {
    Fault::new(Reason::Missing { member }, at)
}

impl<'a> EventRef<'a> {
    fn named(body: &'a str, name: Cow<'a, str>) -> Self {
        let entry = catalogue::find(&name);
        Self {
            body,
            name,
            entry,
            data: None,
            status: None,
            detail: None,
            subject: Nullable::Absent,
            subject_member: None,
            recording: Nullable::Absent,
            bot: Nullable::Absent,
            sdk_upload: Nullable::Absent,
            realtime_endpoint: Nullable::Absent,
        }
    }
}
