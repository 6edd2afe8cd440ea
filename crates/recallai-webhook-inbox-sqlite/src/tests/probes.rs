//! Probes while the writer is held up: one waits for it, whoever asks.

use std::sync::{Arc, Mutex};

use recallai_webhook_inbox::{CommitReport, Inbox, InboxError};
use tokio::task::JoinHandle;

use super::faults::limit_pages;
use super::hold_up;
use crate::SqliteInbox;
use crate::operation::Kind;

/// So many who probe, each of whom waits for the answer.
async fn probing(inbox: &SqliteInbox, count: usize) -> Vec<JoinHandle<Result<(), InboxError>>> {
    let probe = || {
        let inbox = inbox.clone();
        tokio::spawn(async move { inbox.probe().await })
    };
    let probes = std::iter::repeat_with(probe).take(count).collect();
    // Each task runs until it waits.
    for _ in 0..=count {
        tokio::task::yield_now().await;
    }
    probes
}

#[tokio::test]
async fn one_probe_waits_for_the_writer_however_many_asked_and_left() {
    let folder = tempfile::tempdir().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let observed = Arc::clone(&seen);
    let inbox = SqliteInbox::options(folder.path().join("inbox.db"))
        .with_commit_observer(move |report: &CommitReport| {
            observed.lock().unwrap().push(report.operations);
        })
        .open()
        .unwrap();
    let held = hold_up(&inbox).await;
    for _ in 0..20 {
        for probe in probing(&inbox, 2).await {
            probe.abort();
            assert!(probe.await.unwrap_err().is_cancelled());
        }
    }
    // Also if the one who began it has gone.
    let joined = probing(&inbox, 2).await;
    drop(held);
    for probe in joined {
        probe.await.unwrap().unwrap();
    }
    // What was found holds for those who asked before.
    inbox.probe().await.unwrap();
    inbox.close().await;
    assert_eq!(*seen.lock().unwrap(), [1, 1, 1]);
}

#[tokio::test]
async fn all_are_told_what_the_one_probe_has_found() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    limit_pages(&inbox, 1).await;
    let held = hold_up(&inbox).await;
    let probes = probing(&inbox, 3).await;
    drop(held);
    for probe in probes {
        let answer = probe.await.unwrap();
        assert!(matches!(answer, Err(InboxError::Unavailable { .. })), "{answer:?}");
    }
    limit_pages(&inbox, 1_000_000).await;
    inbox.probe().await.unwrap();
}

#[tokio::test]
async fn no_probe_hangs_after_a_panic_of_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let held = hold_up(&inbox).await;
    let probes = probing(&inbox, 2).await;
    let panics = {
        let inbox = inbox.clone();
        let panic =
            |_: &mut crate::work::Work<'_>| -> crate::failure::Result<()> { panic!("on purpose") };
        // An append comes before what waits longer.
        tokio::spawn(async move { inbox.write(Kind::Append, panic).await })
    };
    tokio::task::yield_now().await;
    drop(held);
    assert!(matches!(panics.await.unwrap(), Err(InboxError::Closed)));
    for probe in probes {
        let answer = probe.await.unwrap();
        assert!(matches!(answer, Err(InboxError::Closed)), "{answer:?}");
    }
    assert!(matches!(inbox.probe().await, Err(InboxError::Closed)));
}
