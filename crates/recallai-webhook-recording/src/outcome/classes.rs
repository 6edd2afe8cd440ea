//! Sub codes that say more about a recording than their code does, as a table.

use recallai_webhook_event::{SubCode, sub_codes};

use crate::Observation;

/// What a sub code says about the recording.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    NotAdmitted,
    Denied,
    /// Denied, by something that may pass while the bot is in the call.
    MayChange,
    NotRecorded,
    /// Recorded, but not to the end.
    Cut,
}

/// The sub codes that say more than their code does. Of the others, those of `fatal` are failures,
/// those of `call_ended` normal ends.
#[rustfmt::skip]
const CLASSES: &[(Class, &[SubCode])] = &[
    (Class::NotAdmitted, &[
        sub_codes::CALL_ENDED_BY_PLATFORM_WAITING_ROOM_TIMEOUT,
        sub_codes::TIMEOUT_EXCEEDED_WAITING_ROOM,
        sub_codes::BOT_KICKED_FROM_WAITING_ROOM,
        sub_codes::MEETING_NOT_FOUND,
        sub_codes::MEETING_NOT_STARTED,
        sub_codes::MEETING_REQUIRES_REGISTRATION,
        sub_codes::MEETING_REQUIRES_SIGN_IN,
        sub_codes::MEETING_LINK_EXPIRED,
        sub_codes::MEETING_LINK_INVALID,
        sub_codes::MEETING_PASSWORD_INCORRECT,
        sub_codes::MEETING_LOCKED,
        sub_codes::MEETING_FULL,
        sub_codes::MEETING_ENDED,
        sub_codes::GOOGLE_MEET_BOT_BLOCKED,
        sub_codes::GOOGLE_MEET_MEETING_ROOM_NOT_READY,
        sub_codes::GOOGLE_MEET_PERMISSION_DENIED_BREAKOUT,
        sub_codes::GOOGLE_MEET_KNOCKING_DISABLED,
        sub_codes::GOOGLE_MEET_WATERMARK_KICKED,
        sub_codes::GOOGLE_MEET_ORGANISATION_RESTRICTED,
        sub_codes::ZOOM_EMAIL_BLOCKED_BY_ADMIN,
        sub_codes::ZOOM_REGISTRATION_REQUIRED,
        sub_codes::ZOOM_CAPTCHA_REQUIRED,
        sub_codes::ZOOM_ACCOUNT_BLOCKED,
        sub_codes::ZOOM_EMAIL_REQUIRED,
        sub_codes::ZOOM_WEB_DISALLOWED,
        sub_codes::ZOOM_MEETING_NOT_ACCESSIBLE,
        sub_codes::ZOOM_MEETING_HOST_INACTIVE,
        sub_codes::ZOOM_INVALID_WEBINAR_INVITE,
        sub_codes::ZOOM_ANOTHER_MEETING_IN_PROGRESS,
        sub_codes::MICROSOFT_TEAMS_CAPTCHA_DETECTED,
        sub_codes::MICROSOFT_TEAMS_CAPTCHA_ERROR,
        sub_codes::MICROSOFT_TEAMS_BOT_NOT_INVITED,
        sub_codes::MICROSOFT_TEAMS_BREAKOUT_ROOM_UNSUPPORTED,
        sub_codes::MICROSOFT_TEAMS_EVENT_NOT_STARTED_FOR_EXTERNAL,
        sub_codes::MICROSOFT_TEAMS_2FA_REQUIRED,
    ]),
    (Class::Denied, &[
        sub_codes::TIMEOUT_EXCEEDED_RECORDING_PERMISSION_DENIED,
    ]),
    (Class::MayChange, &[
        sub_codes::ZOOM_BOT_IN_WAITING_ROOM,
        sub_codes::ZOOM_HOST_NOT_PRESENT,
    ]),
    (Class::NotRecorded, &[
        sub_codes::TIMEOUT_EXCEEDED_IN_CALL_NOT_RECORDING,
    ]),
    (Class::Cut, &[
        sub_codes::BOT_KICKED_FROM_CALL,
        sub_codes::TIMEOUT_EXCEEDED_IN_CALL_RECORDING,
        sub_codes::TIMEOUT_EXCEEDED_MAX_DURATION,
    ]),
];

/// The class of the sub code, if it says more than the code does.
pub(super) fn class(observation: &Observation) -> Option<Class> {
    let sub_code = observation.sub_code.as_ref()?;
    let row = CLASSES.iter().find(|(_, sub_codes)| sub_codes.contains(sub_code));
    row.map(|(class, _)| *class)
}
