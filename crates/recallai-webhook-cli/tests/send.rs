//! `send`: signs as the vendor does, to this machine unless told otherwise, and says how it went.

mod support;

use support::{SECRET, Server, command, run};

fn send(arguments: &[&str]) -> (Option<i32>, String, String) {
    run(command(&["send"]).args(arguments).env("RECALLAI_WEBHOOK_SECRET", SECRET))
}

#[test]
fn every_event_of_the_catalogue_can_be_sent() {
    let mut serve = command(&["serve"]);
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
    let mut serve = command(&["serve"]);
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
    let (code, _, err) = send(&["recording.finished", "http://127.0.0.1:1/"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("recording.done"), "it names what there is: {err}");
    let (code, _, err) = run(&mut command(&["send", "recording.done"]));
    assert_eq!(code, Some(2));
    assert!(err.contains("no secret"), "{err}");
}
