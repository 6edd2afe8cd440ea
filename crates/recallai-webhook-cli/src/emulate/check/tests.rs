//! Reports as they are written, of checks in memory.

use std::time::Duration;

use quick_xml::Reader;
use quick_xml::events::Event;
use recallai_webhook_emulator::check::{Answer, Check, CheckOptions, CheckReport};
use recallai_webhook_emulator::{Request, Seed, SigningSecret};
use serde_json::Value;

use super::{Run, json, junit, text};

/// A receiver that asks for three headers and believes them: it fails some cases of each grade.
fn believing(request: &Request) -> Answer {
    let has = |part| request.header(&format!("webhook-{part}")).is_some();
    let is_whole = has("id") && has("timestamp") && has("signature");
    Answer::reply(if is_whole { 204 } else { 401 }, Duration::from_millis(2))
}

fn checked(only: &[&str], receiver: impl Fn(&Request) -> Answer) -> CheckReport {
    let mut options = CheckOptions::new(SigningSecret::generate(Seed(1), "receiver"));
    options.only = Some(only.iter().map(|name| (*name).to_owned()).collect());
    let mut check = Check::new(options);
    while let Some(step) = check.next_step(1_800_000_000) {
        check.answer(step.requests.iter().map(&receiver).collect::<Vec<_>>());
    }
    check.report()
}

fn run(is_strict: bool) -> Run {
    let target = "http://127.0.0.1:1/<\u{1}&\"".to_owned();
    Run { target, seed: Seed(7), is_strict, took: Duration::from_millis(1500) }
}

const ONLY: &[&str] =
    &["both-families", "bad-signature", "wrong-secret", "hex-signature", "unsigned"];

#[test]
fn people_see_what_failed_and_why() {
    let text = text::text(&checked(ONLY, believing), &run(false));
    let text = anstream::adapter::strip_str(&text).to_string();
    for line in [
        "http://127.0.0.1:1/<\\u{1}&\" with webhook-* headers, seed 7",
        "  ok      baseline-webhook  204",
        "  FAILED  baseline-svix     reads only webhook-* headers",
        "  -       both-families     the receiver reads one family of headers only",
        "  FAILED  bad-signature     verifies nothing",
        "            expected  401",
        "            answered  204",
        "  should  hex-signature     verifies nothing",
        "  ok      unsigned          401",
        "What to do",
        "  verifies nothing:",
        "8 cases in 1.5 s: 3 passed, 3 failed, 1 should be better, 1 skipped",
    ] {
        let line_is = |other: &str| other == line;
        assert!(text.lines().any(line_is), "{line:?} is not in:\n{text}");
    }
    assert_eq!(text.matches("  verifies nothing:").count(), 1);
}

#[test]
fn strict_makes_failures_of_advice() {
    let report = checked(ONLY, believing);
    let text = text::text(&report, &run(true));
    let text = anstream::adapter::strip_str(&text).to_string();
    assert!(text.contains("  FAILED  hex-signature "), "{text}");
    assert!(text.ends_with("3 passed, 4 failed, 1 skipped\n"), "{text}");
}

#[test]
fn where_nothing_is_accepted_one_reason_is_enough() {
    let refusing = |_: &Request| Answer::reply(404, Duration::ZERO);
    let text = text::text(&checked(ONLY, refusing), &run(false));
    let text = anstream::adapter::strip_str(&text).to_string();
    assert!(text.contains("\n404: the path is another one\n"), "{text}");
    assert!(!text.contains("bad-signature"), "{text}");
    assert!(text.ends_with("2 failed, 6 skipped\n"), "{text}");
}

#[test]
fn programs_get_a_line_for_each_case_and_one_for_all() {
    let lines: Vec<Value> = json::lines(&checked(ONLY, believing), &run(false)).collect();
    let case = &lines[3];
    assert_eq!(lines.len(), 9);
    assert_eq!(case["name"], "bad-signature");
    assert_eq!((&case["result"], &case["grade"]), (&"failed".into(), &"must".into()));
    assert_eq!((&case["answered"], &case["bug"]), (&"204".into(), &"verifies-nothing".into()));
    assert_eq!(case["mistake"], "verifies nothing");
    assert_eq!(lines[2]["reason"], "the receiver reads one family of headers only");
    let summary = &lines[8];
    assert_eq!(summary["type"], "summary");
    assert_eq!((&summary["failed"], &summary["advised"]), (&3.into(), &1.into()));
    assert_eq!(summary["is_passed"], false);
}

/// What a CI system reads of the file: the names of elements with those of their cases, and the text of all.
fn read(xml: &[u8]) -> (Vec<String>, String) {
    let mut reader = Reader::from_str(std::str::from_utf8(xml).unwrap());
    let (mut elements, mut case, mut text) = (Vec::new(), String::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return (elements, text),
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name().as_ref().to_owned();
                for attribute in element.attributes() {
                    let attribute = attribute.unwrap();
                    let value = attribute.value.into_owned();
                    if name == "testcase" && attribute.key.as_ref() == "name" {
                        case.clone_from(&value);
                    }
                    text.push_str(&format!("{value}\n"));
                }
                if ["failure", "skipped", "system-out"].contains(&&*name) {
                    elements.push(format!("{name} {case}"));
                }
            }
            Event::Text(content) => text.push_str(&content),
            _ => {}
        }
    }
}

#[test]
fn ci_systems_read_what_failed() {
    let check = |is_strict, expected: &[&str]| {
        let xml = junit::junit(&checked(ONLY, believing), &run(is_strict)).unwrap();
        let (elements, text) = read(&xml);
        assert_eq!(elements, expected);
        assert!(text.contains("http://127.0.0.1:1/&lt;&amp;&quot;\n"), "{text}");
        assert!(text.contains("verifies nothing"), "{text}");
        let is_allowed = |byte: &u8| *byte >= b' ' || *byte == b'\n';
        assert!(xml.iter().all(is_allowed));
    };
    check(
        false,
        &[
            "failure baseline-svix",
            "skipped both-families",
            "failure bad-signature",
            "failure wrong-secret",
            "system-out hex-signature",
        ],
    );
    check(
        true,
        &[
            "failure baseline-svix",
            "skipped both-families",
            "failure bad-signature",
            "failure wrong-secret",
            "failure hex-signature",
        ],
    );
}
