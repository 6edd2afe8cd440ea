//! What is decided about messages and subjects that are stored already.

use recallai_webhook_recording::{State, Subject, SubjectKind};

use super::{NewJob, Standing, Touched, jobs};
use crate::{Reading, StoredMessage};

/// What reading a stored message again comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reread<'s> {
    /// It says what it said.
    Same,
    /// It says something else, or something more. These are its jobs; those that were made before are
    /// not made again.
    New(Vec<NewJob<'s>>),
    /// It names what was erased, and is to be forgotten.
    Erased,
}

/// Brings another reading of a stored message into the states of its subjects, and says what follows.
///
/// `touched` is as for [`jobs`], without what was erased. Asked are subscriptions to messages that have
/// come past the message, since they do not come to it again, and all needs.
pub fn reparse<'s>(
    message: &StoredMessage,
    reading: &Reading,
    touched: &mut [Touched],
    standings: impl IntoIterator<Item = &'s Standing>,
) -> Reread<'s> {
    let standings = standings.into_iter();
    let asked = standings.filter(|s| !s.is_about_messages() || s.has_passed(message.seq));
    let jobs = jobs(reading, touched, asked.map(|standing| &standing.subscription));
    let reads_otherwise = (message.class, message.event_name.as_deref(), message.error.as_deref())
        != (reading.class(), reading.event_name(), reading.error());
    if !reads_otherwise && !touched.iter().any(|touched| touched.is_new || touched.changed) {
        return Reread::Same;
    }
    let is_here = |named| touched.iter().any(|touched| touched.state.subject() == named);
    if reading.facts().subjects().all(is_here) { Reread::New(jobs) } else { Reread::Erased }
}

/// What is erased with a subject: itself, and the recordings of a bot or an upload.
pub fn erased_with(subject: &Subject, state: Option<&State>) -> Vec<Subject> {
    let has_recordings = subject.kind != SubjectKind::Recording;
    let linked = state.filter(|_| has_recordings).into_iter().flat_map(State::links);
    let recordings = linked.filter(|linked| linked.kind == SubjectKind::Recording);
    std::iter::once(subject).chain(recordings).cloned().collect()
}
