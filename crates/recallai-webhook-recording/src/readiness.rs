//! Readiness: whether what is needed of a recording is there, and if not, what is missing and why.

use std::fmt;

use recallai_webhook_event::{ArtifactKind, Code, SubCode, Timestamp};
use serde::Serialize;

use crate::{Item, ItemKind, Need, Observation, Outcome, State, Subject, SubjectKind, outcome};

/// The answer to a [`Need`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "readiness", content = "details", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Readiness {
    /// All is there.
    Ready(Vec<Available>),
    /// Something is not there yet.
    Pending(Vec<Missing>),
    /// Something will not come, as far as is known; a second attempt may still make it ready.
    Failed(Vec<Reason>),
    /// Something was deleted.
    Gone(Vec<Reason>),
}

/// An artifact that is there to be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Available {
    /// The recording it is of.
    pub recording: Box<str>,
    /// Its kind.
    pub kind: ArtifactKind,
    /// Its id.
    pub id: Box<str>,
    /// Since when it is there.
    pub since: Timestamp,
}

/// A kind of artifact that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Missing {
    /// The recording it is missing of; `None` if no recording is known.
    pub recording: Option<Box<str>>,
    /// The kind.
    pub kind: ArtifactKind,
    /// The status of the artifact that is furthest along, if one was reported.
    pub current: Option<Observation>,
    /// Since when that is so: the time of `current`, or when the recording was done without it.
    pub since: Option<Timestamp>,
    /// What the lack may mean.
    pub hint: Hint,
}

/// Why a kind of artifact may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Hint {
    /// It is on its way.
    InProgress,
    /// No event told of one.
    NeverReported,
    /// No event told of one, and the recording is done: it was not requested, or the endpoint is not
    /// subscribed to its events.
    NeverReportedThoughRecordingDone,
}

/// What failed, or was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reason {
    /// What it is.
    pub kind: ItemKind,
    /// Its id.
    pub id: Box<str>,
    /// Its status code.
    pub code: Code,
    /// The machine-readable reason, where the vendor gave one.
    pub sub_code: Option<SubCode>,
    /// What the sub code means, where that is documented.
    pub meaning: Option<&'static str>,
    /// Since when; `None` for what was erased here.
    pub since: Option<Timestamp>,
}

impl Readiness {
    /// `ready`, `pending`, `failed` or `gone`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ready(_) => "ready",
            Self::Pending(_) => "pending",
            Self::Failed(_) => "failed",
            Self::Gone(_) => "gone",
        }
    }

    /// Whether a wait goes on.
    pub const fn is_pending(&self) -> bool {
        matches!(self, Self::Pending(_))
    }
}

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

pub(crate) fn of_recording(state: &State, need: &Need) -> Readiness {
    if state.is_deleted() {
        return Readiness::Gone(vec![Reason::of_subject(state)]);
    }
    let mut answers = Answers::default();
    for kind in need.kinds() {
        answers.add(of_kind(state, kind));
    }
    // A need has at least one kind, so there is an answer.
    answers.worst().unwrap_or(Readiness::Pending(Vec::new()))
}

/// One kind, over its artifacts.
fn of_kind(state: &State, kind: ArtifactKind) -> Readiness {
    let items = || state.items().filter(move |item| item.kind() == ItemKind::Artifact(kind));
    let done: Vec<_> = items()
        .filter(Item::is_done)
        .map(|item| {
            let since = item.since().clone();
            Available { recording: state.subject.id.clone(), kind, id: item.id().into(), since }
        })
        .collect();
    if !done.is_empty() {
        return Readiness::Ready(done);
    }
    let live = items().filter(Item::is_live);
    if let Some(item) = live.max_by(|a, b| a.current().order_in_time(b.current())) {
        return Readiness::Pending(vec![Missing {
            recording: Some(state.subject.id.clone()),
            kind,
            current: Some(item.current().clone()),
            since: Some(item.since().clone()),
            hint: Hint::InProgress,
        }]);
    }
    let failed: Vec<_> = items().filter(Item::is_failed).map(|item| Reason::of(&item)).collect();
    if !failed.is_empty() {
        return Readiness::Failed(failed);
    }
    let deleted: Vec<_> = items().filter(Item::is_deleted).map(|item| Reason::of(&item)).collect();
    if !deleted.is_empty() {
        return Readiness::Gone(deleted);
    }
    never_reported(state, kind)
}

fn never_reported(state: &State, kind: ArtifactKind) -> Readiness {
    let recording = state.item();
    if let Some(recording) = recording.filter(Item::is_failed) {
        return Readiness::Failed(vec![Reason::of(&recording)]);
    }
    let done = recording.filter(Item::is_done);
    Readiness::Pending(vec![Missing {
        recording: Some(state.subject.id.clone()),
        kind,
        current: None,
        since: done.map(|recording| recording.since().clone()),
        hint: match done {
            Some(_) => Hint::NeverReportedThoughRecordingDone,
            None => Hint::NeverReported,
        },
    }])
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

/// Answers put together, one list for each name.
#[derive(Default)]
struct Answers {
    ready: Vec<Available>,
    pending: Vec<Missing>,
    failed: Vec<Reason>,
    gone: Vec<Reason>,
}

impl Answers {
    fn add(&mut self, answer: Readiness) {
        match answer {
            Readiness::Ready(available) => self.ready.extend(available),
            Readiness::Pending(missing) => self.pending.extend(missing),
            Readiness::Failed(reasons) => extend(&mut self.failed, reasons),
            Readiness::Gone(reasons) => extend(&mut self.gone, reasons),
        }
    }

    /// Of the kinds of one recording: all are needed.
    fn worst(self) -> Option<Readiness> {
        let gone = some(self.gone).map(Readiness::Gone);
        let failed = || some(self.failed).map(Readiness::Failed);
        let pending = || some(self.pending).map(Readiness::Pending);
        gone.or_else(failed).or_else(pending).or_else(|| some(self.ready).map(Readiness::Ready))
    }

    /// Of the recordings of one bot: one is enough, once none is on its way.
    fn joined(self) -> Option<Readiness> {
        let pending = some(self.pending).map(Readiness::Pending);
        let ready = || some(self.ready).map(Readiness::Ready);
        let failed = || some(self.failed).map(Readiness::Failed);
        pending.or_else(ready).or_else(failed).or_else(|| some(self.gone).map(Readiness::Gone))
    }
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// One failed recording is the reason of several kinds; it is told once.
fn extend(reasons: &mut Vec<Reason>, more: Vec<Reason>) {
    for reason in more {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
}

impl Reason {
    pub(crate) fn of(item: &Item<'_>) -> Self {
        Self::observed(item.kind(), item.id(), item.current(), item.since())
    }

    pub(crate) fn observed(
        kind: ItemKind,
        id: &str,
        observation: &Observation,
        since: &Timestamp,
    ) -> Self {
        Self {
            kind,
            id: id.into(),
            code: observation.code.clone(),
            sub_code: observation.sub_code.clone(),
            meaning: observation.meaning(kind),
            since: Some(since.clone()),
        }
    }

    /// Why a deleted subject is gone.
    fn of_subject(state: &State) -> Self {
        state.item().filter(Item::is_deleted).map_or_else(
            || Self {
                kind: state.kind(),
                id: state.subject.id.clone(),
                code: Code::DELETED,
                sub_code: None,
                meaning: Some("It was erased here."),
                since: None,
            },
            |item| Self::of(&item),
        )
    }
}

impl Hint {
    /// The hint for people.
    pub const fn text(self) -> &'static str {
        match self {
            Self::InProgress => "in progress",
            Self::NeverReported => "never reported",
            Self::NeverReportedThoughRecordingDone => {
                "never reported though the recording is done: not requested, or its events are not subscribed"
            }
        }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// One line for people.
impl fmt::Display for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Ready(available) => list(f, available),
            Self::Pending(missing) => list(f, missing),
            Self::Failed(reasons) | Self::Gone(reasons) => list(f, reasons),
        }
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, parts: &[T]) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        let before = if index == 0 { ": " } else { "; " };
        write!(f, "{before}{part}")?;
    }
    Ok(())
}

impl fmt::Display for Available {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} since {}", self.kind, self.id, self.since)
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.hint)?;
        if let Some(current) = &self.current {
            write!(f, " ({})", current.code)?;
        }
        self.since.as_ref().map_or(Ok(()), |since| write!(f, " since {since}"))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.kind, self.id, self.code)?;
        if let Some(sub_code) = &self.sub_code {
            write!(f, " ({sub_code})")?;
        }
        if let Some(since) = &self.since {
            write!(f, " since {since}")?;
        }
        self.meaning.map_or(Ok(()), |meaning| write!(f, ": {meaning}"))
    }
}
