//! Deliveries that others sign and we verify, and that we sign and others verify: every case of
//! `cases`, with every library of `library`, against the real `serve`. Prints the matrix.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cases;
mod emulator;
mod library;
mod matrix;
#[path = "../support/mod.rs"]
mod support;
mod tap;

use std::io::Read;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recallai_webhook_dispatch::Secret;
use serde_json::Value;

use cases::{CASES, Case, Direction, Signer};
use library::{Library, Sender, Start};
use matrix::{Cell, Matrix};
use support::Server;
use tap::Tap;

#[test]
fn libraries_of_others_agree_with_us() {
    let mut matrix = Matrix::default();
    for library in Library::ALL {
        let mut start = library.start();
        matrix.title(library, &start);
        for (case, direction) in
            CASES.iter().flat_map(|case| Direction::BOTH.map(|direction| (case, direction)))
        {
            let outcome = match (&mut start, direction) {
                (Start::Missing(_), _) => None,
                (Start::Ready(sender), Direction::Receive) => Some(receive(sender, case)),
                (Start::Ready(sender), Direction::Send) => Some(send(sender, case)),
            };
            let table = match direction {
                Direction::Receive => "They sign, `serve` verifies",
                Direction::Send => "We sign, they verify",
            };
            let (expected, because) = case.expected(direction, library);
            let row = case.name.to_owned();
            matrix.add(Cell { table, row, library, expected, because, outcome });
        }
    }
    matrix.judge();
}

/// They sign, we verify: the status, and what our one line says or why there is none.
fn receive(sender: &mut Sender, case: &Case) -> String {
    let mut command = support::command(&["serve", "--inline", "--format", "json"]);
    let held: Vec<String> =
        case.we_hold.iter().map(|key| format!("{}={}", key.label, key.secret)).collect();
    let mut server = Server::start(command.env("RECALLAI_WEBHOOK_SECRET", held.join(",")));
    let tap = Tap::before(&server);

    let (id, family) = (message_id(case), sender.family(case));
    let mut request = vec![
        ("url", tap.url()),
        ("family", family.to_owned()),
        ("id", id.clone()),
        ("body", STANDARD.encode(case.body)),
    ];
    if let Some(age) = case.age {
        request.push(("timestamp", (now() - age).to_string()));
    }
    request.extend(case.posted.map(|posted| ("posted", STANDARD.encode(posted))));
    request.extend(case.signers.iter().map(|signer| match signer {
        Signer::Key(key) => ("secret", key.secret.to_owned()),
        Signer::Token(token) => ("token", (*token).to_owned()),
    }));
    let answer = sender.ask("send", &request);

    let log = server.terminate();
    server.wait();
    let mut lines = String::new();
    server.events.read_to_string(&mut lines).unwrap();
    let status = answer.strip_prefix("status ").unwrap_or(&answer).to_owned();
    let result = match lines.lines().collect::<Vec<_>>()[..] {
        [] => reason(&log).to_owned(),
        [line] => describe(line, &id, case),
        _ => format!("{} lines", lines.lines().count()),
    };
    let fault = tap::fault(&tap.heard(), case, family);
    [status, result].into_iter().chain(fault).collect::<Vec<_>>().join(" ")
}

/// Type and key of a line that `serve` printed, and what in it is not as it was sent.
fn describe(line: &str, id: &str, case: &Case) -> String {
    let line: Value = serde_json::from_str(line).unwrap();
    let text = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
    let mut words = vec![text("type"), text("key_label")];
    for (name, expected) in [("message_id", id), ("body", case.posted.unwrap_or(case.body))] {
        if line[name] != expected {
            words.push(format!("with another {name}"));
        }
    }
    words.join(" ")
}

/// Why a delivery was refused, from the log: the sender is not told.
fn reason(log: &str) -> &str {
    let after = log.split_once("reason=\"").map(|(_, after)| after);
    after.and_then(|after| after.split('"').next()).unwrap_or("and no reason")
}

/// We sign, they verify: what their library says.
fn send(sender: &mut Sender, case: &Case) -> String {
    let id = message_id(case);
    let timestamp = now() - case.age.unwrap_or(0);
    let tokens: Vec<String> = case
        .signers
        .iter()
        .map(|signer| match signer {
            Signer::Token(token) => (*token).to_owned(),
            Signer::Key(key) => {
                let secret = Secret::parse(key.secret).unwrap();
                secret.sign(&id, timestamp.try_into().unwrap(), case.body.as_bytes()).unwrap()
            }
        })
        .collect();
    let family = sender.family(case);
    let answer = sender.ask(
        "verify",
        &[
            ("secret", case.they_hold.secret.to_owned()),
            ("header", format!("{family}-id {id}")),
            ("header", format!("{family}-timestamp {timestamp}")),
            ("header", format!("{family}-signature {}", tokens.join(" "))),
            ("body", STANDARD.encode(case.posted.unwrap_or(case.body))),
        ],
    );
    cases::in_short(&answer)
}

/// An id of the case's own.
fn message_id(case: &Case) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    format!("msg_{}", case.name.chars().map(word).collect::<String>())
}

fn now() -> i64 {
    #[allow(clippy::disallowed_methods, reason = "both sides read the real clock")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs().try_into().unwrap()
}
