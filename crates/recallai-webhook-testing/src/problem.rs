//! What should not have happened between sender and receiver.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use recallai_webhook_emulator::Role;

use crate::exchange::{Exchange, expectation};
use crate::table::table;

/// Something that should not have happened between sender and receiver. `Display` shows it in a line.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Problem {
    /// The answer is not as it should be.
    WrongAnswer(Exchange),
    /// The message was never answered 2xx.
    NotReceived {
        /// The name of the endpoint.
        endpoint: Arc<str>,
        /// The name of the event, or of the fault that came beside it.
        what: Arc<str>,
        /// The id of the message.
        message_id: Arc<str>,
        /// How often it was sent.
        requests: usize,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells = row(self);
        let filled: Vec<&str> =
            cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        f.write_str(&filled.join(" "))
    }
}

/// A message and the endpoint that it is for.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub(crate) endpoint: Arc<str>,
    pub(crate) what: Arc<str>,
    pub(crate) message_id: Arc<str>,
}

/// The answers that are not as they should be, and then the messages that never arrived: of those that are due, and
/// of those that faults have sent.
pub(crate) fn problems(exchanges: &[Exchange], due: &[Due]) -> Vec<Problem> {
    let wrong = exchanges.iter().filter(|exchange| !exchange.is_as_it_should_be()).cloned();
    let mut problems: Vec<Problem> = wrong.map(Problem::WrongAnswer).collect();
    let received: HashSet<(&str, &str)> =
        exchanges.iter().filter(|exchange| exchange.is_accepted()).map(key).collect();
    let requests = |due: &Due| {
        exchanges
            .iter()
            .filter(|exchange| key(exchange) == (&*due.endpoint, &*due.message_id))
            .count()
    };
    // Each once: it is sent again until it is accepted.
    let beside =
        exchanges.iter().filter(|e| e.role == Role::Beside && e.attempt == 1).map(|e| Due {
            endpoint: Arc::clone(&e.endpoint),
            what: e.what().into(),
            message_id: Arc::clone(&e.message_id),
        });
    let missing = (due.iter().cloned().chain(beside))
        .filter(|due| !received.contains(&(&*due.endpoint, &*due.message_id)));
    problems.extend(missing.map(|due| Problem::NotReceived {
        requests: requests(&due),
        endpoint: due.endpoint,
        what: due.what,
        message_id: due.message_id,
    }));
    problems
}

/// Problems as a table.
pub(crate) fn report(problems: &[Problem]) -> String {
    let rows: Vec<[String; 6]> = problems.iter().map(row).collect();
    table(["endpoint", "event", "message", "attempt", "faults", "problem"], &rows)
}

fn row(problem: &Problem) -> [String; 6] {
    match problem {
        Problem::WrongAnswer(exchange) => [
            exchange.endpoint.to_string(),
            exchange.what().to_owned(),
            exchange.message_id.to_string(),
            exchange.attempt.to_string(),
            exchange.faults(),
            format!("{} instead of {}", exchange.answer(), expectation(exchange.expected)),
        ],
        Problem::NotReceived { endpoint, what, message_id, requests } => [
            endpoint.to_string(),
            what.to_string(),
            message_id.to_string(),
            String::new(),
            String::new(),
            match requests {
                1 => "not received, sent once".to_owned(),
                requests => format!("not received, sent {requests} times"),
            },
        ],
    }
}

fn key(exchange: &Exchange) -> (&str, &str) {
    (&exchange.endpoint, &exchange.message_id)
}
