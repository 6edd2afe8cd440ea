//! Requests and what was answered, as a run keeps them.

use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_emulator::{AttemptResult, Expected, Fault, Role, Sending};

/// A request and what was answered to it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// The name of the endpoint.
    pub endpoint: Arc<str>,
    /// The id of the message, also where a fault has removed it from the request.
    pub message_id: Arc<str>,
    /// The whole name of the event; for a [`Role::Beside`] that of the message beside which it came.
    pub event: Arc<str>,
    /// Which attempt of the message it belongs to, from 1.
    pub attempt: u32,
    /// What it is to that attempt.
    pub role: Role,
    /// The faults that made it what it is; none for an ordinary request.
    pub faults: Vec<Fault>,
    /// What a receiver should make of it.
    pub expected: Expected,
    /// When it was sent, after the start of the run.
    pub sent: Duration,
    /// When it was answered, or given up.
    pub answered: Duration,
    /// What was answered.
    pub result: AttemptResult,
    /// What the receiver made of it, such as `stored`, `duplicate` or `handled`: the name of its
    /// [`Outcome`](recallai_webhook_dispatch::Outcome). `None` where an adapter would have answered, and for
    /// receivers of one's own.
    pub outcome: Option<&'static str>,
    /// Whether the receiver could not be reached, because the run wanted it so.
    pub was_down: bool,
}

impl Exchange {
    /// An exchange that was just begun.
    pub(crate) fn of(sending: &Sending, sent: Duration) -> Self {
        Self {
            endpoint: Arc::clone(&sending.endpoint_name),
            message_id: Arc::clone(&sending.message_id),
            event: Arc::clone(&sending.event),
            attempt: sending.attempt,
            role: sending.role,
            faults: sending.faults.clone(),
            expected: sending.expected,
            sent,
            answered: sent,
            result: AttemptResult::Timeout,
            outcome: None,
            was_down: false,
        }
    }

    /// The status code; `None` without an answer.
    pub fn status(&self) -> Option<u16> {
        match self.result {
            AttemptResult::Status { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Whether it was answered 2xx.
    pub fn is_accepted(&self) -> bool {
        matches!(self.status(), Some(200..=299))
    }

    /// Whether the answer is as it should be: 2xx to what is good, 4xx to what is not.
    ///
    /// To what is good, 503 and 429 are no mistake either, as they say "not now": a handler may have failed. That
    /// the message is received in the end is another question. Nor is it one not to answer while being down.
    pub fn is_as_it_should_be(&self) -> bool {
        let is_refused = matches!(self.expected, Expected::Refused(_));
        match self.status() {
            _ if self.was_down => true,
            Some(429 | 503) if !is_refused => true,
            Some(status) => self.expected.allows(status),
            None => false,
        }
    }

    /// What was sent: the event, or the fault that came beside it.
    pub fn what(&self) -> &str {
        match (self.role, self.faults.first()) {
            (Role::Beside, Some(fault)) => fault.name(),
            _ => &self.event,
        }
    }

    /// The answer in a word or two.
    pub(crate) fn answer(&self) -> String {
        match self.result {
            _ if self.was_down => "down".to_owned(),
            AttemptResult::Status { code, .. } => code.to_string(),
            AttemptResult::Timeout => "no answer in time".to_owned(),
            _ => "connection broke".to_owned(),
        }
    }

    /// The faults in one text.
    pub(crate) fn faults(&self) -> String {
        let names: Vec<&str> = self.faults.iter().map(|fault| fault.name()).collect();
        names.join(" ")
    }
}

/// What should have been answered, in a word or two.
pub(crate) fn expectation(expected: Expected) -> String {
    match expected {
        Expected::Refused(status) => status.to_string(),
        _ => "2xx".to_owned(),
    }
}
