//! What goes wrong, for whom, and what is right again afterwards.

use recallai_webhook_inbox::{Appended, Inbox, InboxError, MessageQuery, Reading, Topic};
use tokio::task::JoinHandle;

use super::{hold_up, message};
use crate::SqliteInbox;
use crate::connection::pragma;
use crate::operation::Kind;

type Answer = Result<Appended, InboxError>;

/// Appends that wait for a writer which is held up.
async fn pending(inbox: &SqliteInbox, ids: &[(&str, &str)]) -> Vec<JoinHandle<Answer>> {
    let mut appends = Vec::new();
    for (id, recording) in ids {
        let (inbox, message) = (inbox.clone(), message(id, recording));
        appends.push(tokio::spawn(async move { inbox.append(message).await }));
    }
    // Each task runs until it waits.
    for _ in 0..=ids.len() {
        tokio::task::yield_now().await;
    }
    appends
}

pub(super) async fn limit_pages(inbox: &SqliteInbox, pages: i64) {
    let limit = move |work: &mut crate::work::Work<'_>| {
        pragma(work.connection, "max_page_count", &pages.to_string())
    };
    inbox.write(Kind::Other, limit).await.unwrap();
}

#[tokio::test]
async fn one_bad_append_does_not_fail_its_batch() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    inbox.append(message("m0", "bad")).await.unwrap();
    let spoil = |work: &mut crate::work::Work<'_>| {
        work.run("UPDATE subjects SET state = '{' WHERE subject_id = 'bad'", [])?;
        work.memory.clear();
        Ok(())
    };
    inbox.write(Kind::Other, spoil).await.unwrap();

    let held = hold_up(&inbox).await;
    let appends = pending(&inbox, &[("m1", "r1"), ("m2", "bad"), ("m3", "r3")]).await;
    drop(held);
    let mut answers = Vec::new();
    for append in appends {
        answers.push(append.await.unwrap());
    }
    assert!(matches!(answers[0], Ok(Appended::New { .. })), "{answers:?}");
    assert!(matches!(answers[1], Err(InboxError::Damaged { .. })), "{answers:?}");
    assert!(matches!(answers[2], Ok(Appended::New { .. })), "{answers:?}");
    let stored = inbox.messages(&MessageQuery::default()).await.unwrap();
    assert_eq!(stored.len(), 3);
    // The rest of the file is sound; what was spoiled is found.
    let error = inbox.check().await.unwrap_err();
    assert!(matches!(error, InboxError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn a_full_disk_acknowledges_nothing_and_passes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    // SQLite says "full" of a limit of its own as of a disk.
    limit_pages(&inbox, 1).await;
    let held = hold_up(&inbox).await;
    let many: Vec<_> = (0..300).map(|n| (format!("m{n}"), format!("r{n}"))).collect();
    let many: Vec<_> = many.iter().map(|(id, recording)| (&**id, &**recording)).collect();
    let appends = pending(&inbox, &many).await;
    drop(held);
    for append in appends {
        let answer = append.await.unwrap();
        assert!(matches!(answer, Err(InboxError::Unavailable { .. })), "{answer:?}");
    }
    assert_eq!(inbox.messages(&MessageQuery::default()).await.unwrap(), []);

    // The cause goes, and nothing has to be reopened.
    limit_pages(&inbox, 1_000_000).await;
    for (at, (id, recording)) in many.iter().enumerate() {
        let answer = inbox.append(message(id, recording)).await.unwrap();
        assert_eq!(answer, Appended::New { seq: at as i64 + 1 });
    }
    assert_eq!(inbox.check().await.unwrap(), []);
}

#[tokio::test]
async fn a_dropped_append_is_committed() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let held = hold_up(&inbox).await;
    for append in pending(&inbox, &[("m1", "r1")]).await {
        append.abort();
        assert!(append.await.unwrap_err().is_cancelled());
    }
    drop(held);
    let again = inbox.append(message("m1", "r1")).await.unwrap();
    assert!(matches!(again, Appended::Duplicate { seq: 1, conflict: false, .. }), "{again:?}");
}

#[tokio::test]
async fn more_appends_than_may_wait_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = SqliteInbox::options(&path).with_queue_bytes(1500).open().unwrap();
    let held = hold_up(&inbox).await;
    let appends = pending(&inbox, &[("m1", "r1"), ("m2", "r2")]).await;
    let refused = inbox.append(message("m3", "r3")).await;
    assert!(matches!(refused, Err(InboxError::Overloaded)), "{refused:?}");
    drop(held);
    for append in appends {
        append.await.unwrap().unwrap();
    }
    inbox.append(message("m3", "r3")).await.unwrap();
}

#[tokio::test]
async fn nobody_hangs_after_a_panic_of_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let held = hold_up(&inbox).await;
    let appends = pending(&inbox, &[("m1", "r1")]).await;
    let panics = {
        let inbox = inbox.clone();
        tokio::spawn(async move {
            inbox
                .write(Kind::Append, |_| -> crate::failure::Result<()> { panic!("on purpose") })
                .await
        })
    };
    tokio::task::yield_now().await;
    drop(held);
    for append in appends {
        let answer = append.await.unwrap();
        assert!(matches!(answer, Err(InboxError::Closed)), "{answer:?}");
    }
    assert!(matches!(panics.await.unwrap(), Err(InboxError::Closed)));
    let later = inbox.append(message("m2", "r2")).await;
    assert!(matches!(later, Err(InboxError::Closed)), "{later:?}");
    inbox.close().await;
}

/// The system tells of a failed sync once, and takes for written what is not: no later sync makes up for it.
#[tokio::test]
async fn after_a_failure_of_the_disk_the_log_is_emptied_before_anything_is_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    for n in 0..20 {
        inbox.append(message(&format!("m{n}"), "r1")).await.unwrap();
    }
    let log = || std::fs::metadata(folder.path().join("inbox.db-wal")).unwrap().len();
    let before = log();
    let failed = inbox.write(Kind::Settle, |_| -> crate::failure::Result<()> {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC);
        Err(rusqlite::Error::SqliteFailure(code, None).into())
    });
    assert!(matches!(failed.await, Err(InboxError::Unavailable { .. })));

    // Somebody reads the log, so that it cannot be emptied.
    let reader = rusqlite::Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM messages;").unwrap();
    let refused = inbox.append(message("later", "r1")).await;
    assert!(matches!(refused, Err(InboxError::Unavailable { .. })), "{refused:?}");
    assert_eq!(log(), before);
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(inbox.append(message("later", "r1")).await.unwrap(), Appended::New { seq: 21 });
    assert!(log() < before, "{} after {before}", log());
    assert_eq!(inbox.check().await.unwrap(), []);
}

#[tokio::test]
async fn who_waits_hears_of_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let mut watch = inbox.watch(Topic::Messages);
    let panics =
        inbox.write(Kind::Append, |_| -> crate::failure::Result<()> { panic!("on purpose") });
    assert!(matches!(panics.await, Err(InboxError::Closed)));
    watch.changed().await;
}

/// Two read the same messages, and then both bring in what is new.
#[tokio::test]
async fn what_two_read_again_is_counted_once() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let known = message("m1", "r1");
    let mut unknown = known.clone();
    unknown.reading = Reading::of(b"{}");
    inbox.append(unknown).await.unwrap();
    let page = inbox.read(|connection| crate::filling::page(connection, 0, 10)).await.unwrap();
    let anew: Vec<_> =
        page.into_iter().map(|(stored, _)| (stored, known.reading.clone())).collect();
    for changed in [1, 0] {
        let anew = anew.clone();
        let read = inbox.write(Kind::Other, move |work| work.read_again(&anew, false)).await;
        assert_eq!(read.unwrap().changed, changed);
    }
    assert_eq!(inbox.check().await.unwrap(), []);
}
