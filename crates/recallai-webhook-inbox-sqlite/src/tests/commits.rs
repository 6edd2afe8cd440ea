//! What is told of commits.

use std::sync::{Arc, Mutex};

use recallai_webhook_inbox::{Claim, CommitReport, Filter, Inbox, Subscription};

use super::{hold_up, message};
use crate::SqliteInbox;

#[tokio::test]
async fn what_is_committed_together_is_told_of_once() {
    let folder = tempfile::tempdir().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let observed = Arc::clone(&seen);
    let inbox = SqliteInbox::options(folder.path().join("inbox.db"))
        .with_commit_observer(move |report: &CommitReport| observed.lock().unwrap().push(*report))
        .open()
        .unwrap();
    inbox.subscribe(&Subscription::messages("s", Filter::events())).await.unwrap();
    let release = hold_up(&inbox).await;
    let mut waiting = Vec::new();
    for n in 0..3 {
        let (inbox, message) = (inbox.clone(), message(&format!("m{n}"), &format!("r{n}")));
        waiting.push(tokio::spawn(async move { inbox.append(message).await.map(|_| ()) }));
    }
    let claimer = inbox.clone();
    waiting.push(tokio::spawn(async move {
        let claim = Claim::new("s", 1, std::time::Duration::from_secs(60));
        claimer.claim(claim).await.map(|_| ())
    }));
    // All have asked: a task runs to its first wait when it is its turn.
    tokio::task::yield_now().await;
    drop(release);
    for asked in waiting {
        asked.await.unwrap().unwrap();
    }
    inbox.close().await;
    let seen = seen.lock().unwrap();
    let counts: Vec<_> = seen.iter().map(|report| (report.messages, report.operations)).collect();
    // The subscription, what held the writer up, and what came meanwhile.
    assert_eq!(counts, [(0, 1), (0, 1), (3, 4)]);
}

#[tokio::test]
async fn an_observer_that_panics_does_not_stop_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::options(folder.path().join("inbox.db"))
        .with_commit_observer(|_: &CommitReport| panic!("observer"))
        .open()
        .unwrap();
    for n in 0..2 {
        inbox.append(message(&format!("m{n}"), "r1")).await.unwrap();
    }
    assert!(inbox.check().await.unwrap().is_empty());
}
