//! The grammar of event bodies: which members each family has, and which it cannot be without.
//!
//! [`event`] reads a body once, front to back. When `event` stands before `data`, as it usually
//! does, nothing is read twice; documented bodies that put `data` first cost one more look at it.

mod flat;
mod resources;

#[cfg(feature = "schema")]
pub(crate) use resources::artifact_codes;
pub(crate) use resources::target_member;

use std::borrow::Cow;

use crate::borrowed::{EventRef, ResourceRef};
use crate::catalogue::{self, Family};
use crate::error::Reason;
use crate::json::{Fault, Scanner, Stop};
use crate::{MAX_BODY_LEN, Nullable};

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

/// The text of a body that may be read.
pub(crate) fn text(body: &[u8]) -> Result<&str, Fault> {
    if body.len() > MAX_BODY_LEN {
        return Err(Fault::new(Reason::TooLong, MAX_BODY_LEN));
    }
    std::str::from_utf8(body).map_err(|error| Fault::new(Reason::NotUtf8, error.valid_up_to()))
}

/// Reads the text of `event`. It is filled in place: it is too large to be passed around.
pub(crate) fn event<'a>(event: &mut EventRef<'a>) -> Result<(), Fault> {
    let mut scan = Scanner::new(event.body);
    let read = envelope(&mut scan, event);
    debug_assert_eq!(read.is_err(), scan.fault().is_some(), "a stop has its reason");
    scan.fault().map_or(Ok(()), Err)
}

/// `{ event, data, ... }`: the whole body.
fn envelope<'a>(scan: &mut Scanner<'a>, event: &mut EventRef<'a>) -> Result<(), Stop> {
    let start = scan.position();
    let (mut named, mut data_before_name) = (false, None);
    scan.object(|scan, key| {
        match key {
            "event" => {
                event.name = scan.string()?.decode();
                event.entry = catalogue::find(&event.name);
                named = true;
            }
            "data" if named => data(scan, event)?,
            "data" => {
                data_before_name = Some(scan.position());
                skip(scan, key)?;
            }
            _ => {
                event.has_extra = true;
                skip(scan, key)?;
            }
        }
        Ok(())
    })?;
    scan.end()?;
    require(scan, named.then_some(()), "event", start)?;
    if let Some(member) = data_before_name {
        scan.back_to(member);
        data(scan, event)?;
    }
    if event.entry.is_some() {
        require(scan, event.data, "data", start)?;
    }
    Ok(())
}

/// Reads `data` as the family of the event asks for.
fn data<'a>(scan: &mut Scanner<'a>, event: &mut EventRef<'a>) -> Result<(), Stop> {
    let start = scan.position();
    match event.entry.map(|entry| (entry, entry.family)) {
        None | Some((_, Family::SlackHuddle)) => skip(scan, "data")?,
        Some((_, Family::BotStatusChange)) => flat::bot_status_change(scan, event)?,
        Some((_, Family::BotLog)) => flat::bot_log(scan, event)?,
        Some((_, Family::BotTranscription)) => flat::bot_transcription(scan, event)?,
        Some((_, Family::Calendar)) => flat::calendar(scan, event)?,
        Some((entry, _)) => resources::resources(scan, entry, event)?,
    }
    event.data = Some(scan.since(start));
    Ok(())
}

/// What a member was found to be, or a fault at the object that should have it.
#[inline]
fn require<T>(
    scan: &mut Scanner<'_>,
    found: Option<T>,
    member: &'static str,
    object: usize,
) -> Result<T, Stop> {
    match found {
        Some(found) => Ok(found),
        None => Err(scan.stop(Reason::Missing { member }, object)),
    }
}

fn nullable_string<'a>(scan: &mut Scanner<'a>) -> Result<Nullable<Cow<'a, str>>, Stop> {
    if scan.null()? {
        return Ok(Nullable::Null);
    }
    Ok(Nullable::Present(scan.string()?.decode()))
}

/// Passes over a member that the grammar does not name; it is checked all the same.
fn skip(scan: &mut Scanner<'_>, _key: &str) -> Result<(), Stop> {
    scan.value().map(drop)
}

impl<'a> EventRef<'a> {
    pub(crate) fn unnamed(body: &'a str) -> Self {
        Self {
            body,
            name: Cow::Borrowed(""),
            entry: None,
            data: None,
            status: None,
            detail: None,
            target: Nullable::Absent,
            target_member: None,
            recording: Nullable::Absent,
            bot: Nullable::Absent,
            sdk_upload: Nullable::Absent,
            realtime_endpoint: Nullable::Absent,
            has_extra: false,
            data_has_extra: false,
        }
    }
}

impl<'a> ResourceRef<'a> {
    /// A resource that stands as a bare id instead of an object.
    fn bare(id: Cow<'a, str>) -> Self {
        Self { id, object: "{}" }
    }
}
