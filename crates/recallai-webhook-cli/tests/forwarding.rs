//! `listen`: what reaches the receiver, and what the sender is answered.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;
use support::receiver::recording;
use support::{SECRET, Server, command, run, run_with, signed, signed_bytes};

const DONE: &str = r#"{"event":"bot.done","data":{"data":{"code":"done","sub_code":null,"updated_at":"2026-01-01T00:00:00Z"},"bot":{"id":"b1","metadata":{}}}}"#;

fn listen(url: &str, arguments: &[&str]) -> Server {
    let mut listen = command(&["listen", "--forward-to", url]);
    Server::start(listen.args(arguments).env("RECALLAI_WEBHOOK_SECRET", SECRET))
}

fn json_line(server: &mut Server) -> Value {
    serde_json::from_str(&server.next_event()).unwrap()
}

/// With bytes in the place of a text that stands there once.
fn replaced(bytes: &[u8], text: &str, with: &[u8]) -> Vec<u8> {
    let at = bytes.windows(text.len()).position(|part| part == text.as_bytes()).unwrap();
    [&bytes[..at], with, &bytes[at + text.len()..]].concat()
}

#[test]
fn a_delivery_is_passed_on_as_it_came() {
    let (url, requests) = recording(&["204 No Content"]);
    let mut server = listen(&url, &[]);
    let body = b"{ \"event\" :\t\"recording.done\",\r\n\"n\": 1.50, \"x\":\"\xff\xfe\" }\n";
    let sent = signed_bytes("msg_1", body);
    let lines =
        b"host: test\r\nX-Odd: \xe9  b;=\r\nx-twice: 1\r\nTE: trailers\r\nX-Twice: 2\r\nx-empty:\r\nx-hop: 1\r\n";
    let sent = replaced(&sent, "host: test\r\n", lines);
    let sent = replaced(&sent, "connection: close", b"connection: close, X-Hop");
    let answer = server.raw(&sent);
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");

    let received = requests.join().unwrap().remove(0);
    let host = url.strip_prefix("http://").unwrap().strip_suffix("/hook").unwrap();
    let first = format!("POST /hook HTTP/1.1\r\nHost: {host}\r\n");
    let own = b"x-odd: \xe9  b;=\r\nx-twice: 1\r\nx-twice: 2\r\nx-empty: \r\n";
    let text = String::from_utf8_lossy(&sent);
    let signature = text.split_once("svix-id").unwrap().1.split_once("\r\n\r\n").unwrap().0;
    let rest = format!("svix-id{signature}\r\nContent-Length: {}\r\n\r\n", body.len());
    let expected = [first.as_bytes(), own, rest.as_bytes(), body].concat();
    assert_eq!(received, expected, "{}", String::from_utf8_lossy(&received));

    let line = json_line(&mut server);
    assert_eq!((&line["type"], &line["verified"]), (&"delivery".into(), &true.into()));
    assert_eq!((&line["forwarded_status"], &line["answered_status"]), (&204.into(), &204.into()));
    assert!(line["took_ms"].as_f64().unwrap() > 0.0 && line["body_base64"].is_string(), "{line}");
    let odd = serde_json::json!({ "name": "x-odd", "value_base64": "6SAgYjs9" });
    assert!(line["headers"].as_array().unwrap().contains(&odd), "{line}");
    for (arguments, code, expected) in [
        (&["verify", "-"][..], 0, "verified"),
        (&["replay", "-", "--to", "http://127.0.0.1:1/"], 1, "msg_1 -> nobody listens"),
    ] {
        let mut reading = command(arguments);
        let reading = reading.env("RECALLAI_WEBHOOK_SECRET", SECRET);
        let (found, out, err) = run_with(reading, line.to_string().as_bytes());
        assert_eq!(found, Some(code), "{out}{err}");
        assert!(out.contains(expected), "{out}");
    }
}

#[test]
fn what_does_not_verify_is_not_passed_on() {
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    receiver.set_nonblocking(true).unwrap();
    let url = format!("http://{}/", receiver.local_addr().unwrap());
    let forged = replaced(&signed("msg_1", DONE), "bot.done", b"bot.fail");
    let mut people = listen(&url, &["--format", "human"]);
    assert!(people.raw(&forged).starts_with("HTTP/1.1 401"));
    assert!(people.next_event().starts_with("--> bot.fail msg_1 (136 B)"));
    let line = people.next_event();
    assert!(line.starts_with("<-- 401 msg_1 not verified: "), "{line}");

    let mut program = listen(&url, &[]);
    assert!(program.raw(&forged).starts_with("HTTP/1.1 401"));
    let line = json_line(&mut program);
    assert_eq!((&line["verified"], &line["forwarded_status"]), (&false.into(), &Value::Null));
    assert_eq!(
        (&line["reason"], &line["answered_status"]),
        (&"no_matching_signature".into(), &401.into())
    );
    assert_eq!(receiver.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn the_sender_gets_the_status_of_the_receiver_and_no_more() {
    let (url, _requests) = recording(&[
        "204 No Content",
        "503 Slow\r\nRetry-After: 7\r\nWebhook-Delivery: disable\r\nx-trace: secret",
        "302 Found\r\nlocation: http://192.0.2.1/",
    ]);
    let mut server = listen(&url, &["--format", "human"]);
    for expected in ["204", "503", "302"] {
        let answer = server.raw(&signed("msg_1", DONE)).to_ascii_lowercase();
        assert!(answer.starts_with(&format!("http/1.1 {expected}")), "{answer}");
        assert_eq!(answer.contains("retry-after: 7\r\n"), expected == "503", "{answer}");
        for own in ["webhook-delivery", "x-trace", "location"] {
            assert!(!answer.contains(own), "{answer}");
        }
        assert_eq!(server.next_event(), "--> bot.done msg_1 (136 B)\n");
        let line = server.next_event();
        assert!(line.starts_with(&format!("<-- {expected} msg_1 in ")), "{line}");
        assert!(line.ends_with(" ms\n"), "{line}");
    }
}

/// The sender tries again after 502.
#[test]
fn a_receiver_that_does_not_answer_is_no_end() {
    let (url, requests) = recording(&["", "200 OK"]);
    let mut server = listen(&url, &[]);
    assert!(server.raw(&signed("msg_1", DONE)).starts_with("HTTP/1.1 502"));
    let line = json_line(&mut server);
    assert!(line["error"].as_str().unwrap().contains("closed the connection"), "{line}");
    assert!(server.raw(&signed("msg_1", DONE)).starts_with("HTTP/1.1 200"));
    assert_eq!(json_line(&mut server)["error"], Value::Null);
    assert_eq!(requests.join().unwrap().len(), 2);

    let mut nobody = listen("http://127.0.0.1:1/", &["--format", "human"]);
    assert!(nobody.raw(&signed("msg_1", DONE)).starts_with("HTTP/1.1 502"));
    nobody.next_event();
    assert_eq!(nobody.next_event(), "<-- 502 msg_1 nobody listens at 127.0.0.1:1\n");
}

#[test]
fn text_of_others_cannot_act_on_a_terminal() {
    let (url, _requests) = recording(&["204 No Content"]);
    let mut server = listen(&url, &["--format", "human"]);
    let body = r#"{"event":"a\u001b]0;title\u0007\u202eb","data":{}}"#;
    assert!(server.raw(&signed("msg_1", body)).starts_with("HTTP/1.1 204"));
    let line = server.next_event();
    assert!(line.contains("\\u{1b}]0;title\\u{7}\\u{202e}b"), "{line:?}");
    assert_eq!(line.trim_end().chars().find(|c| c.is_control()), None, "{line:?}");
    // Not verified, and longer than anybody reads.
    let request =
        String::from_utf8(signed("msg_2", &body.replace('a', &"a".repeat(9000)))).unwrap();
    let request = request.replace("svix-signature: v1,", "svix-signature: v1,A");
    assert!(server.raw(request.as_bytes()).starts_with("HTTP/1.1 401"));
    server.next_event();
    let line = server.next_event();
    assert!(line.len() < 300 && line.contains("aaaa…"), "{line:?}");
}

#[test]
fn what_is_no_delivery_is_answered_at_the_door() {
    let server = listen("http://127.0.0.1:1/", &[]);
    let large = "x".repeat(600 << 10);
    let asking = "content-length: 600000\r\nexpect: 100-continue";
    for (request, expected) in [
        ("POST /other HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n".to_owned(), "404"),
        ("GET /webhooks/recall HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(), "405"),
        (String::from_utf8(signed("msg_1", &large)).unwrap(), "413"),
        (
            "POST /webhooks/recall HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{}".to_owned(),
            "400",
        ),
        // Before the body, which the sender will not send for nothing.
        (format!("POST /webhooks/recall HTTP/1.1\r\nhost: a\r\n{asking}\r\n\r\n"), "413"),
        ("nonsense\r\n\r\n".to_owned(), "400"),
    ] {
        let answer = server.raw(request.as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected}")), "{expected}: {answer}");
    }
}

#[test]
fn a_remote_receiver_has_to_be_allowed() {
    for url in ["http://192.0.2.1/", "http://[2001:db8::1]/", "http://u:pa55@127.0.0.1/"] {
        let mut listen = command(&["listen", "--forward-to", url, "--listen", "127.0.0.1:0"]);
        let (code, out, err) = run(listen.env("RECALLAI_WEBHOOK_SECRET", SECRET));
        assert_eq!(code, Some(2), "{url}: {out}{err}");
        assert!(!err.contains("pa55"), "{err}");
    }
}

#[test]
fn it_does_not_pass_on_to_itself() {
    for (listen, url) in [
        ("127.0.0.1:4199", "http://localhost:4199/webhooks/recall"),
        ("0.0.0.0:4199", "http://127.0.0.1:4199/x"),
    ] {
        let mut listen = command(&["listen", "--forward-to", url, "--listen", listen]);
        let (code, out, err) = run(listen.env("RECALLAI_WEBHOOK_SECRET", SECRET));
        assert_eq!((code, out.as_str()), (Some(2), ""), "{url}: {err}");
        assert!(err.contains("where it listens itself"), "{err}");
    }
}

#[test]
fn a_stop_signal_loses_no_open_request() {
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut server = listen(&format!("http://{}/", receiver.local_addr().unwrap()), &[]);
    let mut sender = TcpStream::connect(&server.address).unwrap();
    sender.write_all(&signed("msg_1", DONE)).unwrap();
    let (mut forwarded, _) = receiver.accept().unwrap();
    let log = server.terminate();
    assert!(log.contains("shutting down"), "{log}");
    forwarded.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    let mut answer = String::new();
    sender.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(json_line(&mut server)["forwarded_status"], 200);
    assert_eq!(server.wait().0, Some(0));
}

#[test]
fn the_line_that_dev_prints_delivers_an_event() {
    let (url, requests) = recording(&["204 No Content"]);
    let server = Server::start(&mut command(&["listen", "--forward-to", &url, "--dev"]));
    let line = server.greeting.lines().find(|line| line.contains(" send recording.done ")).unwrap();
    let mut shell = std::process::Command::new("sh");
    let (code, out, err) = run(shell.args(["-c", line]));
    assert_eq!(code, Some(0), "{out}{err}");
    assert_eq!(requests.join().unwrap().len(), 1);
}
