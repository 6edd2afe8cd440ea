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
    let (code, _, err) = send(&["recording.done", "ftp://127.0.0.1:1/"]);
    assert_eq!(code, Some(2), "{err}");
    let (code, _, err) = send(&["recording.finished", "http://127.0.0.1:1/"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("recording.done"), "it names what there is: {err}");
    let (code, _, err) = run(&mut command(&["send", "recording.done"]));
    assert_eq!(code, Some(2));
    assert!(err.contains("no secret"), "{err}");
}

/// A proxy of the environment would see what is meant for this machine only.
#[test]
fn no_proxy_gets_to_see_a_delivery() {
    let mut serve = command(&["serve"]);
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
