//! Another process that appends: this test binary, started anew for one test, which does nothing otherwise.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use recallai_webhook_outputs::{FileOptions, Output as _, Size};
use tokio::task::JoinSet;

use super::many::MESSAGES;
use super::{File, all_keys, file, fresh, keys, outgoing};

/// Where the child appends to.
const PATH: &str = "RECALLAI_WEBHOOK_TEST_FILE";

/// What a line of the child begins with that names a key which was confirmed.
const CONFIRMED: &str = "confirmed ";

/// How many the child sends at a time.
const CONCURRENCY: usize = 64;

fn many_files(path: &Path) -> File {
    File::new(FileOptions::new(path).with_max_size(Size::from_bytes(100_000))).unwrap()
}

/// Sends those keys, a few at a time, and says which were confirmed.
async fn send(file: File, keys: impl Iterator<Item = String>, confirmed: impl Fn(&str)) {
    let (file, mut running) = (Arc::new(file), JoinSet::new());
    let mut keys = keys.peekable();
    while keys.peek().is_some() || !running.is_empty() {
        while running.len() < CONCURRENCY
            && let Some(key) = keys.next()
        {
            let file = Arc::clone(&file);
            running.spawn(async move { file.send(&outgoing(&key)).await.map(|()| key) });
        }
        let key = running.join_next().await.unwrap().unwrap().unwrap();
        confirmed(&key);
    }
}

fn all_there_are() -> impl Iterator<Item = String> {
    (0..MESSAGES).map(|number| format!("k{number}"))
}

#[tokio::test]
async fn child_sends_them_all() {
    if let Some(path) = env::var_os(PATH) {
        send(many_files(path.as_ref()), all_there_are(), |key| println!("{CONFIRMED}{key}")).await;
    }
}

#[tokio::test]
async fn nothing_confirmed_is_lost_when_the_process_is_killed() {
    let (_folder, path) = fresh();
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child::child_sends_them_all", "--nocapture"])
        .env(PATH, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut confirmed = BTreeSet::new();
    for line in lines {
        // The harness begins the first line.
        if let Some((_, key)) = line.split_once(CONFIRMED) {
            confirmed.insert(key.to_owned());
        }
        if confirmed.len() == 3000 {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!((3000..MESSAGES).contains(&confirmed.len()), "{}", confirmed.len());

    let rest: Vec<_> = all_there_are().filter(|key| !confirmed.contains(key)).collect();
    let before = confirmed.len();
    send(many_files(&path), rest.into_iter(), |_| ()).await;
    let found = all_keys(&path);
    let distinct: BTreeSet<_> = found.iter().cloned().collect();
    let duplicates = found.len() - distinct.len();
    println!(
        "| file, killed with {before} confirmed | {MESSAGES} | {} | {duplicates} |",
        found.len()
    );
    assert_eq!(distinct, all_there_are().collect());
    assert!(duplicates <= CONCURRENCY, "{duplicates}");
}

#[tokio::test]
async fn child_fills_the_disk() {
    let Some(path) = env::var_os(PATH) else { return };
    let file = file(path.as_ref());
    let mut number = 0;
    let error = loop {
        match file.send(&outgoing(&format!("k{number}"))).await {
            Ok(()) => number += 1,
            Err(error) => break error.to_string(),
        }
    };
    assert!(error.contains("File too large"), "{error}");
    // What was confirmed, no more and no less, and once more after the file was opened anew.
    let expected: Vec<_> = (0..number).map(|number| format!("k{number}")).collect();
    for _ in 0..2 {
        assert_eq!(keys(path.as_ref()), expected);
        file.send(&outgoing("one too many")).await.unwrap_err();
    }
    println!("{CONFIRMED}{number}");
}

/// A limit on the size of files stands in for a full disk: a write ends in the middle, and the next one fails.
#[tokio::test]
async fn what_does_not_fit_on_the_disk_leaves_nothing_behind() {
    let (_folder, path) = fresh();
    let script = r#"trap "" XFSZ; ulimit -f 20; exec "$0" "$@""#;
    let output = Command::new("sh")
        .args(["-c", script])
        .arg(env::current_exe().unwrap())
        .args(["--exact", "child::child_fills_the_disk", "--nocapture"])
        .env(PATH, &path)
        .output()
        .unwrap();
    let (stdout, stderr) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && stdout.contains(CONFIRMED), "{stdout}{stderr}");
    let before = keys(&path).len();
    file(&path).send(&outgoing("fits")).await.unwrap();
    assert_eq!(keys(&path).len(), before + 1);
}
