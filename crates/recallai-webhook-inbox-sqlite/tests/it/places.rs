//! Which file is meant, whatever it is called.

use std::time::Duration;

use recallai_webhook_inbox::recording::Subject;
use recallai_webhook_inbox::{Appended, Inbox, InboxError, InboxExt};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::bodies::{artifact, message};

#[cfg(unix)]
#[tokio::test]
async fn a_file_has_one_owner_by_whatever_name() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("inbox.db"), folder.path().join("link.db"));
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let inbox = SqliteInbox::open(&file).unwrap();
    let second = SqliteInbox::open(&link);
    assert!(matches!(second, Err(InboxError::InUse { .. })), "{second:?}");
    let dotted = SqliteInbox::open(folder.path().join("./inbox.db"));
    assert!(matches!(dotted, Err(InboxError::InUse { .. })), "{dotted:?}");
    assert!(SqliteInbox::is_owned(&file) && SqliteInbox::is_owned(&link));
    inbox.close().await;
    assert!(!SqliteInbox::is_owned(&file), "the lock stays behind, and nobody holds it");
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    inbox.stats().await.unwrap();
    inbox.backup(&folder.path().join("backup.db"), |_, _| {}).unwrap();
    for name in ["inbox.db", "inbox.db-wal", "backup.db"] {
        let mode = folder.path().join(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    inbox.close().await;
}

/// Under another name the log is another one.
#[cfg(unix)]
#[tokio::test]
async fn a_file_with_two_names_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (file, hard) = (folder.path().join("inbox.db"), folder.path().join("hard.db"));
    let inbox = SqliteInbox::open(&file).unwrap();
    std::fs::hard_link(&file, &hard).unwrap();
    for refused in [SqliteInbox::open(&hard), SqliteInbox::attach(&hard)] {
        assert!(matches!(refused, Err(InboxError::Unsupported { .. })), "{refused:?}");
    }
    inbox.append(message("m1", artifact("transcript", "done", "r1", 1), 100)).await.unwrap();
    inbox.close().await;
    std::fs::remove_file(&hard).unwrap();
    SqliteInbox::open(&file).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_log_that_is_gone_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    std::fs::remove_file(folder.path().join("inbox.db-wal")).unwrap();
    let refused = inbox.append(message("m1", artifact("transcript", "done", "r1", 1), 100)).await;
    assert!(matches!(refused, Err(InboxError::Unavailable { .. })), "{refused:?}");
}

/// As when a backup is put back while the owner runs.
#[cfg(unix)]
#[tokio::test]
async fn who_is_attached_to_a_file_that_was_replaced_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (file, backup) = (folder.path().join("inbox.db"), folder.path().join("backup.db"));
    let owner = SqliteInbox::open(&file).unwrap();
    owner.backup(&backup, |_, _| {}).unwrap();
    let beside = SqliteInbox::attach(&file).unwrap();
    let wait = {
        let (beside, need) = (beside.clone(), "transcript".parse().unwrap());
        let recording = Subject::recording("r1");
        tokio::spawn(async move {
            beside.wait("recall", &recording, &need, Duration::from_secs(600)).await
        })
    };
    tokio::task::yield_now().await;
    std::fs::rename(&backup, &file).unwrap();
    for refused in [
        wait.await.unwrap().map(drop),
        beside.stats().await.map(drop),
        SqliteInbox::attach(&file).map(drop),
    ] {
        assert!(matches!(refused, Err(InboxError::Unavailable { .. })), "{refused:?}");
    }
}

/// What would be written to a file without a name is lost with the process.
#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_gone_takes_nothing_until_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let (file, away) = (folder.path().join("inbox.db"), folder.path().join("away.db"));
    let inbox = SqliteInbox::open(&file).unwrap();
    let append = async |id: &str| {
        inbox.append(message(id, artifact("transcript", "done", id, 1), 100)).await
    };
    append("m1").await.unwrap();
    std::fs::rename(&file, &away).unwrap();
    let refused = append("m2").await;
    let says = |error: &InboxError| error.to_string().contains("was moved or replaced");
    assert!(refused.as_ref().is_err_and(|e| says(e) && e.may_pass()), "{refused:?}");
    std::fs::write(&file, "").unwrap();
    let refused = append("m2").await;
    assert!(refused.as_ref().is_err_and(says), "{refused:?}");
    std::fs::rename(&away, &file).unwrap();
    assert_eq!(append("m2").await.unwrap(), Appended::New { seq: 2 });
    inbox.close().await;
}

#[test]
fn what_is_no_file_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    for name in [path, ":memory:", "file:inbox.db", "/dev/null", ""] {
        let refused = SqliteInbox::open(name);
        assert!(matches!(refused, Err(InboxError::Unsupported { .. })), "{name}: {refused:?}");
    }
    assert_eq!(std::fs::read_dir(path).unwrap().count(), 0);
}
