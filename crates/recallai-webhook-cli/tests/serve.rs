//! `serve --inline`, driven over the wire: each verified event becomes one line, and nothing else does.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;
use support::{SECRET, Server, command, run, signed, signed_bytes};

fn serve(arguments: &[&str]) -> Server {
    let mut command = command(&["serve", "--inline"]);
    Server::start(command.args(arguments).env("RECALLAI_WEBHOOK_SECRET", SECRET))
}

#[test]
fn without_a_secret_it_does_not_start_and_says_where_to_get_one() {
    let (code, out, err) = run(&mut command(&["serve", "--inline"]));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    for hint in ["API keys & secrets", "Signing secret", "--secret-file", "--dev"] {
        assert!(err.contains(hint), "{err}");
    }
    // A variable that is set and empty is as good as unset, and never an empty key.
    let (code, ..) = run(command(&["serve", "--inline"]).env("RECALLAI_WEBHOOK_SECRET", ""));
    assert_eq!(code, Some(2));
}

#[test]
fn an_unusable_secret_is_explained_and_not_shown() {
    let (code, _, err) =
        run(command(&["serve", "--inline"])
            .env("RECALLAI_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8"));
    assert_eq!(code, Some(2));
    assert!(err.contains("RECALLAI_WEBHOOK_SECRET") && !err.contains("MfKQ9r8"), "{err}");
}

#[test]
fn the_line_that_dev_prints_delivers_an_event() {
    let mut server = Server::start(&mut command(&["serve", "--inline", "--dev"]));
    let mut line = server.next_log();
    while !line.contains(" send ") {
        line = server.next_log();
    }
    let shell = std::process::Command::new("sh").args(["-c", &line]).output().unwrap();
    assert!(shell.status.success(), "{shell:?}");
    assert!(String::from_utf8_lossy(&shell.stdout).contains("204"), "{shell:?}");
    let event = server.next_event();
    assert!(event.starts_with("recording.done") && event.contains("msg_"), "{event}");
}

#[test]
fn json_lines_have_a_type_and_the_body() {
    let mut server = serve(&["--format", "json"]);
    let bodies = [
        (
            "event",
            r#"{"event":"bot.fatal","data":{"data":{"code":"fatal","sub_code":"meeting_full","updated_at":"2024-12-04T23:25:56Z"},"bot":{"id":"b1","metadata":{}}}}"#,
        ),
        ("unknown", r#"{"event":"hologram.done","data":{}}"#),
        ("unreadable", r#"{"event":"bot.fatal"}"#),
    ];
    for (kind, body) in bodies {
        let answer = server.raw(&signed("msg_1", body));
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
        let line: Value = serde_json::from_str(&server.next_event()).unwrap();
        assert_eq!(line["type"], kind);
        assert_eq!(line["message_id"], "msg_1");
        assert_eq!(line["key_label"], "default");
        assert_eq!(line["body"].as_str(), Some(body), "byte for byte");
        if kind == "event" {
            assert_eq!(line["event"], "bot.fatal");
            assert_eq!(line["sub_code"], "meeting_full");
            assert_eq!(line["bot_id"], "b1");
        }
    }
}

#[test]
fn lines_for_people_cannot_act_on_a_terminal() {
    let mut server = serve(&[]);
    let body = r#"{"event":"a\u001b]0;title\u0007\u202eb","data":{}}"#;
    assert!(server.raw(&signed("msg_1", body)).starts_with("HTTP/1.1 204"));
    let line = server.next_event();
    assert!(line.contains("\\u{1b}]0;title\\u{7}\\u{202e}b"), "{line:?}");
    assert_eq!(line.trim_end().chars().find(|c| c.is_control()), None, "{line:?}");
}

#[test]
fn nor_can_json_lines_and_they_mean_the_same() {
    let mut server = serve(&["--format", "json"]);
    let body = "{\"event\":\"a\u{9b}31m\u{202e}\",\"data\":{}}";
    assert!(server.raw(&signed("msg_1", body)).starts_with("HTTP/1.1 204"));
    let text = server.next_event();
    assert!(text.trim_end().is_ascii(), "{text:?}");
    let line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["event"], "a\u{9b}31m\u{202e}");
    assert_eq!(line["body"], body);
}

#[test]
fn a_secret_is_never_taken_for_a_label() {
    let run_together =
        "whsec_AwoRGB8mLTQ7QklQV15lbHN6gYiPlp0=whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    for secrets in [run_together, "=whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "a b=whsec_x"] {
        let (code, _, err) =
            run(command(&["serve", "--inline"]).env("RECALLAI_WEBHOOK_SECRET", secrets));
        assert_eq!(code, Some(2), "{err}");
        assert!(!err.contains("AwoRGB8m"), "{err}");
    }
}

#[test]
fn a_secret_pasted_from_the_wrong_field_is_explained_as_a_whole() {
    for (secret, hint) in [
        ("v1,whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "v1,"),
        ("Token 0123456789abcdef0123456789abcdef01234567", "API key"),
        ("\"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\"", "quot"),
    ] {
        let (code, _, err) =
            run(command(&["serve", "--inline"]).env("RECALLAI_WEBHOOK_SECRET", secret));
        assert_eq!(code, Some(2));
        assert!(err.contains(hint), "{secret}: {err}");
    }
}

#[test]
fn a_listener_on_every_address_prints_a_line_for_this_machine() {
    let mut dev = command(&["serve", "--inline", "--dev"]);
    let mut child =
        dev.args(["--listen", "0.0.0.0:0"]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let log = std::io::BufReader::new(child.stderr.take().unwrap());
    let line =
        std::io::BufRead::lines(log).map_while(Result::ok).find(|line| line.contains(" send "));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.as_ref().is_some_and(|line| line.contains("http://127.0.0.1:")), "{line:?}");
}

#[test]
fn secrets_come_from_files_with_labels() {
    let file = std::env::temp_dir().join(format!("recallai-webhook-{}.secret", std::process::id()));
    std::fs::write(
        &file,
        format!("# rotated\nwhsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\nold={SECRET}\n"),
    )
    .unwrap();
    let mut command = command(&["serve", "--inline", "--format", "json", "--secret-file"]);
    let mut server = Server::start(command.arg(&file));
    std::fs::remove_file(&file).unwrap();
    let body = r#"{"event":"calendar.update","data":{"calendar_id":"c"}}"#;
    assert!(server.raw(&signed("msg_1", body)).starts_with("HTTP/1.1 204"));
    let line: Value = serde_json::from_str(&server.next_event()).unwrap();
    assert_eq!(line["key_label"], "old");
}

#[test]
fn labels_that_somebody_chose_are_kept_and_two_alike_are_refused() {
    let other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    let start = |secrets: String| {
        let mut command = command(&["serve", "--inline"]);
        let mut server = Server::start(command.env("RECALLAI_WEBHOOK_SECRET", secrets));
        server.terminate();
        server.greeting.clone()
    };
    let greeting = start(format!("eu-old={other},eu={SECRET}"));
    assert!(greeting.contains(r#"secrets="eu-old, eu""#), "{greeting}");
    let greeting = start(format!("{other} {SECRET}"));
    assert!(greeting.contains(r#"secrets="default, default-2""#), "{greeting}");
    let twice = format!("eu={other},eu={SECRET}");
    let (code, _, err) = run(command(&["serve", "--inline"]).env("RECALLAI_WEBHOOK_SECRET", twice));
    assert_eq!(code, Some(2));
    assert!(err.contains("eu"), "{err}");
}

#[test]
fn what_is_not_verified_is_refused_and_explained_in_the_log_only() {
    let mut server = serve(&[]);
    let body = r#"{"event":"bot.done"}"#;
    let unsigned = format!(
        "POST /webhooks/recall HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = server.raw(unsigned.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nunauthorized\n"), "{answer}");
    let log = server.terminate();
    assert_eq!(server.wait().0, Some(0));
    assert!(log.contains("no_signature_headers"), "{log}");
    assert_eq!(server.next_event(), "", "no line for it");
}

#[test]
fn a_reader_that_is_gone_makes_the_sender_keep_the_event() {
    let mut server = serve(&[]);
    // Close the reading end of its standard output.
    drop(std::mem::replace(&mut server.events, support::closed()));
    let body = r#"{"event":"hologram.done","data":{}}"#;
    let answer = server.raw(&signed("msg_1", body));
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
}

/// The reader of our output has stopped reading: the delivery is not acknowledged, and the program
/// still ends when it is told to.
#[test]
fn a_reader_that_stalls_does_not_keep_the_program_from_ending() {
    let mut server = serve(&["--format", "json"]);
    // More than a pipe holds.
    let body = format!(r#"{{"event":"hologram.done","data":"{}"}}"#, "x".repeat(200_000));
    let request = signed("msg_1", &body);
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.write_all(&request).unwrap();
    // The line has begun, so the writer is stuck in it from here on.
    let mut first = [0];
    server.events.get_mut().read_exact(&mut first).unwrap();
    server.terminate();
    // The second signal does not wait for the time limit of the handler.
    server.signal();
    assert_eq!(server.wait().0, Some(1));
}

#[test]
fn a_body_that_is_not_text_is_printed_in_base64() {
    let mut server = serve(&["--format", "json"]);
    let mut request = signed_bytes("msg_1", b"{\"event\":\"\xff\"}");
    assert!(server.raw(&std::mem::take(&mut request)).starts_with("HTTP/1.1 204"));
    let line: Value = serde_json::from_str(&server.next_event()).unwrap();
    assert_eq!(line["type"], "unreadable");
    assert_eq!(line["body_base64"], "eyJldmVudCI6Iv8ifQ==");
}

/// Two hundred requests are open, half read, when the signal comes: each is still answered.
#[test]
fn a_stop_signal_loses_no_open_request() {
    const OPEN: usize = 200;
    let mut server = serve(&[]);
    let mut open: Vec<_> = (0..OPEN)
        .map(|n| {
            let body = r#"{"event":"calendar.update","data":{"calendar_id":"c"}}"#;
            let request = signed(&format!("msg_{n}"), body);
            let mut stream = TcpStream::connect(&server.address).unwrap();
            let (head, body) = request.split_at(request.len() - 10);
            // With this line the server says when it has read the head.
            let head =
                String::from_utf8_lossy(head).replacen("\r\n", "\r\nexpect: 100-continue\r\n", 1);
            stream.write_all(head.as_bytes()).unwrap();
            (stream, body.to_vec())
        })
        .collect();
    for (stream, _) in &mut open {
        let mut interim = [0; 25];
        stream.read_exact(&mut interim).unwrap();
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    }
    server.terminate();
    for (stream, rest) in &mut open {
        stream.write_all(rest).unwrap();
    }
    for (mut stream, _) in open {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    }
    let (code, log) = server.wait();
    assert_eq!(code, Some(0), "{log}");
    let mut lines = String::new();
    server.events.read_to_string(&mut lines).unwrap();
    assert_eq!(lines.lines().count(), OPEN);
}
