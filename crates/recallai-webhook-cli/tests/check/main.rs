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
use std::process::{Command, Stdio};

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
    let nowhere = ["emulate", "--check", url, "--junit", "no-such-directory/check.xml"];
    let (code, out, err) = run(command(&nowhere).env("RECALLAI_WEBHOOK_SECRET", SECRET));
    assert_eq!((code, &*out), (Some(2), ""), "{err}");
    assert!(err.contains("no-such-directory/check.xml: "), "{err}");
    let both = ["emulate", "--check", url, "--junit", "-", "--format", "json"];
    let (code, _, err) = run(command(&both).env("RECALLAI_WEBHOOK_SECRET", SECRET));
    assert_eq!(code, Some(2), "{err}");
}

#[test]
fn what_belongs_to_a_check_is_refused_without_one() {
    let alone: [&[&str]; 4] =
        [&["--strict"], &["--junit", "x.xml"], &["--timeout", "5s"], &["--only", "burst"]];
    for option in alone {
        for other in [&[][..], &["--target", "http://127.0.0.1:1/"], &["--scenario", "plain-bot"]] {
            let arguments = [&["emulate"][..], option, other].concat();
            let (code, out, err) = run(command(&arguments).env("RECALLAI_WEBHOOK_SECRET", SECRET));
            assert_eq!((code, &*out), (Some(2), ""), "{arguments:?}: {err}");
            assert!(err.contains(option[0]), "{arguments:?}: {err}");
        }
    }
}

#[test]
fn a_known_id_that_lets_a_forgery_in_is_named() {
    let bug = "accepts forgeries with an id that it knows";
    assert_named(Mistake::TrustsIds, &[], bug, &["known-id-forgery"]);
}

#[test]
fn a_receiver_that_dies_of_half_a_body_is_named() {
    let arguments = ["--timeout", "1s", "--only", "cut-body"];
    let bug = "stopped taking deliveries while it was checked";
    assert_named(Mistake::DiesOfCutBody, &arguments, bug, &["still-there"]);
}

#[test]
fn an_answer_that_is_no_http_is_said_to_be_none() {
    let url = receivers::start(Mistake::NoHttp);
    let (code, out, err, _) = check("no-http", &url, &[]);
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(out.contains("answered  the answer is no HTTP/1.1"), "{out}");
}

#[test]
fn whoever_waits_for_a_slow_receiver_is_told_so() {
    let url = receivers::start(Mistake::Hangs);
    let (code, out, err, _) = check("slow", &url, &["--timeout", "100ms"]);
    assert_eq!(code, Some(1), "{out}{err}");
    let warnings = err.matches("no answer within 100ms, in baseline-webhook: ").count();
    assert_eq!(warnings, 1, "{err}");
}

#[cfg(unix)]
/// Stops a check while a receiver hangs on an event that it does not know.
fn stop_while_it_hangs(name: &str, format: &str) -> (Option<i32>, String, String, String) {
    let (url, hung) = receivers::start_watched(Mistake::HangsOnUnknown);
    let file = format!("recallai-webhook-stop-{name}-{}.xml", std::process::id());
    let file = std::env::temp_dir().join(file);
    let mut emulate = command(&["emulate", "--check", &url, "--format", format, "--junit"]);
    let emulate = emulate.arg(&file).env("RECALLAI_WEBHOOK_SECRET", SECRET);
    let child = support::spawn(emulate.stdout(Stdio::piped()).stderr(Stdio::piped()));
    hung.recv().unwrap();
    let mut kill = support::spawn(Command::new("kill").args(["-INT", &child.id().to_string()]));
    assert!(kill.wait().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    let junit = std::fs::read_to_string(&file).unwrap();
    let _ = std::fs::remove_file(&file);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ended.status.code(), text(ended.stdout), text(ended.stderr), junit)
}

#[cfg(unix)]
#[test]
fn a_check_that_is_stopped_tells_what_it_knows() {
    let (code, out, err, junit) = stop_while_it_hangs("json", "json");
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(err.contains("stopped before the end"), "{err}");
    assert!(junit.contains(r#"<skipped message="stopped"/>"#), "{junit}");
    let lines = lines(&out);
    let result = |name: &str| lines.iter().find(|line| line["name"] == name).unwrap();
    assert_eq!(result("duplicate")["result"], "passed", "{out}");
    for name in ["unknown-event", "empty-signature", "still-there"] {
        assert_eq!(result(name)["reason"], "stopped", "{out}");
    }
    let summary = lines.last().unwrap();
    assert_eq!((&summary["is_whole"], &summary["is_passed"]), (&false.into(), &false.into()));

    let (code, out, err, _) = stop_while_it_hangs("text", "human");
    assert_eq!(code, Some(1), "{out}{err}");
    let has = |words: &[&str]| out.lines().any(|line| line.split_whitespace().eq(words.to_vec()));
    assert!(has(&["ok", "duplicate", "204"]) && has(&["-", "still-there", "stopped"]), "{out}");
}

#[test]
fn junit_on_standard_output_stands_alone() {
    let arguments = ["emulate", "--check", "http://127.0.0.1:1/hook", "--junit", "-"];
    let (code, out, err) = run(command(&arguments).env("RECALLAI_WEBHOOK_SECRET", SECRET));
    assert_eq!(code, Some(1));
    assert_eq!(failures(&out).len(), 2, "{out}");
    assert!(out.starts_with("<?xml") && err.contains("nobody listens there"), "{out}{err}");
}
