//! What is known in the end of recordings, bots and uploads.

use std::collections::BTreeMap;
use std::fmt;

use recallai_webhook_inbox::StoredSubject;
use recallai_webhook_recording::{
    Need, Outcome, Readiness, State, Subject, SubjectKind, outcome, readiness_of_bot,
};

/// What is known in the end of recordings, bots and uploads. Two runs of one meeting should end with equal ones,
/// whatever went wrong in either.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct States(BTreeMap<Subject, State>);

/// A run has not heard of a recording, bot or upload; or of several where one was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateNotFound {
    /// There is none of this id.
    #[error("the run has not heard of {subject}")]
    Unheard {
        /// What was asked for.
        subject: Subject,
    },
    /// There is not one recording but none, or several.
    #[error("the run has {recordings} recordings, not one")]
    NotOne {
        /// How many there are.
        recordings: usize,
    },
}

impl States {
    pub(crate) fn new(stored: Vec<StoredSubject>) -> Self {
        Self(
            stored
                .into_iter()
                .map(|stored| (stored.state.subject().clone(), stored.state))
                .collect(),
        )
    }

    /// What is known of a recording, bot or upload.
    ///
    /// # Errors
    ///
    /// Nobody has heard of it.
    pub fn of(&self, subject: &Subject) -> Result<&State, StateNotFound> {
        self.0.get(subject).ok_or_else(|| StateNotFound::Unheard { subject: subject.clone() })
    }

    /// All states, by the kind and id of what they are of.
    pub fn iter(&self) -> impl Iterator<Item = &State> {
        self.0.values()
    }

    /// The states of this kind, by id.
    pub fn of_kind(&self, kind: SubjectKind) -> impl Iterator<Item = &State> {
        self.iter().filter(move |state| state.subject().kind == kind)
    }

    /// How a need stands, for a recording, or for all recordings of a bot or an upload. Of what was never heard of,
    /// everything is missing.
    pub fn readiness(&self, subject: &Subject, need: &Need) -> Readiness {
        let unheard = State::new(subject.clone());
        let state = self.0.get(subject).unwrap_or(&unheard);
        match subject.kind {
            SubjectKind::Recording => state.readiness(need),
            _ => readiness_of_bot(state, &self.recordings(), need),
        }
    }

    /// What came of a bot or an upload.
    ///
    /// # Errors
    ///
    /// Nobody has heard of it.
    pub fn outcome(&self, subject: &Subject) -> Result<Outcome, StateNotFound> {
        Ok(outcome(self.of(subject)?, &self.recordings()))
    }

    /// What is known here and in `others` not alike, one line each; empty if they are equal.
    pub(crate) fn differences(&self, others: &Self) -> Vec<[String; 3]> {
        let subjects = self.0.keys().chain(others.0.keys().filter(|key| !self.0.contains_key(key)));
        let json = |state: Option<&State>| state.map_or("nothing".to_owned(), State::to_json);
        subjects
            .map(|subject| (subject, self.0.get(subject), others.0.get(subject)))
            .filter(|(_, ours, theirs)| ours != theirs)
            .map(|(subject, ours, theirs)| [subject.to_string(), json(ours), json(theirs)])
            .collect()
    }

    fn recordings(&self) -> Vec<State> {
        self.of_kind(SubjectKind::Recording).cloned().collect()
    }
}

impl fmt::Display for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|state| writeln!(f, "{}  {}", state.subject(), state.to_json()))
    }
}
