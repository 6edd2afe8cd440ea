//! Which file is meant, whatever it is called.

use recallai_webhook_inbox::{Inbox, InboxError};
use recallai_webhook_inbox_sqlite::SqliteInbox;

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
    inbox.close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    inbox.stats().await.unwrap();
    for name in ["inbox.db", "inbox.db-wal"] {
        let mode = folder.path().join(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
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
