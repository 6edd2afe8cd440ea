//! Readiness of a bot or an upload: over the recordings that it is linked with.

use super::answers::Answers;
use super::{Hint, Missing, Readiness, Reason, of_recording};
use crate::{Need, Outcome, State, Subject, SubjectKind, outcome};

/// Whether what is needed is there, over all recordings of a bot or an SDK upload.
///
/// `recordings` are the states of recordings that are known; those that the bot is not linked with
/// are passed over, and one that it is linked with and is not among them counts as never reported.
/// Any pending makes it pending; else any ready makes it ready; else any failed, failed; else gone.
/// While no recording is known it is pending, or failed if the bot or upload says there will be
/// none, or gone if it was deleted.
pub fn readiness_of_bot(bot: &State, recordings: &[State], need: &Need) -> Readiness {
    let mut answers = Answers::default();
    for recording in linked(bot, recordings) {
        answers.add(match recording {
            Linked::Known(state) => of_recording(state, need),
            Linked::Named(subject) => of_recording(&State::new(subject.clone()), need),
        });
    }
    answers.joined().unwrap_or_else(|| without_recording(bot, need))
}

/// A recording that a bot or upload is linked with.
pub(crate) enum Linked<'s> {
    /// With its state.
    Known(&'s State),
    /// By name only.
    Named(&'s Subject),
}

/// The recordings of a bot or upload, by whichever side tells of the link.
pub(crate) fn linked<'s>(
    bot: &'s State,
    recordings: &'s [State],
) -> impl Iterator<Item = Linked<'s>> {
    let known = recordings.iter().filter(|recording| {
        recording.subject.kind == SubjectKind::Recording
            && (bot.links.contains(&recording.subject) || recording.links.contains(&bot.subject))
    });
    let named = bot
        .links
        .iter()
        .filter(|link| !recordings.iter().any(|recording| recording.subject == **link));
    known.map(Linked::Known).chain(named.map(Linked::Named))
}

/// A bot or upload of which no recording is known.
fn without_recording(bot: &State, need: &Need) -> Readiness {
    if bot.is_deleted() {
        return Readiness::Gone(vec![Reason::of_subject(bot)]);
    }
    match outcome(bot, &[]) {
        Outcome::NotAdmitted { reason }
        | Outcome::Denied { reason }
        | Outcome::NotRecorded { reason }
        | Outcome::Failed { reason } => Readiness::Failed(vec![reason]),
        Outcome::Pending | Outcome::Recorded | Outcome::Partial { .. } => {
            let missing = need.kinds().map(|kind| Missing {
                recording: None,
                kind,
                current: None,
                since: None,
                hint: Hint::NeverReported,
            });
            Readiness::Pending(missing.collect())
        }
    }
}
