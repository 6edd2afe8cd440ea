//! `recordings`: what is there, what is missing, and waiting for it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use support::store::{Store, artifact, artifact_of, bot, meeting};

fn store(bodies: &[String]) -> Store {
    let store = Store::new();
    store.append("recall", &bodies.iter().map(String::as_str).collect::<Vec<_>>());
    store
}

#[test]
fn an_empty_database_is_no_error() {
    let store = Store::empty();
    assert_eq!(
        store.run(&["recordings", "list"]),
        (Some(0), String::new(), "no recordings\n".into())
    );
    assert_eq!(store.human(&["recordings", "list", "--format", "json"]), "");
}

#[test]
fn the_list_has_a_column_for_each_kind() {
    let store = store(&meeting());
    let list = store.human(&["recordings", "list"]);
    let expected = "\
RECORDING  SINCE                REC  TRN  EVT  VMX  VSP  AMX  ASP  META  READINESS  SCOPE
rec-1      2024-12-04 23:01:00  D    D    ·    P    ·    ·    ·    ·     pending    recall
";
    assert_eq!(list, expected);
    assert_eq!(store.human(&["--format", "table", "recordings", "list"]), expected);
    let recording = store.json(&["recordings", "list"]).remove(0);
    assert_eq!(recording["id"], "rec-1");
    assert_eq!(recording["scope"], "recall");
    assert_eq!(recording["first_seen"], "2024-12-04T23:01:00Z");
    assert_eq!(recording["readiness"]["readiness"], "pending");
    assert_eq!(recording["artifacts"][1]["kind"], "transcript");
    assert_eq!(recording["artifacts"][1]["code"], "done");
    assert_eq!(recording["links"][0]["id"], "bot-1");
}

#[test]
fn the_latest_come_first_and_as_many_as_asked_for() {
    let bodies: Vec<_> = (0..120)
        .map(|n| artifact_of(&format!("rec-{n}"), "recording", "done", "2024-12-04T23:00:00Z"))
        .collect();
    let store = store(&bodies);
    let ids = |arguments: &[&str]| -> Vec<String> {
        let list = store.json(&[&["recordings", "list"], arguments].concat());
        list.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&["--limit", "2"]), ["rec-119", "rec-118"]);
    assert_eq!(ids(&[]).len(), 50);
    let all = ids(&["--all"]);
    assert_eq!((all.len(), all[119].as_str()), (120, "rec-0"));
    assert_eq!(store.human(&["recordings", "list", "--all"]).matches("RECORDING").count(), 1);
    assert_eq!(ids(&["--scope", "other"]), [""; 0]);
    store.fails(2, &["recordings", "list", "--limit", "0"], "--limit");
    store.fails(2, &["recordings", "list", "--limit", "1", "--all"], "--all");
}

#[test]
fn the_recordings_of_a_bot() {
    let store = store(&meeting());
    assert_eq!(store.json(&["recordings", "list", "--bot", "bot-1"])[0]["id"], "rec-1");
    store.fails(2, &["recordings", "list", "--bot", "bot-2"], "no event has told of bot bot-2");
}

#[test]
fn get_draws_the_timeline() {
    let store = store(&meeting());
    let drawn = store.human(&["recordings", "get", "rec-1"]);
    let expected = "\
recording rec-1  in scope recall
pending: video_mixed in progress (processing) since 2024-12-04T23:41:30Z

Timeline, times in UTC
                      2024-12-04 23:01:00     2024-12-04 23:51:00 (+50 min)
                      ┬─────────────────────────────────────────┬─────────┬
recording rec-1       P─────────────────────────────────────────D            done +40 min
transcript transcri                                                       D  done +50 min
video_mixed video_mi                                            P··········  processing +40 min 30 s
P processing  D done  F failed  X deleted  = paused  ? another code

Never reported
  participant_events, video_separate, audio_mixed, audio_separate, meeting_metadata

Made by
  bot bot-1  done  recorded

Metadata
  {
    \"team\": \"a\\u001b]0;x\\u0007b\"
  }
";
    let lines =
        |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(&drawn), lines(expected), "\n{drawn}");
}

#[test]
fn get_gives_the_whole_state_as_json() {
    let store = store(&meeting());
    let value = store.json(&["recordings", "get", "rec-1"]).remove(0);
    assert_eq!(value["artifacts"][0]["timeline"].as_array().unwrap().len(), 2);
    assert_eq!(value["artifacts"][2]["timeline"][0]["updated_at"], "2024-12-04T23:41:30Z");
    assert_eq!(value["metadata"]["team"], "a\u{1b}]0;x\u{7}b");
    assert_eq!(value["made_by"][0]["subject"]["id"], "bot-1");
    assert_eq!(value["made_by"][0]["outcome"]["outcome"], "recorded");
    assert_eq!(value["readiness"]["readiness"], "pending");
    assert_eq!(value["never_reported"].as_array().unwrap().len(), 5);
    let need = ["recordings", "get", "rec-1", "--for", "transcript, recording"];
    assert_eq!(store.json(&need)[0]["readiness"]["readiness"], "ready");
    assert!(store.human(&need).contains("\nready: recording rec-1 since"));
}

#[test]
fn an_id_that_is_not_known_is_a_wrong_argument() {
    let store = store(&meeting());
    store.fails(2, &["recordings", "get", "bot-1"], "no event has told of recording bot-1");
    store.fails(2, &["recordings", "get", "rec-1", "--scope", "x"], "in scope x");
    store.fails(2, &["recordings", "get", "rec-1", "--for", "movie"], "`movie` is not a kind");
    store.fails(2, &["recordings", "wait", "--for", "transcript"], "--bot");
    store.fails(2, &["recordings", "wait", "rec-1", "--bot", "b", "--for", "recording"], "--bot");
}

#[test]
fn an_id_that_several_scopes_know_asks_for_one() {
    let store = Store::new();
    let body = artifact("recording", "done", "2024-12-04T23:00:00Z");
    store.append("eu", &[&body]);
    store.append("us", &[&body]);
    store.fails(2, &["recordings", "get", "rec-1"], "--scope with one of eu, us");
    assert_eq!(store.json(&["recordings", "get", "rec-1", "--scope", "us"])[0]["scope"], "us");
    let wait = ["recordings", "wait", "rec-1", "--for", "recording"];
    store.fails(2, &wait, "--scope");
    assert_eq!(store.json(&[&wait[..], &["--scope", "eu"]].concat())[0]["scope"], "eu");
    assert_eq!(store.json(&["recordings", "list"]).len(), 2);
}

/// Each answer by its exit code, without waiting for anything to happen.
#[test]
fn a_wait_ends_with_the_code_of_its_answer() {
    let mut bodies = meeting().to_vec();
    bodies.push(artifact("audio_mixed", "failed", "2024-12-04T23:52:00Z"));
    bodies.push(artifact_of("rec-2", "recording", "deleted", "2024-12-11T23:00:00Z"));
    let store = store(&bodies);
    for (recording, need, code, name, word) in [
        ("rec-1", "transcript,recording", 0, "ready", "transcript transcript-1 since"),
        ("rec-1", "audio_mixed", 5, "failed", "audio_mixed audio_mixed-1 failed"),
        ("rec-2", "transcript", 6, "gone", "recording rec-2 deleted"),
        ("rec-1", "video_mixed", 7, "pending", "video_mixed in progress"),
        ("rec-1", "audio_separate", 7, "pending", "though the recording is done"),
        ("rec-9", "transcript", 7, "pending", "transcript never reported"),
    ] {
        let wait = ["recordings", "wait", recording, "--for", need, "--timeout", "0s"];
        let (ended, out, err) = store.run(&wait);
        assert_eq!(ended, Some(code), "{err}");
        assert!(out.contains(name) && out.contains(word), "{out}");
        assert_eq!(out.contains("not ready within 0 s"), code == 7, "{out}");
        let (ended, out, _) = store.run(&[&wait[..], &["--format", "json"]].concat());
        assert_eq!(ended, Some(code));
        let value: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(value["readiness"], name);
        assert_eq!(value["timed_out"], code == 7);
        assert!(value["details"].is_array(), "{value}");
    }
    let by_bot = ["recordings", "wait", "--bot", "bot-1", "--for", "recording", "--timeout", "0s"];
    assert_eq!(store.json(&by_bot)[0]["subject"]["kind"], "bot");
    let upload = ["recordings", "wait", "--upload", "u", "--for", "recording", "--timeout", "0s"];
    assert_eq!(store.run(&upload).0, Some(7));
    for time in ["30", "soon", "1h30"] {
        let wait = ["recordings", "wait", "rec-1", "--for", "recording", "--timeout", time];
        store.fails(2, &wait, "--timeout");
    }
}

/// As from a variable that is not set.
#[test]
fn an_empty_id_is_refused() {
    let store = store(&meeting());
    let need = ["--for", "transcript", "--timeout", "0s"];
    for (command, rest) in [
        (&["recordings", "wait"][..], &need[..]),
        (&["recordings", "list"], &[]),
        (&["messages", "list"], &[]),
        (&["messages", "tail"], &[]),
        (&["messages", "replay"], &["--dry-run"]),
        (&["inbox", "erase"], &["--dry-run"]),
    ] {
        for option in ["--recording", "--bot", "--upload"] {
            let option = match (command[1], option) {
                ("wait", "--recording") => &[""][..],
                ("list", _) if command[0] == "recordings" => &["--bot", ""],
                _ => &[option, ""],
            };
            store.fails(2, &[command, option, rest].concat(), "an id cannot be empty");
        }
    }
    store.fails(2, &["recordings", "get", " "], "an id cannot be empty");
}

/// Started before the recording is heard of, on a database that is served from.
#[test]
fn a_wait_hears_of_what_arrives() {
    let store = Store::new();
    let server = store.serve(&[]);
    let wait = ["recordings", "wait", "rec-1", "--for", "transcript", "--format", "json"];
    let mut early = store.start(&wait);
    early.says("no event has told of it yet");
    server.post("msg_1", &artifact("recording", "processing", "2024-12-04T23:00:00Z"));
    let mut late = store.start(&wait);
    late.says("waiting");
    server.post("msg_2", &artifact("transcript", "done", "2024-12-04T23:01:00Z"));
    for mut wait in [early, late] {
        let (code, out) = wait.end();
        assert_eq!(code, Some(0), "{out}");
        let value: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(value["details"][0]["id"], "transcript-1");
    }
}

/// The bot will have no recording: nobody waits for the rest of the time.
#[test]
fn a_wait_for_a_bot_ends_when_it_was_not_let_in() {
    let store = Store::new();
    let server = store.serve(&[]);
    let mut wait = store.start(&["recordings", "wait", "--bot", "bot-1", "--for", "transcript"]);
    wait.says("no event has told of it yet");
    server.post("msg_1", &bot("joining_call", None, "2024-12-04T23:00:00Z"));
    server.post("msg_2", &bot("fatal", Some("meeting_full"), "2024-12-04T23:01:00Z"));
    let (code, out) = wait.end();
    assert_eq!(code, Some(5), "{out}");
    assert!(out.starts_with("failed: bot bot-1 fatal (meeting_full)"), "{out}");
}

/// What a payload says cannot act on a terminal by way of the log, nor forge a line of it.
#[test]
fn the_log_of_a_wait_is_safe_for_a_terminal() {
    let time = "x\u{1b}]0;t\u{7}\n2024-12-04 ERROR forged\u{9b}31m\u{202e}";
    let store = store(&[artifact("video_mixed", "processing", time)]);
    let wait = ["recordings", "wait", "rec-1", "--for", "video_mixed", "--timeout", "0s"];
    let (code, _, err) = store.run(&wait);
    assert_eq!((code, err.lines().count()), (Some(7), 1), "{err:?}");
    let escaped = "x\\u{1b}]0;t\\u{7}\\u{a}2024-12-04 ERROR forged\\u{9b}31m\\u{202e}";
    assert!(err.contains("waiting subject=recording rec-1 readiness=pending"), "{err:?}");
    assert!(err.contains(escaped), "{err:?}");
    let (_, _, err) = store.run(&[&wait[..], &["--color", "always"]].concat());
    assert!(err.contains("\u{1b}[3msubject\u{1b}[0m") && err.contains(escaped), "{err:?}");
}
