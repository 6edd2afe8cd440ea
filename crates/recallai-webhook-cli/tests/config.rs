//! `config`, and `serve` from a configuration, driven as a user would.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::process::Command;

use serde_json::Value;
use support::store::Store;
use support::{SECRET, Server, command, run, signed, spawn};

#[test]
fn an_example_is_written_once_and_makes_sense() {
    let store = Store::new();
    let file = store.path("service.toml");
    let file = file.to_str().unwrap();
    assert_eq!(run(&mut command(&["config", "init", file])).0, Some(0));
    std::fs::write(file, "# mine").unwrap();
    let (code, _, err) = run(&mut command(&["config", "init", file]));
    assert_eq!(code, Some(2));
    assert!(err.contains("not overwritten"), "{err}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "# mine");
    let (_, example, _) = run(&mut command(&["config", "init", "-"]));
    std::fs::write(file, example).unwrap();
    let mut check = command(&["config", "check", "--config", file]);
    let (code, out, err) = run(check.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("service.toml"), "{out}");
}

#[test]
fn a_check_names_file_and_line_and_shows_no_secret() {
    let store = Store::new();
    let file = store.path("service.toml");
    std::fs::write(&file, "[listen]\n\nadress = 'whsec_canarycanary'\n").unwrap();
    let file = file.to_str().unwrap();
    let (code, out, err) = run(&mut command(&["config", "check", "--config", file]));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("service.toml:3: listen.adress") && err.contains("`address`"), "{err}");
    assert!(!err.contains("canary"), "{err}");
}

#[test]
fn a_time_for_realtime_endpoints_is_for_endpoints_of_this_class() {
    let store = Store::new();
    let file = store.path("service.toml");
    let check = |class: &str| {
        let secrets = "[{ env = 'RECALLAI_WEBHOOK_SECRET' }]";
        let text = format!(
            "retention.realtime = '7d'\n[endpoints.meeting]\nclass = '{class}'\nsecrets = {secrets}\n"
        );
        std::fs::write(&file, text).unwrap();
        let mut check = command(&["config", "check"]);
        let check = check.arg("--config").arg(&file).env("RECALLAI_WEBHOOK_SECRET", SECRET);
        let (code, out, err) = run(check);
        assert_eq!(code, Some(0), "{err}");
        out + &err
    };
    assert!(!check("realtime").contains("retention.realtime"));
    let said = check("status");
    assert!(said.contains("retention.realtime: no endpoint has the class `realtime`"), "{said}");
}

#[test]
fn what_holds_is_shown_with_its_source() {
    let store = Store::new();
    let file = store.path("service.toml");
    std::fs::write(&file, "listen.address = '127.0.0.1:1'\ninbox.path = 'a.db'\n").unwrap();
    let mut show = command(&["config", "show", "--format", "json", "--set", "inbox.path=b.db"]);
    let show = show.arg("--config").arg(&file).env("RECALLAI_WEBHOOK_LOG__FORMAT", "json");
    let (code, out, err) = run(show);
    assert_eq!(code, Some(0), "{err}");
    let rows: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |key: &str| {
        let row = rows.iter().find(|row| row["key"] == key).unwrap();
        (row["value"].as_str().unwrap().to_owned(), row["source"].as_str().unwrap().to_owned())
    };
    let pair = |value: &str, source: &str| (value.to_owned(), source.to_owned());
    assert_eq!(of("listen.address"), pair("127.0.0.1:1", "file"));
    assert_eq!(of("inbox.path"), pair("b.db", "flag"));
    assert_eq!(of("log.format"), pair("json", "variable"));
    assert_eq!(of("endpoints.recall.path"), pair("/webhooks/recall", "default"));
}

/// A signal has the secrets read again.
#[test]
#[cfg(unix)]
fn a_hang_up_reloads() {
    let store = Store::new();
    let (file, secrets) = (store.path("service.toml"), store.path("recall.secret"));
    std::fs::write(&secrets, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
    let secret_file = secrets.display();
    std::fs::write(
        &file,
        format!(
            "inbox.path = '{}'\nendpoints.recall.secrets = [{{ file = '{secret_file}' }}]\n",
            store.database()
        ),
    )
    .unwrap();
    let mut server = Server::start(command(&["serve", "--config"]).arg(&file));
    let body = r#"{"event":"calendar.update","data":{"calendar_id":"c"}}"#;
    assert!(server.raw(&signed("msg_1", body)).starts_with("HTTP/1.1 401"));
    std::fs::write(&secrets, SECRET).unwrap();
    let mut kill = spawn(Command::new("kill").args(["-HUP", &server.id().to_string()]));
    assert!(kill.wait().unwrap().success());
    while !server.next_log().contains("read again") {}
    server.post("msg_1", body);
    assert!(
        server.next_event().contains("msg_1"),
        "it is printed, since nothing else is configured"
    );
    server.terminate();
    assert_eq!(server.wait().0, Some(0));
}
