//! A run that is over: what happened, and what holds in the end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_emulator::Figures;
use recallai_webhook_inbox::{JobState, MemoryInbox, StoredJob};
use recallai_webhook_recording::{State, Subject, SubjectKind};

use crate::call::{Call, Calls};
use crate::exchange::{Exchange, expectation};
use crate::problem::{self, Due, Problem};
use crate::states::{StateNotFound, States};
use crate::table::table;

/// A run that is over. Made by [`Harness::run`](crate::Harness::run).
///
/// `Display` shows all that happened, in order: the same for the same seed.
#[derive(Debug)]
pub struct Run {
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) due: Vec<Due>,
    pub(crate) subscriptions: Vec<Arc<str>>,
    pub(crate) calls: Vec<Call>,
    pub(crate) jobs: Vec<StoredJob>,
    pub(crate) states: States,
    pub(crate) figures: Figures,
    pub(crate) elapsed: Duration,
    pub(crate) inbox: MemoryInbox,
}

impl Run {
    /// The name under which calls stand that a router's handlers had: one for each delivery that had a handler.
    pub const INLINE: &str = "inline";

    /// All requests and what was answered, in the order in which they were sent.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// The calls of one subscription, in the order in which they started; in inline mode those of
    /// [`INLINE`](Self::INLINE).
    ///
    /// # Panics
    ///
    /// If there is no subscription of this name: a mistyped one would never have been called.
    #[track_caller]
    pub fn calls(&self, subscription: &str) -> Calls<'_> {
        let is_known = self.subscriptions.iter().any(|name| **name == *subscription);
        assert!(
            is_known,
            "no handler is named {subscription:?}: there are {:?}",
            self.subscriptions
        );
        self.all_calls().only(|call| *call.subscription == *subscription)
    }

    /// All calls of handlers, in the order in which they started.
    pub fn all_calls(&self) -> Calls<'_> {
        Calls::new(&self.calls)
    }

    /// The jobs that are dead letters, oldest first.
    pub fn dead_letters(&self) -> impl Iterator<Item = &StoredJob> {
        self.jobs.iter().filter(|job| job.state == JobState::Dead)
    }

    /// What the inbox knows of recordings, bots and uploads. Without an inbox there are none.
    pub fn states(&self) -> &States {
        &self.states
    }

    /// What the inbox knows of a recording.
    ///
    /// # Errors
    ///
    /// It has not heard of it.
    pub fn recording(&self, id: &str) -> Result<&State, StateNotFound> {
        self.states.of(&Subject::recording(id))
    }

    /// What the inbox knows of the only recording.
    ///
    /// # Errors
    ///
    /// There is none, or more than one.
    pub fn only_recording(&self) -> Result<&State, StateNotFound> {
        let mut recordings = self.states.of_kind(SubjectKind::Recording);
        match (recordings.next(), recordings.count()) {
            (Some(recording), 0) => Ok(recording),
            (first, more) => {
                let recordings = usize::from(first.is_some()) + more;
                Err(StateNotFound::NotOne { recordings })
            }
        }
    }

    /// What the inbox knows of a bot.
    ///
    /// # Errors
    ///
    /// It has not heard of it.
    pub fn bot(&self, id: &str) -> Result<&State, StateNotFound> {
        self.states.of(&Subject::bot(id))
    }

    /// The inbox, for questions that the run does not answer. In inline mode and with a receiver of one's own it is
    /// empty.
    pub fn inbox(&self) -> &MemoryInbox {
        &self.inbox
    }

    /// What the run comes to in numbers, as the sender sees it.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// How much virtual time has passed.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// What should not have happened between sender and receiver: answers that are not
    /// [as they should be](Exchange::is_as_it_should_be), and messages that were never received.
    pub fn problems(&self) -> Vec<Problem> {
        problem::problems(&self.exchanges, &self.due)
    }

    /// Asserts that every message was received, and every answer was as it should be.
    ///
    /// # Panics
    ///
    /// If there are [`problems`](Self::problems). The message is a table of them.
    #[track_caller]
    #[expect(clippy::panic, reason = "it is what an assertion does")]
    pub fn assert_received(&self) {
        let problems = self.problems();
        if !problems.is_empty() {
            let (count, report) = (problems.len(), problem::report(&problems));
            panic!("problems between sender and receiver ({count}):\n{report}");
        }
    }

    /// Asserts that no job is a dead letter.
    ///
    /// # Panics
    ///
    /// If one is. The message is a table of them.
    #[track_caller]
    #[expect(clippy::panic, reason = "it is what an assertion does")]
    pub fn assert_no_dead_letters(&self) {
        let row = |job: &StoredJob| {
            let error = job.error.as_deref().unwrap_or_default().to_owned();
            [job.idempotency_key.to_string(), job.attempts.to_string(), error]
        };
        let rows: Vec<[String; 3]> = self.dead_letters().map(row).collect();
        if !rows.is_empty() {
            let table = table(["job", "attempts", "error"], &rows);
            panic!("dead letters ({}):\n{table}", rows.len());
        }
    }

    /// Asserts that this run and another know the same of recordings, bots and uploads.
    ///
    /// # Panics
    ///
    /// If they do not. The message is a table of what differs.
    #[track_caller]
    #[expect(clippy::panic, reason = "it is what an assertion does")]
    pub fn assert_same_states(&self, other: &Self) {
        let rows = self.states.differences(&other.states);
        if !rows.is_empty() {
            let table = table(["subject", "this run", "the other"], &rows);
            panic!("{} states differ:\n{table}", rows.len());
        }
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exchanges: Vec<[String; 8]> = self.exchanges.iter().map(exchange_row).collect();
        let headings =
            ["sent", "endpoint", "event", "message", "attempt", "faults", "expected", "answer"];
        f.write_str(&table(headings, &exchanges))?;
        if !self.calls.is_empty() {
            let calls: Vec<[String; 6]> = self.calls.iter().map(call_row).collect();
            let headings = ["started", "subscription", "about", "of", "attempt", "outcome"];
            write!(f, "\n{}", table(headings, &calls))?;
        }
        write!(f, "\n{}", self.states)
    }
}

fn exchange_row(exchange: &Exchange) -> [String; 8] {
    let answer = match exchange.outcome {
        Some(outcome) => format!("{} {outcome}", exchange.answer()),
        None => exchange.answer(),
    };
    [
        seconds(exchange.sent),
        exchange.endpoint.to_string(),
        exchange.what().to_owned(),
        exchange.message_id.to_string(),
        exchange.attempt.to_string(),
        exchange.faults(),
        expectation(exchange.expected),
        answer,
    ]
}

fn call_row(call: &Call) -> [String; 6] {
    let of = match (&call.subject, &call.message_id) {
        (Some(subject), _) => subject.to_string(),
        (None, Some(id)) => id.to_string(),
        (None, None) => String::new(),
    };
    [
        seconds(call.started),
        call.subscription.to_string(),
        call.about().to_owned(),
        of,
        call.attempt.to_string(),
        call.outcome.to_string(),
    ]
}

fn seconds(time: Duration) -> String {
    format!("{}.{:03}", time.as_secs(), time.subsec_millis())
}
