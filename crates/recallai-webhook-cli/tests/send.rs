//! `send`: signs as the vendor does, to this machine unless told otherwise, and says how it went.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::receiver::answering;
use support::{SECRET, Server, command, run};

fn send(arguments: &[&str]) -> (Option<i32>, String, String) {
    run(command(&["send"]).args(arguments).env("RECALLAI_WEBHOOK_SECRET", SECRET))
}

#[test]
fn every_event_of_the_catalogue_can_be_sent() {
    let mut serve = command(&["serve", "--inline"]);
    let mut server = Server::start(serve.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    for entry in recallai_webhook_dispatch::event::CATALOGUE {
        let (code, out, err) = send(&[entry.name, &server.url()]);
        assert_eq!(code, Some(0), "{out}{err}");
        let line = server.next_event();
        assert!(line.starts_with(&format!("{} ", entry.name)), "{line}");
    }
}

#[test]
fn a_refused_delivery_is_exit_code_1() {
    let mut serve = command(&["serve", "--inline"]);
    let server = Server::start(
        serve.env("RECALLAI_WEBHOOK_SECRET", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"),
    );
    let (code, out, err) = send(&["recording.done", &server.url()]);
    assert_eq!(code, Some(1));
    assert!(out.contains("401") && err.contains("not accepted"), "{out}{err}");
    let (code, ..) = send(&["recording.done", "http://127.0.0.1:1/"]);
    assert_eq!(code, Some(1), "nobody listens there");
}

#[test]
fn what_is_not_tried_is_exit_code_2() {
    for remote in ["http://192.0.2.1/", "https://example.invalid/", "http://[2001:db8::1]:80/x"] {
        let (code, _, err) = send(&["recording.done", remote]);
        assert_eq!(code, Some(2), "{remote}: {err}");
    }
    let (code, _, err) = send(&["recording.done", "ftp://127.0.0.1:1/"]);
    assert_eq!(code, Some(2), "{err}");
    let (code, _, err) = send(&["recording.finished", "http://127.0.0.1:1/"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("recording.done"), "it names what there is: {err}");
    let (code, _, err) = send(&["recording.done", "127.0.0.1:1/hook"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("http://"), "{err}");
    let url_first = send(&["http://127.0.0.1:1/"]);
    assert_eq!(url_first.0, Some(2), "{}", url_first.2);
    let both = send(&["bot.done", "http://127.0.0.1:1/", "--file", "x"]);
    assert_eq!(both.0, Some(2), "{}", both.2);
    let (code, _, err) = run(&mut command(&["send", "recording.done"]));
    assert_eq!(code, Some(2));
    assert!(err.contains("no secret"), "{err}");
}

#[test]
fn a_file_is_sent_byte_for_byte() {
    let file = std::env::temp_dir().join(format!("recallai-webhook-send-{}", std::process::id()));
    let body = "{\"event\" : \"bot.done\",\n \"x\":1.50}\n";
    std::fs::write(&file, body).unwrap();
    let (url, requests) = answering(&["204 No Content"]);
    let (code, out, err) = send(&["--file", file.to_str().unwrap(), "--family", "svix", &url]);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(code, Some(0), "{out}{err}");
    let request = requests.join().unwrap().remove(0);
    assert!(request.ends_with(&format!("\r\n\r\n{body}")), "{request}");
    assert!(
        request.contains("svix-signature: v1,") && !request.contains("webhook-id"),
        "{request}"
    );
}

#[test]
fn members_are_set_and_a_body_is_edited() {
    let mut serve = command(&["serve", "--inline", "--format", "json"]);
    let mut server = Server::start(serve.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    let set = ["--set", "data.bot.metadata.user=42", "--set", "data.recording.id=r-7"];
    let (code, _, err) = send(&[&["recording.done", &server.url()], &set[..]].concat());
    assert_eq!(code, Some(0), "{err}");
    let line: serde_json::Value = serde_json::from_str(&server.next_event()).unwrap();
    assert_eq!(line["recording_id"], "r-7");
    assert!(line["body"].as_str().unwrap().contains(r#""user":42"#), "{line}");

    // An editor with an argument, which writes another file in the place of the first.
    let mut edit = command(&["send", "recording.done", &server.url(), "--edit"]);
    edit.env("RECALLAI_WEBHOOK_SECRET", SECRET)
        .env_remove("VISUAL")
        .env("EDITOR", "sed -i s/03d06804/edited-0/");
    let (code, _, err) = run(&mut edit);
    assert_eq!(code, Some(0), "{err}");
    let line: serde_json::Value = serde_json::from_str(&server.next_event()).unwrap();
    assert!(line["recording_id"].as_str().unwrap().starts_with("edited-0"), "{line}");
    let (code, _, err) = run(edit.env("VISUAL", "false"));
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("nothing was sent"), "{err}");
}

#[test]
fn a_duplicate_is_the_same_twice() {
    let (url, requests) = answering(&["204 No Content", "204 No Content"]);
    let (code, out, _) = send(&["bot.done", &url, "--instant-resend"]);
    assert_eq!((code, out.lines().count()), (Some(0), 2));
    let requests = requests.join().unwrap();
    assert_eq!(requests[0], requests[1]);
    // Answered as an attack, it is retried for a day.
    let (url, _) = answering(&["204 No Content", "409 Conflict"]);
    assert_eq!(send(&["bot.done", &url, "--instant-resend"]).0, Some(1));
}

#[test]
fn what_has_to_be_refused_is_a_failure_when_it_is_not() {
    let mut serve = command(&["serve", "--inline"]);
    let server = Server::start(serve.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    for fault in ["--wrong-secret", "--stale-clock"] {
        let (code, out, err) = send(&["bot.done", &server.url(), fault]);
        assert_eq!(code, Some(0), "{out}{err}");
        assert!(out.contains("401"), "{out}");
        for status in ["204 No Content", "500 Internal Server Error", "404 Not Found", "429 Slow"] {
            let (url, _) = answering(&[status]);
            let (code, _, err) = send(&["bot.done", &url, fault]);
            assert_eq!(code, Some(1), "{status}");
            assert!(err.contains("not refused"), "{err}");
        }
    }
}

/// A password or a token in a URL is not for logs.
#[test]
fn a_url_is_shown_without_its_secrets() {
    let (code, out, err) = send(&["bot.done", "http://127.0.0.1:1/hook?token=t0ken"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("127.0.0.1:1/hook"), "{err}");
    assert!(!format!("{out}{err}").contains("t0ken"), "{err}");
    // The vendor sends no password, so that neither does this.
    let (code, out, err) = send(&["bot.done", "http://u:pa55@127.0.0.1:1/hook?token=t0ken"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("leave it out"), "{err}");
    assert!(!format!("{out}{err}").contains("pa55") && !err.contains("t0ken"), "{err}");
}

#[test]
fn results_are_json_lines_when_asked_for() {
    let (url, _) = answering(&["204 No Content", "503 Service Unavailable"]);
    let (code, out, err) =
        send(&["bot.done", &url, "--id", "msg_7", "--instant-resend", "--format", "json"]);
    assert_eq!(code, Some(1));
    let lines: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["message_id"], "msg_7");
    assert_eq!((&lines[0]["status"], &lines[0]["as_expected"]), (&204.into(), &true.into()));
    assert_eq!((&lines[1]["attempt"], &lines[1]["as_expected"]), (&2.into(), &false.into()));
    let error: serde_json::Value = serde_json::from_str(&err).unwrap();
    assert_eq!(error["exit_code"], 1);
}

/// A proxy of the environment would see what is meant for this machine only.
#[test]
fn no_proxy_gets_to_see_a_delivery() {
    let mut serve = command(&["serve", "--inline"]);
    let mut server = Server::start(serve.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let mut send = command(&["send", "recording.done", &server.url()]);
    for variable in ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        send.env(variable, &address);
    }
    let (code, out, err) = run(send.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(server.next_event().starts_with("recording.done"));
    assert_eq!(proxy.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}
