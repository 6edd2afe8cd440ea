//! `dev`: somebody new sees media become ready, and is told what to try next.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use support::store::Store;
use support::{Server, command, run};

#[test]
fn media_become_ready_and_hints_work() {
    let store = Store::new();
    let database = store.database();
    // Faster than for people.
    let arguments = ["dev", "--database", &database, "--speed", "5000"];
    let mut server = Server::start(&mut command(&arguments));
    for event in ["bot.joining_call", "video_mixed.done", "bot.done"] {
        while !server.next_event().starts_with(event) {}
    }
    let mut said = String::new();
    while !said.contains("receives real meetings") {
        said.push_str(&server.next_log());
        said.push('\n');
    }
    let recording = store.json(&["recordings", "list"]).pop().unwrap();
    assert_eq!(recording["readiness"]["readiness"], "ready");
    let id = recording["id"].as_str().unwrap();
    assert!(said.contains("its media are ready when everybody has left"), "{said}");
    assert!(said.contains(&format!("recordings get {id} --database ")), "{said}");

    // Another terminal, as it was told.
    let secret = said.split_once("export RECALLAI_WEBHOOK_SECRET=").unwrap().1.lines().next();
    let url = format!("http://{}/webhooks/recall", server.address);
    assert!(
        said.contains(&format!("emulate --target {url} --faults all:0.1 --attempts")),
        "{said}"
    );
    let emulate = ["emulate", "--target", &url, "--speed", "max", "--format", "json"];
    let (code, out, err) = run(command(&emulate).env("RECALLAI_WEBHOOK_SECRET", secret.unwrap()));
    assert_eq!(code, Some(0), "{err}");
    let summary: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(summary["delivered"], 15);
    server.terminate();
    assert_eq!(server.wait().0, Some(0));
}
