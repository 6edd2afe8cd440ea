//! Outcome: what came of a bot, in words that a user would use.

mod classes;

use std::fmt;

use recallai_webhook_event::Code;
use serde::Serialize;

use self::classes::{Class, class};
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

impl Outcome {
    /// The outcome as it is written: `pending`, `recorded`, `partial`, `not_admitted`, `denied`,
    /// `not_recorded` or `failed`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Recorded => "recorded",
            Self::Partial { .. } => "partial",
            Self::NotAdmitted { .. } => "not_admitted",
            Self::Denied { .. } => "denied",
            Self::NotRecorded { .. } => "not_recorded",
            Self::Failed { .. } => "failed",
        }
    }

    /// Why, unless all went well or is not known yet.
    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Pending | Self::Recorded => None,
            Self::Partial { reason }
            | Self::NotAdmitted { reason }
            | Self::Denied { reason }
            | Self::NotRecorded { reason }
            | Self::Failed { reason } => Some(reason),
        }
    }
}

/// One line for people.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        self.reason().map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
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
    // The bot's media expired: there was some.
    let recorded = has(bot, &["in_call_recording", "recording_done", "media_expired"])
        || bot.kind() == ItemKind::SdkUpload;
    if let Some(Ending { class, reason }) = fatal(bot) {
        return match class {
            Some(Class::NotAdmitted) if !recorded => Outcome::NotAdmitted { reason },
            _ => Outcome::Failed { reason },
        };
    }
    let finished = bot.item().filter(|item| !item.is_live());
    if recorded {
        return match (finished, cut) {
            (None, _) => Outcome::Pending,
            (Some(_), Some(cut)) => Outcome::Partial { reason: cut.reason },
            (Some(_), None) => Outcome::Recorded,
        };
    }
    let call_ended = latest(bot, &["call_ended"]);
    let denied = denied(bot);
    if let Some(observation) = call_ended {
        match class(observation) {
            Some(Class::NotAdmitted) => {
                return Outcome::NotAdmitted { reason: reason(bot, observation) };
            }
            Some(Class::Denied) => {
                // The denial itself tells more than the end of the wait for a permission.
                return Outcome::Denied { reason: reason(bot, denied.unwrap_or(observation)) };
            }
            Some(Class::NotRecorded) if denied.is_none() => {
                return Outcome::NotRecorded { reason: reason(bot, observation) };
            }
            _ => {}
        }
    }
    if let Some(denied) = denied {
        let stands = bot.item().is_some_and(|item| item.current() == denied);
        let may_change = class(denied) == Some(Class::MayChange);
        if call_ended.is_some() || finished.is_some() || stands && !may_change {
            return Outcome::Denied { reason: reason(bot, denied) };
        }
    }
    match finished {
        None => Outcome::Pending,
        Some(item) => {
            let end = call_ended.unwrap_or(item.current());
            Outcome::NotRecorded { reason: reason(bot, end) }
        }
    }
}

/// The last word on a bot.
struct Ending {
    class: Option<Class>,
    reason: Reason,
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

/// The refusal of a permission to record, unless it was given later.
fn denied(bot: &State) -> Option<&Observation> {
    let latest = latest(bot, &["recording_permission_denied", "recording_permission_allowed"])?;
    (latest.code == "recording_permission_denied").then_some(latest)
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
