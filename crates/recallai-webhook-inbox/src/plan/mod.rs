//! Plans: what a message comes to, decided in one place for all stores. Pure: no I/O, no clock.

mod again;
mod due;
mod standing;

use std::time::Duration;

use recallai_webhook_recording::{Need, Readiness, State, Subject, SubjectKind};

use crate::{Interest, Reading, Start, Subscription, Turn};

pub use again::{Reread, erased_with, reparse};
pub use due::due_at;
pub use standing::Standing;

/// A subject that a message is about, as the store has it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Touched {
    /// Its state: before [`jobs`] as it was, after it as it is now.
    pub state: State,
    /// Whether it was never heard of before.
    pub is_new: bool,
    /// Whether the message changed it.
    pub changed: bool,
}

impl Touched {
    /// A subject with the state that the store has, or `None` if it was never heard of.
    pub fn new(subject: &Subject, stored: Option<State>) -> Self {
        let is_new = stored.is_none();
        let state = stored.unwrap_or_else(|| State::new(subject.clone()));
        Self { state, is_new, changed: false }
    }
}

/// A job to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewJob<'s> {
    /// The subscription it is for.
    pub subscription: &'s Subscription,
    /// The subject within whose order it runs.
    pub subject: Option<Subject>,
    /// The turn it is about; `None` if it is about the message.
    pub turn: Option<Turn>,
    /// Under this mark there is one job for (subscription, scope, subject) at most, ever: the store
    /// keeps marks longer than jobs.
    pub mark: Option<&'static str>,
    /// It waits for so long before anybody may claim it, and is dropped then if the need has turned.
    pub scheduled_in: Option<Duration>,
}

/// The mark of the job for an SDK upload that is complete, which is told in two spellings.
const UPLOAD_COMPLETE: &str = "complete";

/// Brings what a message tells into the states of its subjects, and says which jobs that makes.
///
/// `touched` has one entry for each of [`Facts::subjects`](recallai_webhook_recording::Facts::subjects),
/// in that order.
pub fn jobs<'s>(
    reading: &Reading,
    touched: &mut [Touched],
    subscriptions: impl IntoIterator<Item = &'s Subscription>,
) -> Vec<NewJob<'s>> {
    let subscriptions: Vec<_> = subscriptions.into_iter().collect();
    let recording = touched.iter().position(|t| t.state.subject().kind == SubjectKind::Recording);
    let stood: Vec<_> = subscriptions
        .iter()
        .map(|subscription| Some(turn(&touched[recording?].state, need(subscription)?)))
        .collect();
    for touched in &mut *touched {
        touched.changed = touched.state.apply(reading.facts());
    }

    let mut jobs = Vec::new();
    for (subscription, stood) in subscriptions.into_iter().zip(stood) {
        match (&subscription.interest, recording.map(|at| &touched[at]), stood) {
            (Interest::Messages(_), ..) => jobs.extend(for_message(reading, subscription)),
            (Interest::Need { need, .. }, Some(recording), Some(stood)) => {
                let stands = turn(&recording.state, need);
                if stands != stood {
                    jobs.extend(for_turn(&recording.state, subscription, stands));
                }
                if recording.is_new && stands.is_none() {
                    jobs.extend(for_timeout(&recording.state, subscription));
                }
            }
            _ => {}
        }
    }
    jobs
}

/// The same for a message that comes now: only those subscriptions are asked that take note of it.
pub fn append<'s>(
    reading: &Reading,
    touched: &mut [Touched],
    standings: impl IntoIterator<Item = &'s Standing>,
) -> Vec<NewJob<'s>> {
    let asked = standings.into_iter().filter(|standing| standing.takes_note());
    jobs(reading, touched, asked.map(|standing| &standing.subscription))
}

/// The job that a message makes for a subscription, whatever came before.
pub fn for_message<'s>(reading: &Reading, subscription: &'s Subscription) -> Option<NewJob<'s>> {
    let Interest::Messages(filter) = &subscription.interest else { return None };
    if !filter.matches(reading) {
        return None;
    }
    let completed = reading.facts().completes_upload();
    Some(NewJob {
        subscription,
        // The upload itself, so that both spellings meet under one mark.
        subject: completed.or_else(|| reading.facts().primary()).cloned(),
        turn: None,
        mark: completed.map(|_| UPLOAD_COMPLETE),
        scheduled_in: None,
    })
}

/// The jobs that the present state of a recording makes for a subscription to a need that begins at the
/// beginning.
pub fn for_state<'s>(recording: &State, subscription: &'s Subscription) -> Vec<NewJob<'s>> {
    let Interest::Need { need, .. } = &subscription.interest else { return Vec::new() };
    if recording.subject().kind != SubjectKind::Recording || subscription.start == Start::Now {
        return Vec::new();
    }
    let stands = turn(recording, need);
    let turned = for_turn(recording, subscription, stands);
    turned.or_else(|| for_timeout(recording, subscription)).into_iter().collect()
}

/// How the need of a subscription stands; `None` for one to messages.
pub fn readiness(recording: &State, subscription: &Subscription) -> Option<Readiness> {
    need(subscription).map(|need| recording.readiness(need))
}

/// Whether a need that was scheduled to be given up is still pending.
pub fn is_pending(recording: &State, subscription: &Subscription) -> bool {
    need(subscription).is_some_and(|need| turn(recording, need).is_none())
}

fn need(subscription: &Subscription) -> Option<&Need> {
    match &subscription.interest {
        Interest::Need { need, .. } => Some(need),
        Interest::Messages(_) => None,
    }
}

fn turn(recording: &State, need: &Need) -> Option<Turn> {
    Turn::of(&recording.readiness(need))
}

fn for_turn<'s>(
    recording: &State,
    subscription: &'s Subscription,
    stands: Option<Turn>,
) -> Option<NewJob<'s>> {
    let Interest::Need { on, .. } = &subscription.interest else { return None };
    let turn = stands.filter(|turn| on.contains(turn))?;
    Some(NewJob {
        subscription,
        subject: Some(recording.subject().clone()),
        turn: Some(turn),
        mark: Some(turn.as_str()),
        scheduled_in: None,
    })
}

fn for_timeout<'s>(recording: &State, subscription: &'s Subscription) -> Option<NewJob<'s>> {
    let Interest::Need { give_up_after, .. } = &subscription.interest else { return None };
    let time = (*give_up_after)?;
    Some(NewJob {
        subscription,
        subject: Some(recording.subject().clone()),
        turn: Some(Turn::TimedOut),
        mark: Some(Turn::TimedOut.as_str()),
        scheduled_in: Some(time),
    })
}

impl NewJob<'_> {
    /// The idempotency key of the job: the same over all attempts, and over replays that do not ask for
    /// a new one. Endpoint and id are those of the message; a job with a mark goes without.
    pub fn idempotency_key(&self, scope: &str, endpoint: &str, id: &str) -> String {
        let name = &self.subscription.name;
        match (self.mark, &self.subject) {
            (Some(mark), Some(Subject { kind, id, .. })) => {
                format!("{name}:{scope}:{}:{id}:{mark}", kind.as_str())
            }
            _ => format!("{name}:{endpoint}:{id}"),
        }
    }
}

/// The idempotency key after so many replays that asked for a new one. No id of a message has a dot, so
/// it is no other's key.
pub fn replayed_key(key: &str, replays: u32) -> String {
    if replays == 0 { key.to_owned() } else { format!("{key}.{replays}") }
}
