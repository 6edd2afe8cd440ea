//! `capture` and `replay`: what is written down is what came, and comes once more.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::receiver::recording;
use support::{SECRET, Server, command, run, run_with, signed, signed_bytes};
use tempfile::TempDir;

const DONE: &str = r#"{"event":"bot.done","data":{"data":{"code":"done","sub_code":null,"updated_at":"2026-01-01T00:00:00Z"},"bot":{"id":"b1","metadata":{}}}}"#;

/// A folder, and a file in it that is not there yet.
fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("captured.ndjson");
    (folder, file)
}

fn capture(file: &Path) -> Server {
    let mut capture = command(&["capture"]);
    Server::start(capture.arg(file).env("RECALLAI_WEBHOOK_SECRET", SECRET))
}

fn replay(file: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut replay = command(&["replay"]);
    run(replay.arg(file).args(arguments).env("RECALLAI_WEBHOOK_SECRET", SECRET))
}

fn lines(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A delivery of long ago, as somebody may write it down.
fn old(id: &str) -> String {
    let secret = recallai_webhook_dispatch::Secret::parse(SECRET).unwrap();
    let signature = secret.sign(id, 1_614_265_330, DONE.as_bytes()).unwrap();
    let headers = json!([
        ["Host", "example.com"],
        ["Content-Type", "application/json"],
        ["Webhook-Id", id],
        ["Webhook-Timestamp", "1614265330"],
        ["Webhook-Signature", signature],
        ["X-Last", "1"],
    ]);
    json!({ "headers": headers, "body": DONE }).to_string() + "\n"
}

#[test]
fn a_capture_has_what_came_verified_or_not() {
    let (_folder, file) = file();
    let mut server = capture(&file);
    assert!(server.raw(&signed("msg_1", DONE)).starts_with("HTTP/1.1 204"));
    assert_eq!(server.next_event(), "bot.done msg_1 (136 B) -> 204\n");
    let forged = String::from_utf8(signed("msg_2", DONE)).unwrap().replace("bot.done", "bot.fail");
    assert!(server.raw(forged.as_bytes()).starts_with("HTTP/1.1 401"));
    assert!(server.next_event().starts_with("bot.fail msg_2 (136 B) -> 401 not verified: "));

    let [first, second] = &lines(&file)[..] else { panic!("two lines") };
    for line in [first, second] {
        assert_eq!(line["type"], "delivery");
    }
    assert_eq!((&first["verified"], &first["reason"]), (&true.into(), &Value::Null));
    assert_eq!((&first["event"], &first["body"]), (&"bot.done".into(), &DONE.into()));
    let names = first["headers"].as_array().unwrap().iter().map(|line| line["name"].as_str());
    let expected =
        ["host", "connection", "content-length", "svix-id", "svix-timestamp", "svix-signature"];
    assert!(names.eq(expected.map(Some)), "{first}");
    assert!(first["received_at"].as_str().unwrap().ends_with('Z'), "{first}");
    assert_eq!(
        (&second["verified"], &second["reason"]),
        (&false.into(), &"no_matching_signature".into())
    );
    assert!(second["diagnosis"].is_string(), "{second}");
    for (line, code) in [(first, 0), (second, 3)] {
        let mut verify = command(&["verify", "-"]);
        verify.env("RECALLAI_WEBHOOK_SECRET", SECRET);
        let (found, out, err) = run_with(&mut verify, line.to_string().as_bytes());
        assert_eq!(found, Some(code), "{out}{err}");
    }
}

#[cfg(unix)]
#[test]
fn a_new_capture_is_for_its_user_alone_and_an_old_one_grows() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, file) = file();
    for number in 1..=2 {
        let server = capture(&file);
        assert!(server.raw(&signed("msg_1", DONE)).starts_with("HTTP/1.1 204"));
        assert_eq!(lines(&file).len(), number);
    }
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let (code, _, err) = run(command(&["capture"])
        .arg(file.parent().unwrap())
        .env("RECALLAI_WEBHOOK_SECRET", SECRET));
    assert_eq!(code, Some(1), "a folder: {err}");
}

#[test]
fn a_line_for_programs_says_what_it_is() {
    let (_folder, file) = file();
    let mut capture = command(&["capture", "--format", "json"]);
    let mut server = Server::start(capture.arg(&file).env("RECALLAI_WEBHOOK_SECRET", SECRET));
    let mut send = command(&["send", "bot.done", &server.url(), "--format", "json"]);
    let (code, sent, err) = run(send.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    assert_eq!(code, Some(0), "{sent}{err}");
    for line in [sent, server.next_event()] {
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&line["type"], &line["event"]), (&"delivery".into(), &"bot.done".into()));
    }
}

/// As on a full disk: the sender has to keep it.
#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_not_acknowledged() {
    let (_folder, file) = file();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"]);
    shell.args([env!("CARGO_BIN_EXE_recallai-webhook"), "capture"]).arg(&file);
    let mut server = Server::start(shell.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    let answer = server.raw(&signed("msg_1", DONE));
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(server.next_event().ends_with("-> 503 not written\n"));
    assert_eq!(std::fs::read(&file).unwrap(), b"");
}

/// Whoever started it has stopped its output, or looks at the first page of it.
#[test]
fn a_reader_that_does_not_read_holds_up_no_answer() {
    let (_folder, file) = file();
    let mut server = capture(&file);
    let url = server.url();
    let plan = ["emulate", "--target", &url, "--recordings", "200", "--speed", "max"];
    let (code, out, err) = run(command(&plan).env("RECALLAI_WEBHOOK_SECRET", SECRET));
    assert_eq!(code, Some(0), "{out}{err}");
    assert_eq!(lines(&file).len(), 200 * 15);
    server.terminate();
    assert_eq!(server.wait().0, Some(0));
}

#[test]
fn what_was_captured_comes_once_more_byte_for_byte() {
    let (_folder, file) = file();
    let server = capture(&file);
    let body = b"{ \"event\" :\"recording.done\",\r\n \"x\":\"\xff\" }\n";
    let sent = signed_bytes("msg_1", body);
    assert!(server.raw(&sent).starts_with("HTTP/1.1 204"));
    assert!(server.raw(&signed("msg_2", DONE)).starts_with("HTTP/1.1 204"));
    let (url, requests) = recording(&["204 No Content", "204 No Content"]);
    let (code, out, err) = replay(&file, &["--to", &url]);
    assert_eq!(code, Some(0), "{out}{err}");
    let expected = "a body msg_1 -> 204 No Content\nbot.done msg_2 -> 204 No Content\n\
                    2 sent: 2 accepted, 0 refused, 0 failed, 0 unanswered\n";
    assert_eq!(out, expected);

    let requests = requests.join().unwrap();
    let text = String::from_utf8_lossy(&sent);
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    let signature = head.split_once("svix-id").unwrap().1;
    let rest = format!("svix-id{signature}\r\nContent-Length: {}\r\n\r\n", body.len());
    let host = url.strip_prefix("http://").unwrap().strip_suffix("/hook").unwrap();
    let first = format!("POST /hook HTTP/1.1\r\nHost: {host}\r\n");
    let expected = [first.as_bytes(), rest.as_bytes(), body].concat();
    assert_eq!(requests[0], expected, "{}", String::from_utf8_lossy(&requests[0]));

    let (url, requests) = recording(&["204 No Content"]);
    let (code, out, err) = replay(&file, &["--to", &url, "--id", "msg_2"]);
    assert_eq!((code, out.lines().count()), (Some(0), 2), "{out}{err}");
    assert!(String::from_utf8_lossy(&requests.join().unwrap()[0]).contains("svix-id: msg_2\r\n"));
    let (code, _, err) = replay(&file, &["--to", &url, "--id", "msg_3"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("msg_3"), "{err}");
}

#[test]
fn what_is_old_is_refused_unless_it_is_signed_anew() {
    let (_folder, file) = file();
    // With lines that a full disk and a crash have torn.
    let torn = "{\"type\":\"deliv";
    std::fs::write(&file, format!("{}\n{torn}\n{}\n{torn}", old("msg_1"), old("msg_2"))).unwrap();
    let mut serve = command(&["serve", "--inline"]);
    let mut server = Server::start(serve.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    let url = server.url();
    let (code, out, err) = replay(&file, &["--to", &url]);
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(out.ends_with("2 sent: 0 accepted, 2 refused, 0 failed, 0 unanswered\n"), "{out}");
    assert!(err.contains("--re-sign") && err.contains("2 of 2 not accepted"), "{err}");
    assert!(err.contains("line 3 is torn") && err.contains("line 6 is torn"), "{err}");

    let (code, out, err) = replay(&file, &["--to", &url, "--re-sign"]);
    assert_eq!(code, Some(0), "{out}{err}");
    for id in ["msg_1", "msg_2"] {
        let line = server.next_event();
        assert!(line.starts_with("bot.done") && line.contains(id), "{line}");
    }
    // In the places and under the names that the old ones had.
    let (url, requests) = recording(&["204 No Content"]);
    replay(&file, &["--to", &url, "--re-sign", "--id", "msg_1"]);
    let request = String::from_utf8(requests.join().unwrap().remove(0)).unwrap();
    let names: Vec<_> = request.lines().filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    let expected = [
        "Host",
        "Content-Type",
        "Webhook-Id",
        "Webhook-Timestamp",
        "Webhook-Signature",
        "X-Last",
        "Content-Length",
    ];
    assert_eq!(names, expected);
    assert!(
        request.contains("Webhook-Id: msg_1\r\n") && !request.contains("1614265330"),
        "{request}"
    );
}

#[test]
fn a_single_capture_is_replayed_too() {
    let (url, requests) = recording(&["204 No Content", "200 OK"]);
    let request = format!(
        "POST /x HTTP/1.1\r\nHost: a\r\nWebhook-Id: msg_1\r\nWebhook-Id: msg_9\r\n\
         svix-signature: v1,x\r\n\r\n{DONE}"
    );
    for more in [&[][..], &["--re-sign", "--secret", SECRET]] {
        let mut replay = command(&["replay", "-", "--to", &url, "--format", "json"]);
        let (code, out, err) = run_with(replay.args(more), request.as_bytes());
        assert_eq!(code, Some(0), "{out}{err}");
        let lines: Vec<Value> =
            out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((&lines[0]["message_id"], &lines[0]["error"]), (&"msg_1".into(), &Value::Null));
        assert_eq!((&lines[0]["type"], &lines[1]["type"]), (&"delivery".into(), &"summary".into()));
        assert_eq!((&lines[1]["sent"], &lines[1]["accepted"]), (&1.into(), &1.into()));
    }
    let requests = requests.join().unwrap();
    let head = |at: usize| String::from_utf8(requests[at].clone()).unwrap();
    assert!(head(0).contains("Webhook-Id: msg_9\r\nsvix-signature: v1,x\r\n"), "{}", head(0));
    assert!(!head(1).contains("msg_9") && !head(1).contains("svix"), "{}", head(1));
    assert!(head(1).contains("webhook-signature: v1,"), "{}", head(1));
}

#[test]
fn what_cannot_be_replayed_is_exit_code_2() {
    let (_folder, file) = file();
    for (text, arguments, expected) in [
        (old("msg_1"), &["--to", "http://192.0.2.1/"][..], "--allow-remote"),
        (old("msg_1"), &["--to", "http://u:pa55@127.0.0.1:1/"], "leave it out"),
        ("{\"torn\n{\"torn".into(), &[], "none of its lines"),
        (r#"{"headers":{"a":"b"}}"#.into(), &[], "not captured"),
        (r#"{"headers":{"a":"b"},"body":"{}"}"#.into(), &["--re-sign"], "no message id"),
        (String::new(), &[], "empty"),
    ] {
        std::fs::write(&file, &text).unwrap();
        let (code, out, err) = replay(&file, arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{text}: {err}");
        assert!(err.contains(expected) && !err.contains("pa55"), "{text}: {err}");
    }
    std::fs::write(&file, old("msg_1")).unwrap();
    let (code, out, err) = replay(&file, &["--to", "http://127.0.0.1:1/"]);
    assert_eq!(code, Some(1), "nobody listens there: {err}");
    assert!(out.contains("msg_1 -> nobody listens at 127.0.0.1:1\n1 sent:"), "{out}");
}
