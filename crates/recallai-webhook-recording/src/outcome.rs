//! Outcome: what came of a bot, in words that a user would use.

use recallai_webhook_event::{Code, SubCode, sub_codes};
use serde::Serialize;

use crate::readiness::{Linked, linked};
use crate::{Item, ItemKind, Observation, Reason, State};

/// What came of a bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It is not known yet.
    Pending,
    /// The meeting was recorded.
    Recorded,
    /// A part of the meeting was recorded: the bot was cut short, or one of several recordings
    /// failed.
    #[non_exhaustive]
    Partial {
        /// What cut it short.
        reason: Reason,
    },
    /// The bot was not let into the meeting, or there was no meeting to enter.
    #[non_exhaustive]
    NotAdmitted {
        /// What kept it out.
        reason: Reason,
    },
    /// The bot was in the meeting and was not allowed to record.
    #[non_exhaustive]
    Denied {
        /// Who or what refused.
        reason: Reason,
    },
    /// The bot ended without having recorded.
    #[non_exhaustive]
    NotRecorded {
        /// How it ended.
        reason: Reason,
    },
    /// The bot, or its only recordings, failed.
    #[non_exhaustive]
    Failed {
        /// What failed.
        reason: Reason,
    },
}

/// What came of a bot, or of an SDK upload.
///
/// `recordings` are the states of recordings that are known; those that the bot is not linked with
/// are passed over. Without any, what the bot itself reported decides, so a bot that reported to be
/// recording counts as [`Recorded`](Outcome::Recorded) once it is done. The codes of
/// `bot.status_change`, from before API v1.11, count like those of the events that took its place.
pub fn outcome(bot: &State, recordings: &[State]) -> Outcome {
    let mut all = Recordings::default();
    for recording in linked(bot, recordings) {
        all.add(&recording);
    }
    if all.live { Outcome::Pending } else { settled(bot, &all) }
}

/// What the recordings of a bot came to.
#[derive(Default)]
struct Recordings {
    live: bool,
    recorded: bool,
    failed: Option<Reason>,
}

impl Recordings {
    fn add(&mut self, recording: &Linked<'_>) {
        match recording {
            // A deleted recording was there.
            Linked::Known(state) if state.is_deleted() => self.recorded = true,
            Linked::Known(state) => match state.item() {
                Some(item) if item.is_failed() => self.failed = Some(Reason::of(&item)),
                Some(item) if item.is_done() => self.recorded = true,
                _ => self.live = true,
            },
            Linked::Named(_) => self.live = true,
        }
    }
}

/// None of the recordings is on its way.
fn settled(bot: &State, recordings: &Recordings) -> Outcome {
    let cut = fatal(bot).or_else(|| ended_as(bot, Class::Cut));
    match (&recordings.failed, recordings.recorded) {
        _ if may_go_on(bot) && (recordings.recorded || recordings.failed.is_some()) => {
            Outcome::Pending
        }
        (Some(reason), true) => Outcome::Partial { reason: reason.clone() },
        (Some(reason), false) => Outcome::Failed { reason: reason.clone() },
        (None, true) => {
            cut.map_or(Outcome::Recorded, |cut| Outcome::Partial { reason: cut.reason })
        }
        (None, false) => alone(bot, cut),
    }
}

/// Nothing is known of recordings.
fn alone(bot: &State, cut: Option<Ending>) -> Outcome {
    if let Some(Ending { class, reason }) = fatal(bot) {
        return match class {
            Some(Class::NotAdmitted) => Outcome::NotAdmitted { reason },
            Some(Class::Denied) => Outcome::Denied { reason },
            _ => Outcome::Failed { reason },
        };
    }
    let finished = bot.item().filter(|item| !item.is_live());
    if has(bot, &["in_call_recording", "recording_done"]) || bot.kind() == ItemKind::SdkUpload {
        return match (finished, cut) {
            (None, _) => Outcome::Pending,
            (Some(_), Some(cut)) => Outcome::Partial { reason: cut.reason },
            (Some(_), None) => Outcome::Recorded,
        };
    }
    let ended = ["call_ended", "done", "media_expired"];
    if let Some(observation) = latest(bot, &["call_ended"]) {
        let reason = reason(bot, observation);
        match class(observation) {
            Some(Class::NotAdmitted) => return Outcome::NotAdmitted { reason },
            Some(Class::Denied) => return Outcome::Denied { reason },
            Some(Class::NotRecorded) => return Outcome::NotRecorded { reason },
            _ => {}
        }
    }
    let current = bot.item().map(|item| item.current());
    if let Some(observation) = latest(bot, &["recording_permission_denied"]) {
        let may_change = class(observation) == Some(Class::MayChange);
        let stands = current == Some(observation) && !may_change;
        if stands || has(bot, &ended) {
            return Outcome::Denied { reason: reason(bot, observation) };
        }
    }
    match finished {
        None => Outcome::Pending,
        Some(item) => {
            let observation = latest(bot, &["call_ended"]).unwrap_or(item.current());
            Outcome::NotRecorded { reason: reason(bot, observation) }
        }
    }
}

/// What a sub code says about the recording.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    NotAdmitted,
    Denied,
    /// Denied, by something that may pass while the bot is in the call.
    MayChange,
    NotRecorded,
    /// Recorded, but not to the end.
    Cut,
}

/// The last word on a bot.
struct Ending {
    class: Option<Class>,
    reason: Reason,
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

fn class(observation: &Observation) -> Option<Class> {
    let sub_code = observation.sub_code.as_ref()?;
    let row = CLASSES.iter().find(|(_, sub_codes)| sub_codes.contains(sub_code));
    row.map(|(class, _)| *class)
}

/// How the bot or upload failed, if it did.
fn fatal(bot: &State) -> Option<Ending> {
    let item = bot.item().filter(Item::is_failed)?;
    Some(Ending { class: class(item.current()), reason: Reason::of(&item) })
}

/// How the call ended, if its sub code is of this class.
fn ended_as(bot: &State, expected: Class) -> Option<Ending> {
    let observation = latest(bot, &["call_ended"])?;
    let class = class(observation).filter(|class| *class == expected)?;
    Some(Ending { class: Some(class), reason: reason(bot, observation) })
}

/// Whether the bot is in its meeting, as far as it reports: it may begin another recording.
fn may_go_on(bot: &State) -> bool {
    let live = bot.item().is_some_and(|item| item.is_live());
    live && bot.kind() == ItemKind::Bot && !has(bot, &["call_ended"])
}

fn has(bot: &State, codes: &[&str]) -> bool {
    latest(bot, codes).is_some()
}

/// The latest observation with one of these codes.
fn latest<'s>(bot: &'s State, codes: &[&str]) -> Option<&'s Observation> {
    let is_one = |code: &Code| codes.contains(&code.as_str());
    let observations = bot.observations.iter().filter(|observation| is_one(&observation.code));
    observations.max_by(|a, b| a.order_in_time(b))
}

fn reason(bot: &State, observation: &Observation) -> Reason {
    Reason::observed(bot.kind(), &bot.subject.id, observation, &observation.updated_at)
}
