//! `scenarios`: what is built in, and mistakes in files.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use support::{command, run, run_with};

fn scenarios(arguments: &[&str]) -> (Option<i32>, String, String) {
    run(&mut command(&[&["scenarios"], arguments].concat()))
}

#[test]
fn the_list_has_each_that_is_built_in() {
    let (code, list, _) = scenarios(&[]);
    assert_eq!(code, Some(0));
    assert_eq!(scenarios(&["list"]).1, list);
    let row = list.lines().find(|line| line.starts_with("stop-and-start")).unwrap();
    assert!(row.contains("25  41 min 20 s"), "{row}");
    assert!(!list.contains('\u{2026}'), "each description is whole: {list}");
    let (_, lines, _) = scenarios(&["list", "--format", "json"]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), list.lines().count() - 1);
    let found = lines.iter().find(|line| line["name"] == "stop-and-start").unwrap();
    assert_eq!((&found["recordings"], found["events"].as_array().unwrap().len()), (&2.into(), 25));
}

/// What is shown can be written into a file and sent again.
#[test]
fn what_is_shown_is_a_scenario() {
    for name in ["plain-bot", "realtime-traffic"] {
        let (_, text, _) = scenarios(&["show", name]);
        let check = &mut command(&["scenarios", "check", "-", "--format", "json"]);
        let (code, checked, _) = run_with(check, text.as_bytes());
        let checked: Value = serde_json::from_str(&checked).unwrap();
        assert_eq!(
            (code, &checked["good"], &checked["name"]),
            (Some(0), &true.into(), &name.into())
        );

        let (_, messages, _) = scenarios(&["show", name, "--messages"]);
        let show = &mut command(&["scenarios", "show", "-", "--messages"]);
        assert_eq!(run_with(show, text.as_bytes()).1, messages);
        let events = checked["events"].as_array().unwrap();
        assert_eq!(messages.lines().count(), events.len());
        assert_ne!(scenarios(&["show", name, "--messages", "--seed", "2"]).1, messages);
    }
}

#[test]
fn a_mistake_is_shown_with_its_place() {
    let check = |text: &str| run_with(&mut command(&["scenarios", "check", "-"]), text.as_bytes());
    let (code, out, _) = check("name = \"x\"\ndescription = \"y\"\nstep = []\n");
    assert_eq!(code, Some(1));
    assert!(out.starts_with("wrong -: line 3, column 1"), "{out}");
    let (code, out, _) = check(
        "name = \"x\"\ndescription = \"y\"\nsteps = [{ at = \"1s\", event = \"bot.dne\" }]\n[bot.a]\n",
    );
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("good  -: 1 event in 1 s") && out.contains("`bot.done` is"), "{out}");
    let (code, out, err) = scenarios(&["show", "plain-bo"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("`plain-bot`") && err.contains("mine.toml"), "{err}");
}
