//! What is left when the process is gone.

use std::time::Duration;

use recallai_webhook_inbox::recording::Subject;
use recallai_webhook_inbox::{
    Appended, Claim, Filter, Inbox, InboxError, JobEnd, MessageQuery, Subscribed, Subscription,
    Task,
};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::bodies::{artifact, message};

#[tokio::test]
async fn a_restart_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    let all = Subscription::messages("all", Filter::events());
    assert_eq!(inbox.subscribe(&all).await.unwrap(), Subscribed::Created);
    let first = message("m1", artifact("transcript", "done", "r1", 1), 100);
    let appended = inbox.append(first.clone()).await.unwrap();
    assert_eq!(appended, Appended::New { seq: 1 });
    let claimed = inbox.claim(Claim::new("all", 10, Duration::from_secs(3600))).await.unwrap();
    assert_eq!(claimed.jobs.len(), 1);
    let old_lease = claimed.jobs[0].lease;
    inbox.close().await;
    let refused = inbox.append(first.clone()).await;
    assert!(matches!(refused, Err(InboxError::Closed)), "{refused:?}");
    drop(inbox);

    let inbox = SqliteInbox::open(&path).unwrap();
    assert_eq!(inbox.subscribe(&all).await.unwrap(), Subscribed::Unchanged);
    let again = inbox.append(first.clone()).await.unwrap();
    assert!(matches!(again, Appended::Duplicate { seq: 1, conflict: false, .. }), "{again:?}");
    let recording = inbox.subject("recall", &Subject::recording("r1")).await.unwrap().unwrap();
    assert_eq!(recording.state.items().count(), 1);
    let query = MessageQuery::new().with_bodies(true);
    let messages = inbox.messages(&query).await.unwrap();
    assert_eq!(messages[0].body.as_ref(), Some(&first.body));
    assert_eq!(messages[0].signed, first.signed);
    assert_eq!(messages[0].deliveries, 2);

    // The lock proves that nobody works any more: the lease of the old process is over.
    let claimed = inbox.claim(Claim::new("all", 10, Duration::from_secs(3600))).await.unwrap();
    assert_eq!(claimed.jobs.len(), 1);
    let job = &claimed.jobs[0];
    assert_eq!(job.attempt, 2);
    assert!(matches!(&job.task, Task::Message(message) if message.seq == 1));
    let stale = inbox.settle(old_lease, JobEnd::Done).await;
    assert!(matches!(stale, Err(InboxError::StaleLease { .. })), "{stale:?}");
    inbox.settle(job.lease, JobEnd::Done).await.unwrap();
    assert_eq!(inbox.check().await.unwrap(), []);
}

#[tokio::test]
async fn an_inbox_has_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    let second = SqliteInbox::open(&path).unwrap_err();
    assert!(
        matches!(&second, InboxError::InUse { store } if store.ends_with("inbox.db")),
        "{second}"
    );
    drop(inbox);
    SqliteInbox::open(&path).unwrap();
}
