//! Sub codes: the documented reasons behind a status, as data and as constants.
//!
//! The vendor adds and renames them without notice, so anything else passes through as text. For
//! `recording.failed` and for media objects other than the transcript no list is published.

use crate::payload::SubCode;

/// A documented sub code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubCodeEntry {
    /// The sub code as it stands in `data.data.sub_code`.
    pub sub_code: &'static str,
    /// The event it comes with.
    pub event: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

impl SubCode {
    /// What the sub code means when it comes with the event of this name; `None` if that is not
    /// documented.
    pub fn meaning(&self, event: &str) -> Option<&'static str> {
        let entry =
            SUB_CODES.iter().find(|entry| entry.sub_code == self.as_str() && entry.event == event);
        entry.map(|entry| entry.meaning)
    }
}

/// Writes the constants and the rows of the sub codes from one table.
macro_rules! sub_codes {
    ($(event $event:literal { $($constant:ident = $sub_code:literal: $meaning:literal;)+ })+) => {
        /// Every documented sub code, by the event it comes with.
        pub static SUB_CODES: &[SubCodeEntry] = &[$($(
            SubCodeEntry { sub_code: $sub_code, event: $event, meaning: $meaning },
        )+)+];

        /// A constant for each documented sub code.
        pub mod sub_codes {
            use super::SubCode;

            $($(
                #[doc = concat!("With `", $event, "`: ", $meaning)]
                pub const $constant: SubCode = SubCode::from_static($sub_code);
            )+)+
        }
    };
}

sub_codes! {
    event "transcript.failed" {
        PROVIDER_CONNECTION_FAILED = "provider_connection_failed":
            "Recall.ai cannot reach the transcription provider: no credit, a paid feature on a free account, or an outage there.";
        ZOOM_GLOBAL_CAPTIONS_DISABLED = "zoom_global_captions_disabled":
            "Captions are switched off for the whole Zoom account.";
        ZOOM_HOST_DISABLED_MEETING_CAPTIONS = "zoom_host_disabled_meeting_captions":
            "The Zoom host switched captions off for the meeting.";
        ZOOM_CAPTIONS_FAILURE = "zoom_captions_failure":
            "Captions could not be switched on in the Zoom call.";
    }

    event "bot.call_ended" {
        CALL_ENDED_BY_HOST = "call_ended_by_host":
            "The host ended the call.";
        CALL_ENDED_BY_PLATFORM_IDLE = "call_ended_by_platform_idle":
            "The platform ended the call because nobody did anything.";
        CALL_ENDED_BY_PLATFORM_MAX_LENGTH = "call_ended_by_platform_max_length":
            "The call reached the longest time the platform allows.";
        CALL_ENDED_BY_PLATFORM_WAITING_ROOM_TIMEOUT = "call_ended_by_platform_waiting_room_timeout":
            "The platform ended the wait in the waiting room; Google Meet does so after 10 minutes.";
        TIMEOUT_EXCEEDED_WAITING_ROOM = "timeout_exceeded_waiting_room":
            "The bot waited in the waiting room longer than it was told to.";
        TIMEOUT_EXCEEDED_NOONE_JOINED = "timeout_exceeded_noone_joined":
            "Nobody joined within the time set.";
        TIMEOUT_EXCEEDED_EVERYONE_LEFT = "timeout_exceeded_everyone_left":
            "Everybody else had left for the time set.";
        TIMEOUT_EXCEEDED_SILENCE_DETECTED = "timeout_exceeded_silence_detected":
            "Nobody spoke for the time set.";
        TIMEOUT_EXCEEDED_ONLY_BOTS_DETECTED_USING_PARTICIPANT_NAMES = "timeout_exceeded_only_bots_detected_using_participant_names":
            "Only bots were left, judged by their names.";
        TIMEOUT_EXCEEDED_ONLY_BOTS_DETECTED_USING_PARTICIPANT_EVENTS = "timeout_exceeded_only_bots_detected_using_participant_events":
            "Only bots were left, judged by what they did.";
        TIMEOUT_EXCEEDED_IN_CALL_NOT_RECORDING = "timeout_exceeded_in_call_not_recording":
            "The bot was in the call without recording for the time set.";
        TIMEOUT_EXCEEDED_IN_CALL_RECORDING = "timeout_exceeded_in_call_recording":
            "The bot recorded for the longest time set.";
        TIMEOUT_EXCEEDED_RECORDING_PERMISSION_DENIED = "timeout_exceeded_recording_permission_denied":
            "The bot had no permission to record for the time set.";
        TIMEOUT_EXCEEDED_MAX_DURATION = "timeout_exceeded_max_duration":
            "The bot reached the longest duration of the plan.";
        BOT_KICKED_FROM_CALL = "bot_kicked_from_call":
            "Somebody removed the bot from the call.";
        BOT_KICKED_FROM_WAITING_ROOM = "bot_kicked_from_waiting_room":
            "Somebody removed the bot from the waiting room.";
        BOT_RECEIVED_LEAVE_CALL = "bot_received_leave_call":
            "The bot was told to leave through the API.";
    }

    event "bot.recording_permission_denied" {
        ZOOM_LOCAL_RECORDING_DISABLED = "zoom_local_recording_disabled":
            "Local recording is switched off in Zoom.";
        ZOOM_LOCAL_RECORDING_REQUEST_DISABLED = "zoom_local_recording_request_disabled":
            "Asking to record is switched off in Zoom.";
        ZOOM_LOCAL_RECORDING_REQUEST_DISABLED_BY_HOST = "zoom_local_recording_request_disabled_by_host":
            "The host switched off asking to record.";
        ZOOM_BOT_IN_WAITING_ROOM = "zoom_bot_in_waiting_room":
            "The bot is in the waiting room.";
        ZOOM_HOST_NOT_PRESENT = "zoom_host_not_present":
            "The host, who could allow it, is not there.";
        ZOOM_LOCAL_RECORDING_REQUEST_DENIED_BY_HOST = "zoom_local_recording_request_denied_by_host":
            "The host refused to let the bot record.";
        ZOOM_LOCAL_RECORDING_DENIED = "zoom_local_recording_denied":
            "Zoom refused to let the bot record.";
        ZOOM_LOCAL_RECORDING_GRANT_NOT_SUPPORTED = "zoom_local_recording_grant_not_supported":
            "The host uses a Zoom client that cannot allow recording.";
        ZOOM_SDK_KEY_BLOCKED_BY_HOST_ADMIN = "zoom_sdk_key_blocked_by_host_admin":
            "The administrator of the host blocked the Zoom SDK key.";
    }

    event "bot.fatal" {
        BOT_ERRORED = "bot_errored":
            "The bot failed for a reason of its own.";
        MEETING_NOT_FOUND = "meeting_not_found":
            "There is no such meeting.";
        MEETING_NOT_STARTED = "meeting_not_started":
            "The meeting has not started.";
        MEETING_REQUIRES_REGISTRATION = "meeting_requires_registration":
            "The meeting asks for registration.";
        MEETING_REQUIRES_SIGN_IN = "meeting_requires_sign_in":
            "The meeting asks for a signed-in user.";
        MEETING_LINK_EXPIRED = "meeting_link_expired":
            "The meeting link is no longer valid.";
        MEETING_LINK_INVALID = "meeting_link_invalid":
            "The meeting link is not valid.";
        MEETING_PASSWORD_INCORRECT = "meeting_password_incorrect":
            "The meeting password is wrong.";
        MEETING_LOCKED = "meeting_locked":
            "The meeting is locked.";
        MEETING_FULL = "meeting_full":
            "The meeting is full.";
        MEETING_ENDED = "meeting_ended":
            "The meeting had already ended.";
        FAILED_TO_LAUNCH_IN_TIME = "failed_to_launch_in_time":
            "The bot was not started in time.";
        GOOGLE_MEET_INTERNAL_ERROR = "google_meet_internal_error":
            "Google Meet failed.";
        GOOGLE_MEET_SIGN_IN_FAILED = "google_meet_sign_in_failed":
            "The bot could not sign in to Google.";
        GOOGLE_MEET_SIGN_IN_CAPTCHA_FAILED = "google_meet_sign_in_captcha_failed":
            "Google asked for a captcha at sign-in.";
        GOOGLE_MEET_BOT_BLOCKED = "google_meet_bot_blocked":
            "Google Meet blocked the bot.";
        GOOGLE_MEET_SSO_SIGN_IN_FAILED = "google_meet_sso_sign_in_failed":
            "Single sign-on to Google failed.";
        GOOGLE_MEET_SIGN_IN_MISSING_LOGIN_CREDENTIALS = "google_meet_sign_in_missing_login_credentials":
            "No Google login is configured.";
        GOOGLE_MEET_SIGN_IN_MISSING_RECOVERY_CREDENTIALS = "google_meet_sign_in_missing_recovery_credentials":
            "No Google recovery address is configured.";
        GOOGLE_MEET_SSO_SIGN_IN_MISSING_LOGIN_CREDENTIALS = "google_meet_sso_sign_in_missing_login_credentials":
            "No login for Google single sign-on is configured.";
        GOOGLE_MEET_SSO_SIGN_IN_MISSING_TOTP_SECRET = "google_meet_sso_sign_in_missing_totp_secret":
            "No one-time-password secret for Google single sign-on is configured.";
        GOOGLE_MEET_VIDEO_ERROR = "google_meet_video_error":
            "Google Meet had an error with video.";
        GOOGLE_MEET_MEETING_ROOM_NOT_READY = "google_meet_meeting_room_not_ready":
            "The Google Meet room was not ready.";
        GOOGLE_MEET_LOGIN_NOT_AVAILABLE = "google_meet_login_not_available":
            "No Google login of the pool was free.";
        GOOGLE_MEET_PERMISSION_DENIED_BREAKOUT = "google_meet_permission_denied_breakout":
            "The bot may not enter the Google Meet breakout room.";
        GOOGLE_MEET_KNOCKING_DISABLED = "google_meet_knocking_disabled":
            "Asking to join is switched off in Google Meet.";
        GOOGLE_MEET_WATERMARK_KICKED = "google_meet_watermark_kicked":
            "Google Meet removed the bot because of watermarking.";
        GOOGLE_MEET_ORGANISATION_RESTRICTED = "google_meet_organisation_restricted":
            "Google Meet admits only members of the organisation.";
        ZOOM_SDK_CREDENTIALS_MISSING = "zoom_sdk_credentials_missing":
            "No Zoom SDK credentials are configured.";
        ZOOM_SDK_UPDATE_REQUIRED = "zoom_sdk_update_required":
            "Zoom asks for a newer SDK.";
        ZOOM_SDK_APP_NOT_PUBLISHED = "zoom_sdk_app_not_published":
            "The Zoom app is not published, so it joins only meetings of its own account.";
        ZOOM_EMAIL_BLOCKED_BY_ADMIN = "zoom_email_blocked_by_admin":
            "The administrator blocked the e-mail address.";
        ZOOM_REGISTRATION_REQUIRED = "zoom_registration_required":
            "The Zoom meeting asks for registration.";
        ZOOM_CAPTCHA_REQUIRED = "zoom_captcha_required":
            "Zoom asks for a captcha.";
        ZOOM_ACCOUNT_BLOCKED = "zoom_account_blocked":
            "Zoom blocked the account.";
        ZOOM_INVALID_JOIN_TOKEN = "zoom_invalid_join_token":
            "The Zoom join token is not valid.";
        ZOOM_INVALID_SIGNATURE = "zoom_invalid_signature":
            "The Zoom SDK signature is not valid.";
        ZOOM_INTERNAL_ERROR = "zoom_internal_error":
            "Zoom failed.";
        ZOOM_JOIN_TIMEOUT = "zoom_join_timeout":
            "Joining the Zoom meeting took too long.";
        ZOOM_EMAIL_REQUIRED = "zoom_email_required":
            "Zoom asks for an e-mail address.";
        ZOOM_WEB_DISALLOWED = "zoom_web_disallowed":
            "The Zoom host does not admit web clients.";
        ZOOM_CONNECTION_FAILED = "zoom_connection_failed":
            "The connection to Zoom failed.";
        ZOOM_ERROR_MULTIPLE_DEVICE_JOIN = "zoom_error_multiple_device_join":
            "The Zoom user already joined from another device.";
        ZOOM_MEETING_NOT_ACCESSIBLE = "zoom_meeting_not_accessible":
            "The Zoom meeting cannot be reached with this account.";
        ZOOM_MEETING_HOST_INACTIVE = "zoom_meeting_host_inactive":
            "The account of the Zoom host is not active.";
        ZOOM_INVALID_WEBINAR_INVITE = "zoom_invalid_webinar_invite":
            "The Zoom webinar invitation is not valid.";
        ZOOM_ANOTHER_MEETING_IN_PROGRESS = "zoom_another_meeting_in_progress":
            "The Zoom host has another meeting in progress.";
        MICROSOFT_TEAMS_CALL_DROPPED = "microsoft_teams_call_dropped":
            "Teams dropped the call.";
        MICROSOFT_TEAMS_SIGN_IN_CREDENTIALS_MISSING = "microsoft_teams_sign_in_credentials_missing":
            "No Teams login is configured.";
        MICROSOFT_TEAMS_SIGN_IN_FAILED = "microsoft_teams_sign_in_failed":
            "The bot could not sign in to Teams.";
        MICROSOFT_TEAMS_INTERNAL_ERROR = "microsoft_teams_internal_error":
            "Teams failed.";
        MICROSOFT_TEAMS_CAPTCHA_DETECTED = "microsoft_teams_captcha_detected":
            "Teams asked for a captcha.";
        MICROSOFT_TEAMS_CAPTCHA_ERROR = "microsoft_teams_captcha_error":
            "Teams asked for a captcha; the later spelling.";
        MICROSOFT_TEAMS_BOT_NOT_INVITED = "microsoft_teams_bot_not_invited":
            "The bot was not invited to the Teams meeting.";
        MICROSOFT_TEAMS_BREAKOUT_ROOM_UNSUPPORTED = "microsoft_teams_breakout_room_unsupported":
            "Teams breakout rooms are not supported.";
        MICROSOFT_TEAMS_EVENT_NOT_STARTED_FOR_EXTERNAL = "microsoft_teams_event_not_started_for_external":
            "The Teams event has not started for people outside the organisation.";
        MICROSOFT_TEAMS_2FA_REQUIRED = "microsoft_teams_2fa_required":
            "Teams asks for a second factor.";
        WEBEX_JOIN_MEETING_ERROR = "webex_join_meeting_error":
            "The bot could not join the Webex meeting.";
    }
}
