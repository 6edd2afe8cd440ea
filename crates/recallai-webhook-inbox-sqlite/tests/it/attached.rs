//! Those who are attached beside the owner, or alone.

use std::time::Duration;

use recallai_webhook_inbox::recording::Subject;
use recallai_webhook_inbox::{
    Appended, Claim, Filter, Inbox, InboxError, InboxExt, JobEnd, Subscription, Topic,
};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::bodies::{artifact, message};

#[tokio::test]
async fn the_attached_see_what_the_owner_writes_and_are_woken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let owner = SqliteInbox::open(&path).unwrap();
    let beside = SqliteInbox::attach(&path).unwrap();
    let need = "transcript".parse().unwrap();
    let (waiter, recording) = (beside.clone(), Subject::recording("r1"));
    let wait = tokio::spawn(async move {
        waiter.wait("recall", &recording, &need, Duration::from_secs(60)).await
    });
    tokio::task::yield_now().await;
    owner.append(message("m1", artifact("transcript", "done", "r1", 1), 100)).await.unwrap();
    assert_eq!(wait.await.unwrap().unwrap().name(), "ready");
}

#[tokio::test]
async fn the_owner_is_woken_by_what_the_attached_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let owner = SqliteInbox::open(&path).unwrap();
    owner.subscribe(&Subscription::messages("all", Filter::events())).await.unwrap();
    // The owner remembers the state of the recording before somebody else changes it.
    owner.append(message("m1", artifact("transcript", "done", "r1", 1), 100)).await.unwrap();
    let beside = SqliteInbox::attach(&path).unwrap();
    let mut watch = owner.watch(Topic::Messages);
    beside.append(message("m2", artifact("video_mixed", "done", "r1", 2), 100)).await.unwrap();
    watch.changed().await;
    owner.append(message("m3", artifact("audio_mixed", "done", "r1", 3), 100)).await.unwrap();
    let again = owner.append(message("m2", artifact("video_mixed", "done", "r1", 2), 100)).await;
    assert!(matches!(again, Ok(Appended::Duplicate { seq: 2, .. })), "{again:?}");

    let stored = owner.subject("recall", &Subject::recording("r1")).await.unwrap().unwrap();
    assert_eq!(stored.state.items().count(), 3);
    let claimed = owner.claim(Claim::new("all", 10, Duration::from_secs(60))).await.unwrap();
    assert_eq!(claimed.jobs.len(), 1);
    let dead = JobEnd::Dead { error: "no".into() };
    owner.settle(claimed.jobs[0].lease, dead).await.unwrap();
    assert_eq!(beside.revive(&[claimed.jobs[0].lease.job]).await.unwrap(), 1);
    let claimed = owner.claim(Claim::new("all", 10, Duration::from_secs(60))).await.unwrap();
    assert_eq!(claimed.jobs[0].attempt, 1);
    assert_eq!(owner.check().await.unwrap(), []);
    assert_eq!(beside.check().await.unwrap(), []);
}

#[tokio::test]
async fn the_attached_do_not_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let missing = SqliteInbox::attach(&path).unwrap_err();
    assert!(matches!(missing, InboxError::Unsupported { .. }), "{missing}");
    assert!(!path.exists());
    drop(SqliteInbox::open(&path).unwrap());

    // Alone: nobody owns it.
    let alone = SqliteInbox::attach(&path).unwrap();
    alone.subscribe(&Subscription::messages("all", Filter::events())).await.unwrap();
    alone.append(message("m1", artifact("transcript", "done", "r1", 1), 100)).await.unwrap();
    let claim = alone.claim(Claim::new("all", 1, Duration::from_secs(60))).await;
    assert!(matches!(claim, Err(InboxError::Unsupported { .. })), "{claim:?}");
    let fill = alone.fill("all", 1).await;
    assert!(matches!(fill, Err(InboxError::Unsupported { .. })), "{fill:?}");
    alone.close().await;

    let owner = SqliteInbox::open(&path).unwrap();
    let claimed = owner.claim(Claim::new("all", 1, Duration::from_secs(60))).await.unwrap();
    assert_eq!(claimed.jobs.len(), 1);
}

/// Nobody else makes checkpoints.
#[tokio::test]
async fn the_log_of_one_who_is_alone_stays_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    drop(SqliteInbox::open(&path).unwrap());
    let alone = SqliteInbox::attach(&path).unwrap();
    let words = "w".repeat(400_000);
    let mut longest = 0;
    for n in 0..300 {
        let body = format!(r#"{{"event":"future.event","data":{{"words":"{words}"}}}}"#);
        alone.append(message(&format!("m{n}"), body, 100)).await.unwrap();
        let log = std::fs::metadata(folder.path().join("inbox.db-wal")).unwrap().len();
        longest = longest.max(log);
    }
    assert!(longest < 16 << 20, "{longest} bytes of 120 MB");
}
