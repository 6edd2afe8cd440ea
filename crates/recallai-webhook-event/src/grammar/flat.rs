//! Families that name what they are about by a bare id: the calendar, and the API before v1.11.

use super::resources::status;
use super::{nullable_string, require, skip};
use crate::Nullable;
use crate::borrowed::{EventRef, ResourceRef};
use crate::json::{Scanner, Stop};

/// `{ bot_id, status: { code, created_at, sub_code, message, recording_id } }`.
pub(super) fn bot_status_change<'a>(
    scan: &mut Scanner<'a>,
    event: &mut EventRef<'a>,
) -> Result<(), Stop> {
    let start = scan.position();
    scan.object(|scan, key| {
        match key {
            "bot_id" => event.bot = bare(scan)?,
            "status" => {
                status(scan, "created_at", &mut event.status, |scan, key| {
                    match key {
                        // Inside the status, and only once the vendor knows it.
                        "recording_id" => event.recording = bare(scan)?,
                        "message" => drop(nullable_string(scan)?),
                        _ => skip(scan, key)?,
                    }
                    Ok(())
                })?;
            }
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    require(scan, event.bot.as_ref(), "bot_id", start)?;
    require(scan, event.status.as_ref(), "status", start).map(drop)
}

/// `{ bot_id, job_id, log: { level, message, output_id, created_at } }`.
pub(super) fn bot_log<'a>(scan: &mut Scanner<'a>, event: &mut EventRef<'a>) -> Result<(), Stop> {
    let start = scan.position();
    scan.object(|scan, key| {
        match key {
            "bot_id" => event.bot = bare(scan)?,
            "job_id" => drop(nullable_string(scan)?),
            "log" => event.detail = Some(log(scan)?),
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    require(scan, event.detail, "log", start).map(drop)
}

fn log<'a>(scan: &mut Scanner<'a>) -> Result<&'a str, Stop> {
    let start = scan.position();
    scan.object(|scan, key| {
        match key {
            "level" | "message" | "output_id" | "created_at" => drop(nullable_string(scan)?),
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    Ok(scan.since(start))
}

/// `{ bot_id, recording_id, transcript: ... }`.
pub(super) fn bot_transcription<'a>(
    scan: &mut Scanner<'a>,
    event: &mut EventRef<'a>,
) -> Result<(), Stop> {
    let start = scan.position();
    scan.object(|scan, key| {
        match key {
            "bot_id" => event.bot = bare(scan)?,
            "recording_id" => event.recording = bare(scan)?,
            "transcript" => event.detail = Some(scan.value()?),
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    require(scan, event.detail, "transcript", start).map(drop)
}

/// `{ calendar_id, last_updated_ts }`.
pub(super) fn calendar<'a>(scan: &mut Scanner<'a>, event: &mut EventRef<'a>) -> Result<(), Stop> {
    let start = scan.position();
    scan.object(|scan, key| {
        match key {
            "calendar_id" => {
                event.target = bare(scan)?;
                event.target_member = Some("calendar_id");
            }
            "last_updated_ts" => drop(nullable_string(scan)?),
            _ => skip(scan, key)?,
        }
        Ok(())
    })?;
    require(scan, event.target.as_ref(), "calendar_id", start).map(drop)
}

/// An id that stands by itself instead of in an object.
fn bare<'a>(scan: &mut Scanner<'a>) -> Result<Nullable<ResourceRef<'a>>, Stop> {
    Ok(nullable_string(scan)?.map(ResourceRef::bare))
}
