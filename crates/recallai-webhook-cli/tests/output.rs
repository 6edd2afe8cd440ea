//! What holds of all commands: exit codes, formats, colours, secrets on the command line, and the
//! commands that only print.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::process::Stdio;

use serde_json::Value;
use support::{SECRET, command, run, run_with};

fn output(arguments: &[&str]) -> (Option<i32>, String, String) {
    run(command(arguments).env("RECALLAI_WEBHOOK_SECRET", SECRET))
}

fn json(arguments: &[&str]) -> Vec<Value> {
    let (code, out, err) = output(&[arguments, &["--format", "json"]].concat());
    assert_eq!(code, Some(0), "{err}");
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_event_is_listed_and_shown() {
    let (code, out, _) = output(&["events"]);
    assert_eq!(code, Some(0));
    assert_eq!(output(&["events", "list"]).1, out);
    let listed = json(&["events"]);
    for entry in recallai_webhook_dispatch::event::CATALOGUE {
        assert!(out.contains(&format!("  {} ", entry.name)), "{}", entry.name);
        assert!(listed.iter().any(|row| row["name"] == entry.name));
    }
    let (code, out, _) = output(&["events", "show", "transcript.failed"]);
    assert_eq!(code, Some(0));
    for word in ["TRANSCRIPT_FAILED", "zoom_captions_failure", "Example", "JSON Schema", "$defs"] {
        assert!(out.contains(word), "{word}: {out}");
    }
    let shown = json(&["events", "show", "transcript.failed"]).remove(0);
    assert_eq!(shown["example"]["event"], "transcript.failed");
    assert_eq!(shown["schema"]["title"], "transcript.failed");
    assert_eq!(shown["sub_codes"].as_array().unwrap().len(), 4);
}

#[test]
fn a_misspelled_event_gets_a_hint() {
    for (name, hint) in [
        ("recording.dnoe", "did you mean recording.done?"),
        ("recording.finished", "recording.failed, recording.deleted"),
        ("nothing.like.it", "`recallai-webhook events` lists them"),
    ] {
        let (code, _, err) = output(&["events", "show", name]);
        assert_eq!(code, Some(2));
        assert!(err.contains(hint), "{err}");
    }
}

#[test]
fn the_schema_is_written() {
    let whole: Value = serde_json::from_str(&output(&["schema", "export"]).1).unwrap();
    assert_eq!(whole["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let file = std::env::temp_dir().join(format!("recallai-webhook-schema-{}", std::process::id()));
    let path = file.to_str().unwrap();
    assert_eq!(output(&["schema", "export", "bot.done", "--output", path]).0, Some(0));
    let one: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(one["title"], "bot.done");
    assert_eq!(output(&["schema", "export", "--output", "/no/such/directory/x"]).0, Some(1));
}

#[test]
fn shells_complete_commands_and_events() {
    for (shell, word) in [("bash", "recording.done"), ("zsh", "recording.done"), ("fish", "verify")]
    {
        let (code, out, _) = output(&["completions", shell]);
        assert_eq!(code, Some(0));
        assert!(out.contains(word), "{shell}");
    }
    assert_eq!(json(&["completions", "bash"])[0]["shell"], "bash");
    assert_eq!(output(&["completions", "dos"]).0, Some(2));
    // A real shell completes with it.
    let script = output(&["completions", "bash"]).1;
    for (words, expected) in [
        ("send rec", "recording.done"),
        ("events show transcript.d", "transcript.done"),
        ("verify --ig", "--ignore-timestamp"),
        ("ver", "verify"),
        ("recordings w", "wait"),
        ("recordings wait --ti", "--timeout"),
        ("messages l", "list"),
        ("messages list --cl", "--class"),
        ("dead-letters r", "retry"),
        ("subscriptions r", "remove"),
        ("inbox b", "backup"),
    ] {
        let completed = complete(&script, words);
        assert!(completed.split_whitespace().any(|word| word == expected), "{words}: {completed}");
    }
}

/// What bash offers for the last of some words.
fn complete(script: &str, words: &str) -> String {
    let words: Vec<&str> = words.split(' ').collect();
    let (last, index) = (words[words.len() - 1], words.len());
    let ask = format!(
        "{script}\nCOMP_WORDS=(recallai-webhook {}); COMP_CWORD={index}\n\
         _recallai__webhook recallai-webhook {last} ''; echo \"${{COMPREPLY[*]}}\"",
        words.join(" ")
    );
    // As a file: longer than an argument may be.
    let (_, out, err) = run_with(std::process::Command::new("bash").arg("-s"), ask.as_bytes());
    assert_eq!(err, "");
    out
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let (code, page, _) = output(&["man"]);
    assert_eq!(code, Some(0));
    assert!(page.contains(".TH recallai-webhook 1") && page.contains(".SH EXIT STATUS"), "{page}");
    assert_eq!(json(&["man"])[0]["roff"].as_str(), Some(page.as_str()));
    let directory =
        std::env::temp_dir().join(format!("recallai-webhook-man-{}", std::process::id()));
    assert_eq!(output(&["man", "--output", directory.to_str().unwrap()]).0, Some(0));
    for name in [
        "",
        "-serve",
        "-recordings-list",
        "-recordings-get",
        "-recordings-wait",
        "-messages-list",
        "-messages-get",
        "-messages-tail",
        "-messages-replay",
        "-messages-reparse",
        "-dead-letters-list",
        "-dead-letters-retry",
        "-dead-letters-discard",
        "-subscriptions-list",
        "-subscriptions-remove",
        "-inbox-stats",
        "-inbox-check",
        "-inbox-prune",
        "-inbox-erase",
        "-inbox-backup",
        "-verify",
        "-sign",
        "-send",
        "-events-show",
        "-schema-export",
    ] {
        assert!(directory.join(format!("recallai-webhook{name}.1")).exists(), "{name}");
    }
    let verify = std::fs::read_to_string(directory.join("recallai-webhook-verify.1")).unwrap();
    let notes = verify.split_once(".SH NOTES\nExamples:\n.nf\n  recallai").unwrap().1;
    assert!(notes.contains("\n.fi\n\nAn old capture"), "paragraphs are filled: {notes}");
    std::fs::remove_dir_all(directory).unwrap();
}

/// Each row of the table, by a command that ends with it.
#[test]
fn exit_codes_are_those_of_the_table() {
    let unsigned = "POST / HTTP/1.1\nhost: a\n\n{}";
    let store = support::store::Store::empty();
    let recording = support::store::artifact("recording", "deleted", "2024-12-04T23:00:00Z");
    let failed =
        support::store::artifact_of("rec-2", "video_mixed", "failed", "2024-12-04T23:00:00Z");
    store.append("recall", &[&recording, &failed]);
    let _serve = store.serve(&[]);
    let file = store.database();
    let wait = |recording| {
        let need = ["--for", "video_mixed", "--timeout", "0s", "--database", &file];
        [&["recordings", "wait", recording][..], &need].concat()
    };
    for (code, arguments, input) in [
        (4, &["serve", "--listen", "127.0.0.1:0", "--database", &file][..], ""),
        (5, &wait("rec-2"), ""),
        (6, &wait("rec-1"), ""),
        (7, &wait("rec-3"), ""),
        (0, &["sign"], "{}"),
        (1, &["send", "bot.done", "http://127.0.0.1:1/"], ""),
        (2, &["send", "bot.done", "http://192.0.2.1/"], ""),
        (2, &["--no-such-option"], ""),
        (2, &["--log", "=/=", "events"], ""),
        (3, &["verify", "-"], unsigned),
    ] {
        let mut command = command(arguments);
        let ended = run_with(command.env("RECALLAI_WEBHOOK_SECRET", SECRET), input.as_bytes());
        assert_eq!(ended.0, Some(code), "{arguments:?}: {}", ended.2);
    }
    let (_, help, _) = output(&["--help"]);
    for code in 0..=7 {
        assert!(help.contains(&format!("\n  {code}  ")), "{help}");
    }
}

#[test]
fn errors_are_json_when_results_are() {
    let (code, _, err) = run(&mut command(&["sign", "--format", "json"]));
    assert_eq!(code, Some(2));
    let error: Value = serde_json::from_str(&err).unwrap();
    assert_eq!(error["exit_code"], 2);
    assert!(error["error"].as_str().unwrap().contains("no secret"), "{error}");
    for wrong in [&["--format", "json", "bogus"][..], &["--format=json", "send", "x", "--set", "a"]]
    {
        let (code, _, err) = output(wrong);
        assert_eq!(code, Some(2));
        let error: Value = serde_json::from_str(&err).unwrap();
        assert_eq!(error["exit_code"], 2);
    }
}

/// Scripts fill arguments with text that others have written.
#[test]
fn arguments_cannot_act_on_the_terminal_nor_show_a_secret() {
    for argument in ["com\u{1b}[31mX", "a\u{202e}b"] {
        for wrong in
            [&[argument][..], &["send", "bot.done", "--set", argument], &["verify", argument]]
        {
            let (code, out, err) = output(wrong);
            assert_eq!(code, Some(2), "{err}");
            let acting = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
            assert_eq!(format!("{out}{err}").chars().find(|&c| acting(c)), None, "{err:?}");
        }
    }
    let (code, _, err) = output(&["send", "bot.done", "http://127.0.0.1:1/", "http://u:pa55@h/"]);
    assert_eq!(code, Some(2));
    assert!(!err.contains("pa55"), "{err}");
    for wrong in [&["verify", SECRET][..], &["send", SECRET], &["sign", "--secret-file", SECRET]] {
        let (code, _, err) = output(wrong);
        assert_eq!(code, Some(2));
        assert!(err.contains("whsec_…") && !err.contains("MfKQ9r8"), "{err}");
    }
}

#[test]
fn a_secret_on_the_command_line_is_used_with_a_warning() {
    let (code, _, err) = run_with(&mut command(&["sign", "--secret", SECRET]), b"{}");
    assert_eq!(code, Some(0));
    assert!(
        err.contains("warning") && err.contains("--secret-file") && !err.contains(SECRET),
        "{err}"
    );
    let (code, _, err) = run_with(&mut command(&["sign", "--secret", ""]), b"{}");
    assert_eq!(code, Some(2), "{err}");
    // From standard input there is nothing to warn of.
    let file = std::env::temp_dir().join(format!("recallai-webhook-body-{}", std::process::id()));
    std::fs::write(&file, "{}").unwrap();
    let mut sign = command(&["sign", "--secret-file", "-", "--body", file.to_str().unwrap()]);
    let (code, out, err) = run_with(&mut sign, SECRET.as_bytes());
    std::fs::remove_file(file).unwrap();
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains("v1,"), "{out}");
}

#[test]
fn colours_are_for_terminals_and_those_who_ask() {
    let escape = '\u{1b}';
    let colored = |arguments: &[&str], no_color: bool| {
        let mut command = command(&[&["events"], arguments].concat());
        if !no_color {
            command.env_remove("NO_COLOR");
        }
        run(&mut command).1.contains(escape)
    };
    assert!(!colored(&[], false), "a pipe is no terminal");
    assert!(!colored(&[], true));
    assert!(colored(&["--color", "always"], false));
    assert!(!colored(&["--color", "never"], false));
    assert!(!colored(&["--color", "always", "--format", "json"], false), "never in JSON");
    let error = |color| run(&mut command(&["--color", color, "bogus"])).2;
    assert!(error("always").contains(escape) && !error("never").contains(escape));
    let mut forced = command(&["events"]);
    assert!(run(forced.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1")).1.contains(escape));
}

/// As in `recallai-webhook events | head -1`.
#[test]
fn a_reader_who_has_enough_is_no_failure() {
    let store = support::store::Store::empty();
    store.append("recall", &support::store::meeting().each_ref().map(String::as_str));
    let file = store.database();
    for arguments in [
        &["events"][..],
        &["man"],
        &["schema", "export"],
        &["recordings", "list", "--database", &file],
        &["recordings", "get", "rec-1", "--database", &file],
        &["messages", "list", "--database", &file],
        &["messages", "get", "1", "--database", &file],
        &["inbox", "stats", "--database", &file],
    ] {
        let mut child =
            support::spawn(command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()));
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success(), "{ended:?}");
        assert!(ended.stderr.is_empty(), "{ended:?}");
    }
}
