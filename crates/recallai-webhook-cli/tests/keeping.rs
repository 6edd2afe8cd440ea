//! `dead-letters` and `inbox`: what a person does to keep a database in order.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use recallai_webhook_inbox::Inbox;
use serde_json::Value;
use support::store::{Store, artifact, artifact_of, meeting};

fn filled() -> Store {
    let store = Store::new();
    store.append("recall", &meeting().iter().map(String::as_str).collect::<Vec<_>>());
    store
}

fn dead() -> Store {
    let store = Store::new();
    let bodies = [
        artifact_of("rec-1", "recording", "done", "2024-12-04T23:00:00Z"),
        artifact_of("rec-2", "recording", "done", "2024-12-04T23:00:00Z"),
        artifact_of("rec-3", "recording", "done", "2024-12-04T23:00:00Z"),
    ];
    store.append_dead("archive", &bodies.each_ref().map(String::as_str));
    store
}

fn letters(store: &Store) -> Vec<i64> {
    let rows = store.json(&["dead-letters", "list", "--all"]);
    rows.iter().map(|row| row["job"].as_i64().unwrap()).collect()
}

#[test]
fn dead_letters_are_listed_with_their_error() {
    let store = dead();
    let list = store.human(&["dead-letters", "list", "--limit", "1"]);
    assert!(list.starts_with("JOB  SUBSCRIPTION  ABOUT "), "{list}");
    assert!(list.contains("archive       message 1, recording rec-1         1  2"), "{list}");
    assert!(list.ends_with("the archive is \\u{1b}[31mfull\n"), "{list}");
    let rows = store.json(&["dead-letters", "list"]);
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["error"], "the archive is \u{1b}[31mfull");
    assert_eq!((&rows[0]["state"], &rows[0]["seq"]), (&"dead".into(), &1.into()));
    assert_eq!(store.json(&["dead-letters", "list", "--subscription", "other"]).len(), 0);
    let empty = Store::empty();
    let ended = empty.run(&["dead-letters", "list"]);
    assert_eq!(ended, (Some(0), String::new(), "no dead letters\n".to_owned()));
}

/// Who looks at a part of a list hears that it may be one; a program counts.
#[test]
fn a_list_that_stops_at_its_limit_says_so() {
    let store = dead();
    for list in [
        &["messages", "list"][..],
        &["recordings", "list"],
        &["recordings", "list", "--bot", "bot-1"],
        &["dead-letters", "list"],
    ] {
        let err = |more: &[&str]| store.run(&[list, more].concat()).2;
        let said = "2 shown, there may be more: --limit or --all\n";
        assert_eq!(err(&["--limit", "2"]), said, "{list:?}");
        for whole in [&["--limit", "4"][..], &["--all"], &["--limit", "2", "--format", "json"]] {
            assert_eq!(err(whole), "", "{list:?} {whole:?}");
        }
    }
}

#[test]
fn dead_letters_are_retried_or_discarded() {
    let store = dead();
    let ids = letters(&store);
    let first = ids[0].to_string();
    let run = |arguments: &[&str]| store.human(&[&["dead-letters"], arguments].concat());
    assert_eq!(
        run(&["retry", &first, "--dry-run"]),
        "1 dead letter would be put back to run again; nothing was changed\n"
    );
    assert_eq!(letters(&store), ids);
    assert_eq!(run(&["retry", &first]), "1 dead letter put back to run again\n");
    assert_eq!(letters(&store), ids[1..]);
    store.fails(2, &["dead-letters", "retry", &first], "not a dead letter, it is waiting");
    store.fails(2, &["dead-letters", "discard", "99"], "there is no job 99");
    store.fails(2, &["dead-letters", "discard"], "--all");
    store.fails(2, &["dead-letters", "retry", "--subscription", "x"], "no subscription \"x\"");
    store.fails(2, &["dead-letters", "discard", &first, "--all"], "--all");
    store.fails(
        2,
        &["dead-letters", "discard", "--all"],
        "discard 2 dead letters? There is no terminal",
    );
    assert_eq!(letters(&store), ids[1..]);
    let discarded = store.json(&["dead-letters", "discard", "--subscription", "archive", "--yes"]);
    assert_eq!((&discarded[0]["jobs"], &discarded[0]["dry_run"]), (&2.into(), &false.into()));
    assert_eq!(letters(&store), [0; 0]);
    assert_eq!(
        run(&["retry", "--all"]),
        "0 dead letters put back to run again\n",
        "nothing to ask about"
    );
}

#[test]
fn dead_letters_that_nobody_would_run_are_discarded_and_not_retried() {
    let store = dead();
    store.with(async |inbox| inbox.park("archive").await.unwrap());
    let ids = letters(&store);
    let first = ids[0].to_string();
    let said = "subscription \"archive\" is parked";
    store.fails(2, &["dead-letters", "retry", &first], said);
    store.fails(2, &["dead-letters", "retry", "--subscription", "archive", "--yes"], said);
    let retried = store.human(&["dead-letters", "retry", "--all", "--yes"]);
    assert_eq!(retried, "0 dead letters put back to run again\n");
    assert_eq!(letters(&store), ids);
    let discarded = store.human(&["dead-letters", "discard", "--all", "--yes"]);
    assert_eq!(discarded, "3 dead letters discarded\n");
}

#[test]
fn a_subscription_is_removed_once_nobody_works_for_it() {
    let store = dead();
    let rows = store.json(&["subscriptions", "list"]);
    assert_eq!((&rows[0]["name"], &rows[0]["parked"]), (&"archive".into(), &false.into()));
    let remove = ["subscriptions", "remove", "archive"];
    let yes = [&remove[..], &["--yes"]].concat();
    store.fails(2, &yes, "subscription \"archive\" is in use: take it out of the configuration");
    store.fails(2, &["subscriptions", "remove", "x", "--yes"], "there is no subscription \"x\"");

    store.with(async |inbox| inbox.park("archive").await.unwrap());
    assert!(store.human(&["subscriptions", "list"]).contains("parked"));
    store.fails(
        2,
        &remove,
        "remove archive with 0 open jobs and 3 dead letters? There is no terminal",
    );
    let dry = store.human(&[&remove[..], &["--dry-run"]].concat());
    let said =
        "archive would be removed with 0 open jobs and 3 dead letters; nothing was changed\n";
    assert_eq!(dry, said);
    assert_eq!(letters(&store).len(), 3);
    let removed = store.json(&yes).remove(0);
    assert_eq!((&removed["dead_letters"], &removed["jobs"]), (&3.into(), &0.into()));
    assert_eq!(store.json(&["subscriptions", "list"]), [Value::Null; 0]);
    assert_eq!(letters(&store), [0; 0]);
    assert_eq!(store.json(&["inbox", "stats"])[0]["messages"]["event"], 3, "messages stay");
}

#[test]
fn stats_count_what_there_is() {
    let store = dead();
    let text = store.human(&["inbox", "stats"]);
    for part in [
        "  messages            3  3 event, 0 unknown, 0 unreadable\n",
        "  recordings          3",
        "archive  messages",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let value = store.json(&["inbox", "stats"]).remove(0);
    assert_eq!(value["messages"]["event"], 3);
    assert_eq!(value["subjects"]["recording"], 3);
    assert_eq!(value["subscriptions"][0]["jobs"]["dead"], 3);
    assert_eq!(value["oldest"], "2025-01-01T00:00:00Z");
    assert!(value["size"].as_u64().unwrap() > 4096);
    let empty = Store::empty();
    assert!(empty.human(&["inbox", "stats"]).contains("none; `serve` makes one"));
    assert_eq!(empty.json(&["inbox", "stats"])[0]["messages"]["event"], 0);
}

#[test]
fn check_finds_nothing_in_a_sound_database() {
    let store = dead();
    assert_eq!(store.human(&["inbox", "check"]), "sound: nothing was found\n");
    assert_eq!(store.json(&["inbox", "check"])[0]["sound"], true);
}

/// The state of a recording that its messages do not make.
#[test]
fn check_names_what_it_finds() {
    let store = filled();
    let connection = rusqlite::Connection::open(store.path("inbox.db")).unwrap();
    let sql =
        "UPDATE subjects SET state = replace(state, 'done', 'failed') WHERE kind = 'recording'";
    assert_eq!(connection.execute(sql, []).unwrap(), 1);
    drop(connection);
    let (code, out, _) = store.run(&["inbox", "check"]);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("fault") && out.contains("rec-1"), "{out}");
    let (code, out, _) = store.run(&["inbox", "check", "--format", "json"]);
    assert_eq!(code, Some(1));
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["sound"], false);
    assert!(value["faults"][0]["found"].as_str().unwrap().contains("rec-1"), "{value}");
}

#[test]
fn prune_drops_what_is_old_and_keeps_the_state() {
    let store = filled();
    let run = |arguments: &[&str]| store.human(&[&["inbox", "prune"], arguments].concat());
    let would = "6 messages would be pruned; nothing was changed\n";
    assert_eq!(run(&["--older-than", "90d", "--dry-run"]), would);
    store.fails(2, &["inbox", "prune", "--older-than", "90d"], "prune 6 messages older than 90 d?");
    store.fails(2, &["inbox", "prune", "--older-than", "90"], "`90d`");
    store.fails(2, &["inbox", "prune"], "--older-than");
    assert_eq!(store.json(&["messages", "list"]).len(), 6);
    assert_eq!(run(&["--older-than", "999w", "--yes"]), "0 messages pruned\n");
    assert_eq!(store.json(&["inbox", "prune", "--older-than", "90d", "--yes"])[0]["messages"], 6);
    assert_eq!(store.json(&["messages", "list"]).len(), 0);
    assert_eq!(store.json(&["recordings", "list"])[0]["id"], "rec-1");
    assert_eq!(store.json(&["inbox", "check"])[0]["sound"], true);
    // What waits for a person is kept.
    let dead = dead();
    let kept = dead.human(&["inbox", "prune", "--older-than", "1d", "--yes"]);
    assert_eq!(kept, "0 messages pruned\n");
    let anyway = ["inbox", "prune", "--older-than", "1d", "--parked", "--yes"];
    assert_eq!(dead.human(&anyway), "0 messages pruned\n", "somebody may work on them");
    dead.with(async |inbox| inbox.park("archive").await.unwrap());
    assert_eq!(dead.human(&anyway), "3 messages pruned\n");
    assert_eq!(letters(&dead), [0; 0]);
}

#[test]
fn prune_can_be_for_some_endpoints() {
    let store = filled();
    let body = artifact_of("rec-7", "recording", "done", "2024-12-04T23:00:00Z");
    store.append("eu", &[&body]);
    let prune = |endpoints: &[&'static str]| {
        let mut arguments = vec!["inbox", "prune", "--older-than", "90d"];
        endpoints.iter().for_each(|name| arguments.extend(["--endpoint", *name]));
        arguments
    };
    store.fails(2, &prune(&["us", "eu"]), "prune 1 message of us, eu older than 90 d?");
    assert_eq!(store.human(&[prune(&["us"]), vec!["--yes"]].concat()), "0 messages pruned\n");
    assert_eq!(store.human(&[prune(&["us", "eu"]), vec!["--yes"]].concat()), "1 message pruned\n");
    let left = store.json(&["messages", "list"]);
    assert_eq!(left.len(), 6);
    assert!(left.iter().all(|message| message["endpoint"] == "recall"), "{left:?}");
}

#[test]
fn erase_leaves_nothing_but_the_mark() {
    let store = filled();
    let erase = ["inbox", "erase", "--bot", "bot-1"];
    let would = store.human(&[&erase[..], &["--dry-run"]].concat());
    assert_eq!(would, "2 subjects, 6 messages, 0 jobs would be erased; nothing was changed\n");
    store.fails(2, &erase, "erase bot bot-1 in scope recall for good, 6 messages?");
    store.fails(2, &["inbox", "erase", "--recording", "x"], "no event has told of recording x");
    store.fails(2, &["inbox", "erase", "--yes"], "--recording");
    assert_eq!(store.json(&["messages", "list"]).len(), 6);
    let erased = store.json(&[&erase[..], &["--yes"]].concat());
    assert_eq!((&erased[0]["subjects"], &erased[0]["messages"]), (&2.into(), &6.into()));
    assert_eq!(store.json(&["messages", "list"]).len(), 0);
    let recording = store.json(&["recordings", "get", "rec-1"]).remove(0);
    assert!(recording["erased_at"].is_string() && recording["metadata"].is_null(), "{recording}");
    let text = store.human(&["recordings", "get", "rec-1"]);
    assert!(text.contains("erased at") && !text.contains("team"), "{text}");
    assert!(store.human(&["recordings", "list"]).contains("erased"));
    let wait = ["recordings", "wait", "rec-1", "--for", "transcript"];
    assert_eq!(store.run(&wait).0, Some(6));
    // A late delivery brings nothing back.
    store.append("recall", &[&artifact("transcript", "done", "2024-12-04T23:59:00Z")]);
    assert_eq!(store.json(&["messages", "list"]).len(), 0);
}

#[test]
fn a_backup_is_a_database_in_one_file() {
    let store = Store::new();
    let server = store.serve(&[]);
    server.post("msg_1", &artifact("recording", "done", "2024-12-04T23:00:00Z"));
    let copy = store.path("copy.db");
    let backup = ["inbox", "backup", copy.to_str().unwrap()];
    let said = store.human(&backup);
    assert!(said.contains("copy.db written, "), "{said}");
    store.fails(2, &backup, "exists");
    let list = ["recordings", "list", "--format", "json", "--database", copy.to_str().unwrap()];
    let (code, out, err) = support::run(&mut support::command(&list));
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("rec-1"), "{out}");
    let other = store.path("other.db");
    let value = store.json(&["inbox", "backup", other.to_str().unwrap()]).remove(0);
    assert_eq!(value["size"].as_u64(), Some(std::fs::metadata(other).unwrap().len()));
    let (code, _, err) = store.run(&["inbox", "backup", "/no/such/folder/x.db"]);
    assert_eq!(code, Some(1), "{err}");
}
