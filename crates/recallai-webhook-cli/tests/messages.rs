//! `messages`: list, show, follow, replay, read again.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use recallai_webhook_inbox::{Claim, Filter, Inbox, JobEnd, NewMessage, Reading, Subscription};
use serde_json::Value;
use support::store::{Store, artifact, meeting};

const UNKNOWN: &str = r#"{"event":"a\u001b]0;x\u0007\u202eb","data":{}}"#;
const UNREADABLE: &str = r#"{"event":"bot.fatal"}"#;

/// Six events of a meeting, an unknown and an unreadable one, and one of another endpoint.
fn store() -> Store {
    let store = Store::new();
    let mut bodies = meeting().to_vec();
    bodies.extend([UNKNOWN.to_owned(), UNREADABLE.to_owned()]);
    store.append("recall", &bodies.iter().map(String::as_str).collect::<Vec<_>>());
    store.append("other", &[&artifact("recording", "done", "2024-12-04T23:41:00Z")]);
    store
}

/// A store in which a subscription has done all its jobs.
fn worked() -> Store {
    let store = Store::new();
    store.with(async |inbox| {
        inbox.subscribe(&Subscription::messages("archive", Filter::events())).await.unwrap();
        inbox.subscribe(&Subscription::messages("second", Filter::events())).await.unwrap();
    });
    let bodies = meeting();
    store.append("recall", &bodies.iter().map(String::as_str).collect::<Vec<_>>());
    store.with(async |inbox| {
        for name in ["archive", "second"] {
            loop {
                let claim = Claim::new(name, 100, std::time::Duration::from_secs(60));
                let jobs = inbox.claim(claim).await.unwrap().jobs;
                if jobs.is_empty() {
                    break;
                }
                for job in jobs {
                    inbox.settle(job.lease, JobEnd::Done).await.unwrap();
                }
            }
        }
    });
    store
}

fn waiting(store: &Store, subscription: &str) -> u64 {
    let stats = store.json(&["inbox", "stats"]).remove(0);
    let all = stats["subscriptions"].as_array().unwrap();
    let found = all.iter().find(|row| row["name"] == subscription).unwrap();
    found["jobs"]["waiting"].as_u64().unwrap()
}

#[test]
fn an_empty_database_is_no_error() {
    let store = Store::empty();
    assert_eq!(store.run(&["messages", "list"]), (Some(0), String::new(), "no messages\n".into()));
    assert_eq!(store.human(&["messages", "list", "--format", "json"]), "");
    assert_eq!(
        store.human(&["messages", "replay", "--all"]),
        "0 messages replayed: 0 jobs to run\n"
    );
    assert_eq!(store.human(&["messages", "reparse"]), "0 messages read: 0 changed, 0 jobs made\n");
}

#[test]
fn the_list_shows_the_latest_first_and_cannot_act_on_a_terminal() {
    let store = store();
    let list = store.human(&["messages", "list", "--limit", "3"]);
    let expected = "\
SEQ  RECEIVED             EVENT                      DELIVERIES  ENDPOINT  MESSAGE
  9  2025-01-01 00:00:00  recording.done                      1  other     msg_1
  8  2025-01-01 00:00:07  unreadable                          1  recall    msg_8
  7  2025-01-01 00:00:06  a\\u{1b}]0;x\\u{7}\\u{202e}b           1  recall    msg_7
";
    assert_eq!(list, expected);
    let rows = store.json(&["messages", "list", "--oldest-first", "--bodies"]);
    assert_eq!(rows.len(), 9);
    assert_eq!((&rows[0]["seq"], &rows[0]["event"]), (&1.into(), &"bot.joining_call".into()));
    assert_eq!(rows[6]["body"], UNKNOWN);
    assert_eq!(rows[7]["type"], "unreadable");
    assert!(rows[7]["error"].as_str().unwrap().contains("data"), "{}", rows[7]);
    assert_eq!(store.json(&["messages", "list"])[0].get("body"), None);
}

#[test]
fn conditions_hold_together() {
    let store = store();
    for (conditions, expected) in [
        (&["--name", "recording.done"][..], &[9, 3][..]),
        (&["--name", "*.done"], &[9, 6, 5, 3]),
        (&["--name", "*.done", "--endpoint", "recall"], &[6, 5, 3]),
        (&["--class", "unknown"], &[7]),
        (&["--class", "unreadable"], &[8]),
        (&["--endpoint", "other"], &[9]),
        (&["--scope", "other"], &[9]),
        (&["--recording", "rec-1", "--after", "3"], &[9, 5, 4]),
        (&["--bot", "bot-1"], &[6, 1]),
        (&["--upload", "u"], &[]),
        (&["--before", "3"], &[2, 1]),
        (&["--after", "2", "--before", "5", "--limit", "1"], &[4]),
        (&["--since", "2025-01-01T00:00:06Z"], &[8, 7]),
        (&["--until", "1735689600"], &[9, 1]),
        (&["--since", "1h"], &[]),
        (&["--until", "1h", "--after", "8"], &[9]),
    ] {
        let rows = store.json(&[&["messages", "list"], conditions].concat());
        let found: Vec<_> = rows.iter().map(|row| row["seq"].as_i64().unwrap()).collect();
        assert_eq!(found, expected, "{conditions:?}");
    }
    for (wrong, said) in [
        (&["--class", "broken"][..], "unreadable"),
        (&["--name", ""], "--name"),
        (&["--since", "yesterday"], "2h"),
        (&["--recording", "a", "--bot", "b"], "--bot"),
    ] {
        store.fails(2, &[&["messages", "list"], wrong].concat(), said);
    }
}

#[test]
fn get_shows_headers_body_and_jobs() {
    let store = Store::new();
    let mut server = store.serve(&[]);
    let body = artifact("transcript", "done", "2024-12-04T23:00:00Z");
    server.post("msg_1", &body);
    server.next_event();
    server.terminate();
    assert_eq!(server.wait().0, Some(0));
    for name in ["msg_1", "1"] {
        let text = store.human(&["messages", "get", name]);
        for part in [
            "message msg_1\n",
            "  event       transcript.done (event)\n",
            "  secret      default\n",
            "\n  svix-id: msg_1\n",
            "  svix-signature: v1,",
            &format!("\n  {body}\n"),
            "print",
            "message 1, recording rec-1",
            "done",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    let value = store.json(&["messages", "get", "msg_1"]).remove(0);
    assert_eq!(value["jobs"][0]["state"], "done");
    assert_eq!(value["jobs"][0]["idempotency_key"], "print:recall:msg_1");
    // What is shown can be verified again.
    let file = store.path("message.json");
    std::fs::write(&file, value.to_string()).unwrap();
    let mut verify = support::command(&["verify", file.to_str().unwrap()]);
    let (code, out, err) = support::run(verify.env("RECALLAI_WEBHOOK_SECRET", support::SECRET));
    assert_eq!(code, Some(0), "{out}{err}");
}

/// A body is evidence: it is shown as it came, and cannot act on a terminal.
#[test]
fn get_shows_the_body_as_it_came() {
    let event = "{\"event\":\"calendar.update\",\n \"data\":{\"z\":1.50,\"a\":1e2,\"a\":\"\u{202e}\u{9b}\"}}\n";
    let unreadable = "{\"event\": \u{1b}]0;x\u{7}";
    let store = Store::new();
    store.append("recall", &[event, unreadable]);
    for (seq, shown) in [
        (
            "1",
            r#"
  {"event":"calendar.update",
   "data":{"z":1.50,"a":1e2,"a":"\u{202e}\u{9b}"}}
"#,
        ),
        (
            "2",
            r#"
  {"event": \u{1b}]0;x\u{7}
"#,
        ),
    ] {
        let text = store.human(&["messages", "get", seq]);
        assert!(text.ends_with(&format!(" bytes{shown}")), "{text}");
    }
}

#[test]
fn a_message_that_is_not_there_is_a_wrong_argument() {
    let store = store();
    for name in ["msg_99", "99", "0", "99999999999999999999"] {
        store.fails(2, &["messages", "get", name], &format!("no message {name} is stored"));
    }
    assert_eq!(store.json(&["messages", "get", "msg_1"]).len(), 2, "at two endpoints");
    store.fails(2, &["messages", "replay", "msg_2", "msg_99"], "no message msg_99");
    store.fails(2, &["messages", "replay"], "say which messages");
    store.fails(2, &["messages", "replay", "1", "--all"], "--all");
    store.fails(2, &["messages", "replay", "1", "--name", "a"], "not both");
}

#[test]
fn tail_follows_what_is_stored() {
    let store = Store::new();
    let server = store.serve(&[]);
    store.fails(2, &["messages", "tail", "--before", "2"], "--before");
    server.post("msg_1", UNREADABLE);
    let mut all =
        store.start(&["messages", "tail", "--after", "0", "--format", "json", "--bodies"]);
    let mut new = store.start(&["messages", "tail", "--name", "transcript.*"]);
    new.says("following");
    server.post("msg_2", UNKNOWN);
    server.post("msg_3", &artifact("transcript", "done", "2024-12-04T23:00:00Z"));
    let line = new.next_line();
    assert!(line.contains("transcript.done") && line.ends_with("msg_3\n"), "{line}");
    for (id, body) in [("msg_1", UNREADABLE), ("msg_2", UNKNOWN)] {
        let row: Value = serde_json::from_str(&all.next_line()).unwrap();
        assert_eq!((&row["message_id"], &row["body"]), (&id.into(), &body.into()));
    }
    // As in `… | head -1`: it ends with the first line that nobody reads.
    drop(std::mem::replace(&mut new.out, support::closed()));
    server.post("msg_4", &artifact("transcript", "failed", "2024-12-04T23:00:00Z"));
    assert_eq!(new.end().0, Some(0));
}

#[test]
fn replay_runs_done_jobs_once_more() {
    let store = worked();
    let replay = |arguments: &[&str]| store.human(&[&["messages", "replay"], arguments].concat());
    assert_eq!(
        replay(&["msg_1", "2", "--dry-run"]),
        "2 messages would be replayed; nothing was changed\n"
    );
    assert_eq!(waiting(&store, "archive"), 0);
    assert_eq!(
        replay(&["msg_1", "2", "1", "--subscription", "archive"]),
        "2 messages replayed: 2 jobs to run\n"
    );
    assert_eq!((waiting(&store, "archive"), waiting(&store, "second")), (2, 0));
    assert_eq!(
        replay(&["--name", "*.done", "--yes", "--new-key"]),
        "3 messages replayed: 6 jobs to run\n"
    );
    let jobs = &store.json(&["messages", "get", "3"])[0]["jobs"];
    assert_eq!(jobs[0]["idempotency_key"], "archive:recall:msg_3.1");
    let value = store.json(&["messages", "replay", "--all", "--dry-run"]).remove(0);
    assert_eq!((&value["messages"], &value["dry_run"]), (&6.into(), &true.into()));
    store.fails(2, &["messages", "replay", "1", "--subscription", "x"], "no subscription \"x\"");
}

/// Without a terminal there is nobody to ask.
#[test]
fn a_bulk_replay_needs_somebody_who_agrees() {
    let store = worked();
    store.fails(2, &["messages", "replay", "--all"], "replay 6 messages? There is no terminal");
    assert_eq!(waiting(&store, "archive"), 0);
}

/// An older version could not read what this one can.
#[test]
fn reparse_reads_what_was_unknown() {
    let store = Store::new();
    let body = artifact("transcript", "done", "2024-12-04T23:00:00Z");
    store.with(async |inbox| {
        inbox.subscribe(&Subscription::messages("archive", Filter::events())).await.unwrap();
        let time = std::time::UNIX_EPOCH;
        for id in ["msg_1", "msg_2"] {
            let reading = Reading::unknown("transcript.done");
            let message = NewMessage::new("recall", id, body.clone(), time, reading);
            inbox.append(message).await.unwrap();
        }
    });
    assert_eq!(store.json(&["recordings", "list"]).len(), 0);
    let reparse = |arguments: &[&str]| store.human(&[&["messages", "reparse"], arguments].concat());
    let would = "2 messages read: 2 would change, 2 jobs would be made\n";
    assert_eq!(reparse(&["--dry-run"]), would);
    assert_eq!(store.json(&["recordings", "list"]).len(), 0);
    let refused = store.run(&["messages", "reparse"]);
    assert_eq!(refused.0, Some(2), "{refused:?}");
    assert!(
        refused.2.contains("change 2 messages and make 2 jobs? There is no terminal"),
        "{refused:?}"
    );
    assert_eq!(store.json(&["recordings", "list"]).len(), 0);
    assert_eq!(reparse(&["--from", "2", "--yes"]), "1 message read: 1 changed, 1 job made\n");
    let value = store.json(&["messages", "reparse", "--yes"]).remove(0);
    assert_eq!((&value["changed"], &value["jobs"]), (&1.into(), &1.into()));
    assert_eq!(reparse(&[]), "2 messages read: 0 changed, 0 jobs made\n");
    assert_eq!(waiting(&store, "archive"), 2);
    assert_eq!(store.json(&["recordings", "list"])[0]["id"], "rec-1");
}
