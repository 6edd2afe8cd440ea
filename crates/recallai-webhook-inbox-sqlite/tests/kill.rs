//! A process that dies at the worst moments loses nothing that it acknowledged.
#![cfg(feature = "test-hooks")]
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "the parent tells the child by the environment")]

use std::process::Command;
use std::time::{Duration, SystemTime};

use recallai_webhook_inbox::{Appended, Claim, Filter, Inbox, JobEnd, NewMessage, Subscription};
use recallai_webhook_inbox_sqlite::SqliteInbox;

/// Where the child finds the file.
const PATH: &str = "RECALLAI_WEBHOOK_TEST_INBOX";

fn message(number: usize) -> NewMessage {
    let body = format!(
        r#"{{"event":"transcript.done","data":{{
            "data":{{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:00:00Z"}},
            "transcript":{{"id":"t{number}","metadata":{{}}}},
            "recording":{{"id":"r{}","metadata":{{}}}}}}}}"#,
        number % 7
    );
    NewMessage::parse("recall", format!("m{number}"), body, SystemTime::UNIX_EPOCH)
}

/// The life of the child: it says what was acknowledged, until it dies. The other tests run it in a
/// process of its own; on its own it does nothing.
#[test]
fn child() {
    let Ok(path) = std::env::var(PATH) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let inbox = SqliteInbox::open(path).unwrap();
        inbox.subscribe(&Subscription::messages("all", Filter::events())).await.unwrap();
        for begin in (0..4000).step_by(8) {
            let appends: Vec<_> = (begin..begin + 8)
                .map(|number| {
                    let inbox = inbox.clone();
                    tokio::spawn(async move {
                        inbox.append(message(number)).await.unwrap();
                        println!("acknowledged {number}");
                    })
                })
                .collect();
            for append in appends {
                append.await.unwrap();
            }
            let claim = Claim::new("all", 4, Duration::from_secs(60));
            for job in inbox.claim(claim).await.unwrap().jobs {
                inbox.settle(job.lease, JobEnd::Done).await.unwrap();
            }
        }
    });
}

/// Lets the child die at a point, and looks at what it left.
async fn dies_at(point: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--nocapture"])
        .env(PATH, &path)
        .env("RECALLAI_WEBHOOK_KILL_AT", point)
        .output()
        .unwrap();
    assert!(!output.status.success(), "{point}: the child lived on");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    // The harness prints the name of the test before the first line.
    let acknowledged: Vec<usize> =
        said.lines().filter_map(|line| line.split_once("acknowledged ")?.1.parse().ok()).collect();
    assert!(acknowledged.len() > 8, "{point}: it died before it did anything: {said}");

    let inbox = SqliteInbox::open(&path).unwrap();
    assert_eq!(inbox.check().await.unwrap(), [], "{point}");
    for number in acknowledged {
        let again = inbox.append(message(number)).await.unwrap();
        let is_known = matches!(again, Appended::Duplicate { conflict: false, .. });
        assert!(is_known, "{point}: {number} was acknowledged and is lost");
    }
}

#[tokio::test]
async fn within_a_transaction() {
    dies_at("mid-batch:20").await;
}

#[tokio::test]
async fn after_a_commit_before_the_answer() {
    dies_at("after-commit:20").await;
}

#[tokio::test]
async fn before_a_job_is_settled() {
    dies_at("before-settle:10").await;
}

#[tokio::test]
async fn amid_a_checkpoint() {
    dies_at("mid-checkpoint:1").await;
}
