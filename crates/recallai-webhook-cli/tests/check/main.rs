//! `emulate --check`: our own `serve` passes, and the mistakes of real receivers are found and named.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and its receivers read the clock"
)]

#[path = "../support/mod.rs"]
mod support;

mod page;
mod receivers;

use std::collections::BTreeSet;
use std::path::PathBuf;

use quick_xml::Reader;
use quick_xml::events::Event;
use recallai_webhook_emulator::check::cases;
use receivers::Mistake;
use serde_json::Value;
use support::{SECRET, Server, command, run};

/// Runs a check with these arguments; gives its exit code, what it wrote, and its JUnit file.
fn check(name: &str, url: &str, arguments: &[&str]) -> (Option<i32>, String, String, String) {
    let file = format!("recallai-webhook-check-{name}-{}.xml", std::process::id());
    let file: PathBuf = std::env::temp_dir().join(file);
    let mut emulate = command(&["emulate", "--check", url, "--junit"]);
    let emulate = emulate.arg(&file).args(arguments).env("RECALLAI_WEBHOOK_SECRET", SECRET);
    let (code, out, err) = run(emulate);
    let junit = std::fs::read_to_string(&file).unwrap_or_default();
    let _ = std::fs::remove_file(&file);
    (code, out, err, junit)
}

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The names of the cases that have a `<failure>`.
fn failures(junit: &str) -> BTreeSet<String> {
    let mut reader = Reader::from_str(junit);
    let (mut failures, mut case) = (BTreeSet::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return failures,
            Event::Start(element) | Event::Empty(element) => {
                let name = element.try_get_attribute("name").unwrap();
                match element.name().as_ref() {
                    "testcase" => case = name.unwrap().value.into_owned(),
                    "failure" => drop(failures.insert(case.clone())),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// The one test that takes long: `serve` gives a slow body ten seconds.
#[test]
fn our_own_receiver_passes() {
    let mut serve = command(&["serve", "--inline"]);
    let server = Server::start(serve.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    let (code, out, err, junit) = check("own", &server.url(), &["--format", "json", "--seed", "7"]);
    assert_eq!((code, &*err), (Some(0), ""), "{out}");
    assert_eq!(failures(&junit), BTreeSet::new());

    let lines = lines(&out);
    assert_eq!(lines.len(), cases().count() + 1);
    let summary = lines.last().unwrap();
    assert_eq!((&summary["failed"], &summary["skipped"]), (&0.into(), &0.into()), "{out}");
    assert_eq!((&summary["seed"], &summary["family"]), (&7.into(), &"webhook".into()));
    // How fast it is on a busy machine is nothing that a test can ask for.
    let advised = lines.iter().filter(|line| line["result"] == "failed");
    let advised: Vec<&str> = advised.filter_map(|line| line["name"].as_str()).collect();
    assert!(advised.iter().all(|name| *name == "answers-quickly"), "{out}");
}

/// A mistake is named to people and to CI systems, and nothing fails that has nothing to do with it.
fn assert_named(mistake: Mistake, arguments: &[&str], bug: &str, expected: &[&str]) {
    let url = receivers::start(mistake);
    // A slow body costs these receivers as much time as they are given.
    let quick = cases().map(|case| case.name);
    let quick: Vec<&str> =
        quick.filter(|name| !["slow-body", "answers-quickly"].contains(name)).collect();
    let only = format!("--only={}", quick.join(","));
    let arguments = if arguments.is_empty() { &[&*only] } else { arguments };
    let (code, out, err, junit) = check(&format!("{mistake:?}"), &url, arguments);
    assert_eq!(code, Some(1), "{mistake:?}: {out}{err}");
    assert!(out.contains(bug) && out.contains("What to do"), "{mistake:?}: {out}");
    assert!(junit.contains(bug), "{mistake:?}: {junit}");
    assert!(err.contains("failed, by 1 mistake"), "{mistake:?}: {err}");
    let expected: BTreeSet<String> = expected.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(failures(&junit), expected, "{mistake:?}: {out}");
}

#[test]
fn a_conflict_for_duplicates_is_named() {
    let expected = ["duplicate", "instant-resend", "simultaneous"];
    assert_named(Mistake::Conflict, &[], "answers duplicates with an error", &expected);
}

#[test]
fn a_receiver_of_one_family_is_named() {
    assert_named(Mistake::OnlySvix, &[], "reads only svix-* headers", &["baseline-webhook"]);
}

#[test]
fn a_closed_list_of_events_is_named() {
    assert_named(Mistake::ClosedList, &[], "knows a closed list of events", &["unknown-event"]);
}

#[test]
fn work_before_the_answer_is_named() {
    // It never answers what starts work, so it takes as long as it is given.
    let arguments = ["--timeout", "1s", "--only", "answers-in-time,unknown-event,duplicate"];
    let expected = ["answers-in-time"];
    assert_named(Mistake::WorksFirst, &arguments, "works before it answers", &expected);
}

#[test]
fn an_unchecked_timestamp_is_named() {
    let expected = ["future-clock", "stale-clock"];
    assert_named(Mistake::NoTimestamp, &[], "does not check the timestamp", &expected);
}

#[test]
fn an_empty_signature_that_is_accepted_is_named() {
    assert_named(Mistake::Empty, &[], "accepts an empty signature", &["empty-signature"]);
}

#[test]
fn a_receiver_that_is_not_there_is_a_failure_with_a_hint() {
    let (code, out, err, junit) = check("none", "http://127.0.0.1:1/hook", &[]);
    assert_eq!(code, Some(1));
    assert!(out.contains("nobody listens there") && err.contains("2 cases failed"), "{out}{err}");
    assert_eq!(failures(&junit).len(), 2);
}

#[test]
fn what_is_not_tried_is_exit_code_2() {
    let url = "http://127.0.0.1:1/hook";
    let refused = |url: &str, arguments: &[&str], expected: &str| {
        let (code, out, err, _) = check("refused", url, arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {err}");
        assert!(err.contains(expected) && out.is_empty(), "{arguments:?}: {err}");
    };
    refused("http://192.0.2.1/hook", &[], "--allow-remote");
    refused(url, &["--only", "empty-signatur"], "`empty-signature`");
    refused(url, &["--timeout", "0s"], "no time at all");
    refused(url, &["--scenario", "plain-bot"], "--scenario");
    let mut alone = command(&["emulate", "--strict"]);
    let (code, _, err) = run(alone.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    assert_eq!(code, Some(2), "{err}");
    let both = ["emulate", "--check", url, "--junit", "-", "--format", "json"];
    let (code, _, err) = run(command(&both).env("RECALLAI_WEBHOOK_SECRET", SECRET));
    assert_eq!(code, Some(2), "{err}");
}

#[test]
fn junit_on_standard_output_stands_alone() {
    let arguments = ["emulate", "--check", "http://127.0.0.1:1/hook", "--junit", "-"];
    let (code, out, err) = run(command(&arguments).env("RECALLAI_WEBHOOK_SECRET", SECRET));
    assert_eq!(code, Some(1));
    assert_eq!(failures(&out).len(), 2, "{out}");
    assert!(out.starts_with("<?xml") && err.contains("nobody listens there"), "{out}{err}");
}
