//! `serve` with a database: what was acknowledged is printed, before or after a restart.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use support::store::{Store, artifact, artifact_of};
use support::{SECRET, command, run};

const BODY: &str = r#"{"event":"calendar.update","data":{"calendar_id":"c"}}"#;

#[test]
fn each_message_is_printed_as_without_a_database() {
    let store = Store::new();
    let mut server = store.serve(&["--format", "json"]);
    let body = artifact("transcript", "done", "2024-12-04T23:25:56Z");
    for (kind, body) in [
        ("event", body.as_str()),
        ("unknown", r#"{"event":"hologram.done","data":{}}"#),
        ("unreadable", r#"{"event":"bot.fatal"}"#),
    ] {
        server.post(kind, body);
        let line: Value = serde_json::from_str(&server.next_event()).unwrap();
        assert_eq!(line["type"], kind);
        assert_eq!(line["message_id"], kind);
        assert_eq!(line["key_label"], "default");
        assert_eq!(line["body"], body, "byte for byte");
    }
    assert!(server.greeting.contains("inbox.db"), "{}", server.greeting);
}

/// The sender repeats what it did not hear to be acknowledged.
#[test]
fn a_duplicate_is_acknowledged_and_printed_once() {
    let store = Store::new();
    let mut server = store.serve(&[]);
    server.post("msg_1", BODY);
    assert!(server.next_event().contains("msg_1"));
    server.post("msg_1", BODY);
    server.post("msg_2", BODY);
    assert!(server.next_event().contains("msg_2"));
    assert_eq!(store.json(&["messages", "get", "msg_1"])[0]["deliveries"], 2);
}

#[test]
fn it_goes_on_after_a_restart() {
    let store = Store::new();
    let mut server = store.serve(&[]);
    server.post("msg_1", BODY);
    assert!(server.next_event().contains("msg_1"));
    server.terminate();
    assert_eq!(server.wait().0, Some(0));
    let mut server = store.serve(&[]);
    server.post("msg_1", BODY);
    server.post("msg_2", BODY);
    assert!(server.next_event().contains("msg_2"), "the first is not printed again");
}

/// Nobody reads the lines any more: that is the end, as for every part of a pipeline. What was
/// acknowledged is kept, and printed by the next one who serves.
#[test]
fn what_was_not_printed_is_printed_by_the_next() {
    let store = Store::new();
    let mut server = store.serve(&[]);
    server.post("msg_0", BODY);
    server.next_event();
    drop(std::mem::replace(&mut server.events, support::closed()));
    server.post("msg_1", BODY);
    let (code, log) = server.wait();
    assert_eq!(code, Some(1), "{log}");
    assert!(log.contains("nobody reads it any more"), "{log}");
    let mut server = store.serve(&[]);
    assert!(server.next_event().contains("msg_1"));
}

/// The log names the job that failed: an id in it is the text of others.
#[test]
fn the_log_of_a_job_is_safe_for_a_terminal() {
    let store = Store::new();
    let mut server = store.serve(&[]);
    drop(std::mem::replace(&mut server.events, support::closed()));
    let id = "r\u{1b}]0;t\u{7}\nforged\u{9b}31m\u{202e}";
    server.post("msg_1", &artifact_of(id, "recording", "done", "2024-12-04T23:25:56Z"));
    let (_, log) = server.wait();
    let escaped = "subject=recording r\\u{1b}]0;t\\u{7}\\u{a}forged\\u{9b}31m\\u{202e} attempt=1";
    assert!(log.contains(escaped), "{log:?}");
    assert_eq!(log.chars().find(|&c| c.is_control() && c != '\n'), None, "{log:?}");
}

#[test]
fn only_one_serves_from_a_database() {
    let store = Store::new();
    let mut server = store.serve(&[]);
    // By the same configuration too: the address is taken by whoever has the database.
    for address in ["127.0.0.1:0", &server.address] {
        let mut second = command(&["serve", "--listen", address, "--database"]);
        let second = second.arg(store.database()).env("RECALLAI_WEBHOOK_SECRET", SECRET);
        let (code, out, err) = run(second);
        assert_eq!((code, out.as_str()), (Some(4), ""), "{err}");
        assert!(err.contains("in use") && err.contains("inbox.db"), "{err}");
    }
    server.terminate();
    assert_eq!(server.wait().0, Some(0));
    store.serve(&[]);
}

#[test]
fn a_database_that_cannot_be_is_explained() {
    let store = Store::new();
    std::fs::write(store.path("inbox.db"), "this is a letter, and not a database at all").unwrap();
    let serve = |file: &str| {
        let mut serve = command(&["serve", "--listen", "127.0.0.1:0", "--database", file]);
        run(serve.env("RECALLAI_WEBHOOK_SECRET", SECRET))
    };
    let (code, _, err) = serve(&store.database());
    assert_eq!(code, Some(2), "{err}");
    assert_eq!(err.matches("inbox.db").count(), 1, "{err}");
    store.fails(2, &["recordings", "list"], "inbox.db: the store is damaged");
    let (code, _, err) = serve("/no/such/folder/inbox.db");
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("/no/such/folder"), "{err}");
    let (code, ..) = run(&mut command(&["serve", "--inline", "--database", "x"]));
    assert_eq!(code, Some(2));
}

/// A mistake in the secret leaves no file behind.
#[test]
fn without_a_secret_there_is_no_database() {
    let store = Store::new();
    let (code, ..) = store.run(&["serve"]);
    assert_eq!(code, Some(2));
    assert!(!store.path("inbox.db").exists());
}

#[test]
fn every_command_that_asks_names_a_file_that_is_not_there() {
    let store = Store::new();
    for arguments in [
        &["recordings", "list"][..],
        &["recordings", "get", "x"],
        &["recordings", "wait", "x", "--for", "transcript"],
        &["messages", "list"],
        &["messages", "get", "x"],
        &["messages", "tail"],
        &["messages", "replay", "x"],
        &["messages", "reparse"],
        &["dead-letters", "list"],
        &["dead-letters", "retry", "1"],
        &["dead-letters", "discard", "--all"],
        &["subscriptions", "list"],
        &["subscriptions", "remove", "x"],
        &["inbox", "stats"],
        &["inbox", "check"],
        &["inbox", "prune", "--older-than", "90d"],
        &["inbox", "erase", "--recording", "x"],
        &["inbox", "backup", "y"],
    ] {
        store.fails(2, arguments, "`recallai-webhook serve --database");
        assert!(!store.path("inbox.db").exists());
    }
}
