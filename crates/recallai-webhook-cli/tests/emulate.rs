//! `emulate` against the real `serve`: what comes of meetings, whatever goes wrong on the way.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead as _, Write as _};

use recallai_webhook_event::{Channel, catalogue};
use recallai_webhook_inbox::{Inbox, SubjectQuery};
use serde_json::{Value, json};
use support::receiver::answering;
use support::store::Store;
use support::{SECRET, Server, command, run};

/// How many recordings the great run has, where somebody wants more than is good for every day.
const VARIABLE: &str = "RECALLAI_WEBHOOK_EMULATED_RECORDINGS";

fn emulate(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = command(&[&["emulate"], arguments].concat());
    run(command.env("RECALLAI_WEBHOOK_SECRET", SECRET))
}

/// The last line of one that has to succeed.
fn summary(arguments: &[&str]) -> Value {
    let (code, out, err) = emulate(&[arguments, &["--format", "json"]].concat());
    assert_eq!(code, Some(0), "{out}{err}");
    serde_json::from_str(out.lines().last().unwrap()).unwrap()
}

/// Reads what it prints: a service whose lines nobody reads stops printing.
fn drain(server: &mut Server) {
    let lines = std::mem::replace(&mut server.events, support::closed());
    std::thread::spawn(move || lines.lines().try_for_each(|line| line.map(drop)));
}

/// All that was made of recordings, bots and uploads, in the end.
fn states(store: &Store) -> BTreeMap<String, String> {
    store.with(async |inbox| {
        let mut states = BTreeMap::new();
        let mut query = SubjectQuery::default();
        loop {
            let page = inbox.subjects(&query).await.unwrap();
            query.after = page.last().map(|stored| stored.place);
            for stored in &page {
                states
                    .insert(format!("{:?}", stored.state.subject()), format!("{:?}", stored.state));
            }
            if page.len() < query.limit {
                return states;
            }
        }
    })
}

/// Emulates meetings as fast as it goes against a `serve` of their own: what is stored in the end, and the
/// table of figures.
fn meetings(arguments: &[&str]) -> (BTreeMap<String, String>, String) {
    let store = Store::new();
    let mut server = store.serve(&[]);
    drain(&mut server);
    let url = server.url();
    let fast = ["--target", &url, "--speed", "max", "--connections", "256"];
    let (code, table, err) = emulate(&[&fast[..], arguments].concat());
    assert_eq!((code, err.as_str()), (Some(0), ""), "{table}");
    server.terminate();
    assert_eq!(server.wait().0, Some(0));
    (states(&store), table)
}

/// The table is printed in full, as a person reads it.
#[test]
fn faults_change_nothing_in_the_end() {
    #[allow(clippy::disallowed_methods, reason = "who runs it knows how long it may take")]
    let recordings = std::env::var(VARIABLE).unwrap_or_else(|_| "150".to_owned());
    let plan = ["--scenario", "all", "--seed", "7", "--recordings", &recordings];
    let (calm, _) = meetings(&[&plan[..], &["--faults", "none"]].concat());
    let faults = "all:0.05,slow-body:0.0005,oversized-body:0.005";
    let (stormy, table) = meetings(&[&plan[..], &["--faults", faults]].concat());
    // Not `println!`, which libtest keeps to itself when a test passes.
    std::io::stderr().write_all(table.as_bytes()).unwrap();
    let different = calm.iter().filter(|(subject, state)| stormy.get(*subject) != Some(state));
    assert_eq!(different.collect::<Vec<_>>(), []);
    assert_eq!(calm.len(), stormy.len());
    for figure in ["recordings", "messages", "attempts", "duplicates", "rejected", "lost"] {
        let line = table.lines().find(|line| line.starts_with(figure)).unwrap();
        let number: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        assert!(number > 0, "{line}");
    }
    assert!(table.lines().any(|line| line.starts_with("seconds")), "{table}");
}

#[test]
fn the_same_seed_sends_the_same_and_the_receiver_knows_it_again() {
    let store = Store::new();
    let mut server = store.serve(&[]);
    drain(&mut server);
    let arguments = ["--target", &server.url(), "--speed", "max", "--seed", "3"];
    let first = summary(&arguments);
    assert_eq!(
        [&first["seed"], &first["recordings"], &first["messages"], &first["delivered"]],
        [3, 1, 15, 15]
    );
    assert_eq!(first["statuses"], json!({ "204": 15 }));
    summary(&arguments);
    let deliveries = store.json(&["messages", "list"]);
    assert_eq!(deliveries.len(), 15);
    for message in deliveries {
        assert_eq!(message["deliveries"], 2, "{message}");
    }
    let other = summary(&["--target", &server.url(), "--speed", "max", "--seed", "4"]);
    assert_eq!([&other["seed"], &other["delivered"]], [4, 15]);
    assert_eq!(store.json(&["recordings", "list"]).len(), 2);
}

#[test]
fn each_endpoint_gets_what_it_subscribes_to() {
    let stores = [Store::new(), Store::new(), Store::new()];
    let mut servers = stores.each_ref().map(|store| store.serve(&[]));
    servers.iter_mut().for_each(drain);
    let [all, some, realtime] = servers.each_ref().map(Server::url);
    let some = format!("{some}#recording.done,bot.done");
    let targets = ["--target", &all, "--target", &some, "--realtime-target", &realtime];
    let meeting = ["--scenario", "realtime-traffic", "--speed", "max", "--family", "svix"];
    summary(&[&targets[..], &meeting].concat());
    let names = stores.each_ref().map(|store| {
        let messages = store.json(&["messages", "list", "--all"]);
        messages
            .iter()
            .map(|message| message["event"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    });
    let is_live = |name: &String| {
        catalogue::find(name).is_some_and(|entry| entry.channel() == Channel::Realtime)
    };
    assert!(names[0].len() > 5 && !names[0].iter().any(is_live), "{:?}", names[0]);
    assert_eq!(names[1].iter().collect::<std::collections::BTreeSet<_>>().len(), names[1].len());
    assert!(names[1].iter().all(|name| ["recording.done", "bot.done"].contains(&&**name)));
    assert!(names[2].len() > 20 && names[2].iter().all(is_live), "{:?}", names[2]);
    let families = stores[0].json(&["messages", "list"]);
    assert!(families.iter().all(|message| message["header_family"] == "svix"), "{families:?}");
}

#[test]
fn a_line_for_each_attempt() {
    let store = Store::new();
    let mut server = store.serve(&[]);
    drain(&mut server);
    let url = server.url();
    let plan = ["--target", &url, "--speed", "max", "--attempts", "--faults", "wrong-secret:1"];
    let (code, out, err) = emulate(&plan);
    assert_eq!(code, Some(0), "{err}");
    let lines: Vec<_> = out.lines().filter(|line| line.contains("bot.done")).collect();
    assert_eq!(lines.len(), 4, "{out}");
    assert!(lines[0].contains("#1 wrong-secret -> 401"), "{out}");
    assert!(lines[3].ends_with("#4 -> 204"), "{out}");
    let (_, out, _) = emulate(&[&plan[..], &["--format", "json"]].concat());
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4 * 15 + 1);
    let refused = lines.iter().find(|line| line["status"] == 401).unwrap();
    assert_eq!(refused["faults"], json!(["wrong-secret"]));
    assert_eq!([&refused["reception"], &refused["role"]], ["as_expected", "attempt"]);
    assert_eq!(refused["verdict"], "retry");
}

/// One that takes everything, and one that is not there.
#[test]
fn receivers_that_are_wrong_or_gone_are_failures() {
    let (url, receiver) = answering(&["204 No Content"; 15]);
    let (code, out, err) =
        emulate(&["--target", &url, "--speed", "max", "--faults", "bad-signature:1"]);
    assert_eq!((code, receiver.join().unwrap().len()), (Some(1), 15));
    assert!(out.contains("wrongly accepted"), "{out}");
    assert!(err.contains("15 attempts were accepted that had to be refused"), "{err}");

    let (code, out, err) = emulate(&["--target", "http://127.0.0.1:9/hook", "--speed", "max"]);
    assert_eq!(code, Some(1), "{out}");
    assert!(err.contains("15 messages were never accepted"), "{err}");
    assert!(out.contains("no reply") && !out.contains("disabled"), "{out}");

    // Days of meetings in which it only fails.
    let days = ["--speed", "1000000", "--recordings", "200", "--rate", "0.02"];
    let (code, out, _) = emulate(&[&["--target", "http://127.0.0.1:9/hook"], &days[..]].concat());
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("disabled"), "{out}");
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_sent() {
    for (arguments, said) in [
        (&["--target", "http://192.0.2.1/hook"][..], "--allow-remote"),
        (&["--scenario", "no-such"], "`plain-bot`"),
        (&["--scenario", "missing.toml"], "missing.toml"),
        (&["--faults", "bad-luck"], "bad-luck"),
        (&["--speed", "0"], "--speed"),
        (&["--rate", "0"], "--rate"),
        (&["--target", "http://127.0.0.1:9/#recording.dome"], "did you mean recording.done?"),
        (&["--target", "http://127.0.0.1:9/#recording.dome"], "nothing to send"),
        (&["--target", "http://127.0.0.1:9/#"], "no event behind the `#`"),
        (&["--recordings", "0"], "--recordings"),
    ] {
        let (code, out, err) = emulate(arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(err.contains(said), "{arguments:?}: {err}");
    }
    let (code, _, err) = run(&mut command(&["emulate"]));
    assert_eq!(code, Some(2));
    assert!(err.contains("no secret is configured"), "{err}");
}
