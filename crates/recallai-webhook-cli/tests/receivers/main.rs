//! The example receivers of `docs/testing-your-receiver.md`, as a reader would copy them: judged by the check,
//! and sent whole meetings with all that goes wrong.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod example;
#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "it is a program of its own, which talks to a terminal"
)]
mod receiver;
#[path = "../support/mod.rs"]
mod support;

use std::io::Write;

use serde_json::Value;

use example::{Example, Language};
use support::required::{VARIABLE, is_required};
use support::{SECRET, command, run};

/// Set for the process that is the receiver in Rust.
const IS_RECEIVER: &str = "RECALLAI_WEBHOOK_EXAMPLE";

#[test]
fn python_receiver() {
    judge(Language::Python);
}

#[test]
fn javascript_receiver() {
    judge(Language::JavaScript);
}

/// Is the receiver in Rust where it is started as one.
#[test]
fn rust_receiver() {
    #[allow(clippy::disallowed_methods, reason = "it is how a process knows what it is")]
    if std::env::var_os(IS_RECEIVER).is_some() {
        return receiver::main().unwrap();
    }
    judge(Language::Rust);
}

fn judge(language: Language) {
    if let Some(missing) = language.missing() {
        assert!(!is_required(), "{VARIABLE}=required: install {missing}");
        // Not `eprintln!`, which libtest keeps to itself when a test passes.
        let skipped = format!("skipped: {language:?}: {missing} is not installed\n");
        return std::io::stderr().write_all(skipped.as_bytes()).unwrap();
    }
    passes_the_check(language);
    stores_before_it_answers(language);
    takes_whole_meetings(language);
}

/// All cases pass, advice too; but for one about time, which is the machine's.
fn passes_the_check(language: Language) {
    let example = Example::new(language);
    let running = example.start();
    let mut check = command(&["emulate", "--format", "json", "--check", &running.url]);
    let (code, said, log) = run(check.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    let lines = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let cases: Vec<Value> = lines.filter(|line| line["type"] == "case").collect();
    assert!(cases.len() > 60, "{language:?}: {said}{log}");
    for case in cases.iter().filter(|case| case["name"] != "answers-quickly") {
        assert_eq!(case["result"], "passed", "{language:?}: {case}");
    }
    assert_eq!(code, Some(0), "{language:?}: {log}");
}

/// What was answered 2xx is there after it was killed, and comes to one message however often it is sent.
fn stores_before_it_answers(language: Language) {
    let example = Example::new(language);
    let send = |id: &str, url: &str, arguments: &[&str]| {
        let mut send = command(&["send", "recording.done", url, "--id", id]);
        let (code, said, log) = run(send.args(arguments).env("RECALLAI_WEBHOOK_SECRET", SECRET));
        assert_eq!(code, Some(0), "{language:?}: {said}{log}");
    };

    let running = example.start();
    send("msg_1", &running.url, &["--instant-resend"]);
    send("msg_2", &running.url, &["--family", "svix"]);
    send("msg_3", &running.url, &["--wrong-secret"]);
    drop(running);
    assert_eq!(example.stored(), 2, "{language:?}");

    let running = example.start();
    send("msg_1", &running.url, &[]);
    send("msg_3", &running.url, &[]);
    drop(running);
    assert_eq!(example.stored(), 3, "{language:?}");
}

/// Three meetings with all that goes wrong: each message is accepted in the end, and stored once.
fn takes_whole_meetings(language: Language) {
    // A slow body takes seconds of the real clock, and the check has one.
    let faults = "all:0.2,slow-body:0";
    let example = Example::new(language);
    let running = example.start();
    let mut emulate = command(&["emulate", "--format", "json", "--recordings", "3", "--seed", "8"]);
    emulate.args(["--speed", "max", "--faults", faults, "--target", &running.url]);
    let (code, said, log) = run(emulate.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    drop(running);
    assert_eq!(code, Some(0), "{language:?}: {said}{log}");

    let summary: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert!(summary["duplicates"].as_u64() > Some(0), "{language:?}: {summary}");
    assert!(summary["rejected"].as_u64() > Some(0), "{language:?}: {summary}");
    let stored = u64::try_from(example.stored()).unwrap();
    assert_eq!(Some(stored), summary["delivered"].as_u64(), "{language:?}: {summary}");
}
