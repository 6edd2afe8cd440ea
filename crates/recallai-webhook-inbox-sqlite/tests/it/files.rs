//! Files that are not ours, or not of our time; and copies.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use recallai_webhook_inbox::{Inbox, InboxError};
use recallai_webhook_inbox_sqlite::SqliteInbox;
use rusqlite::Connection;

use crate::bodies::{artifact, message};

/// Neither way of opening takes it; returns what the owner is told.
fn refused(path: &std::path::Path) -> InboxError {
    let before = std::fs::read(path).unwrap();
    SqliteInbox::attach(path).unwrap_err();
    let error = SqliteInbox::open(path).unwrap_err();
    assert_eq!(std::fs::read(path).unwrap(), before, "it is left as it was");
    error
}

#[test]
fn a_newer_file_is_refused_with_both_versions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    drop(SqliteInbox::open(&path).unwrap());
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA user_version = 4711; PRAGMA journal_mode = DELETE").unwrap();
    drop(connection);
    let error = refused(&path);
    assert!(matches!(error, InboxError::Newer { found: 4711, .. }), "{error}");
    assert!(error.to_string().contains("4711") && error.to_string().contains("up to 4"), "{error}");
}

#[test]
fn what_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    std::fs::write(&path, "a letter to a friend, which nobody may overwrite".repeat(100)).unwrap();
    let error = refused(&path);
    assert!(matches!(error, InboxError::Damaged { .. }), "{error}");
}

#[test]
fn a_database_of_another_application_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE friends (name TEXT)").unwrap();
    let error = refused(&path);
    assert!(error.to_string().contains("another application"), "{error}");
}

#[test]
fn a_folder_that_is_missing_is_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let error = SqliteInbox::open(folder.path().join("none/inbox.db")).unwrap_err();
    assert!(matches!(error, InboxError::Unavailable { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_busy_inbox_is_sound() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    for n in 0..500 {
        let body = artifact("transcript", "done", &format!("r{n}"), n);
        inbox.append(message(&format!("before-{n}"), body, 100)).await.unwrap();
    }
    let stop = Arc::new(AtomicBool::new(false));
    let busy = tokio::spawn({
        let (inbox, stop) = (inbox.clone(), Arc::clone(&stop));
        async move {
            let mut n = 0;
            while !stop.load(Ordering::Relaxed) {
                let body = artifact("video_mixed", "done", &format!("r{n}"), n);
                inbox.append(message(&format!("while-{n}"), body, 100)).await.unwrap();
                n += 1;
            }
        }
    });
    let copy = folder.path().join("copy.db");
    let (original, to) = (inbox.clone(), copy.clone());
    let backup = tokio::task::spawn_blocking(move || {
        let mut seen = Vec::new();
        original.backup(&to, |done, total| seen.push((done, total))).unwrap();
        let again = original.backup(&to, |_, _| {}).unwrap_err();
        assert!(matches!(again, InboxError::Unsupported { .. }), "{again}");
        seen
    });
    let seen = backup.await.unwrap();
    stop.store(true, Ordering::Relaxed);
    busy.await.unwrap();
    assert!(seen.last().is_some_and(|(done, total)| done == total && *total > 0), "{seen:?}");

    let names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("copy"))
        .collect();
    assert_eq!(names, ["copy.db"]);
    let copy = SqliteInbox::open(&copy).unwrap();
    assert_eq!(copy.check().await.unwrap(), []);
    let again =
        copy.append(message("before-7", artifact("transcript", "done", "r7", 7), 100)).await;
    assert!(
        matches!(again, Ok(recallai_webhook_inbox::Appended::Duplicate { seq: 8, .. })),
        "{again:?}"
    );
}

#[tokio::test]
async fn a_check_tells_how_far_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    for n in 0..600 {
        let body = artifact("transcript", "done", &format!("r{n}"), 1);
        inbox.append(message(&format!("m{n}"), body, 100)).await.unwrap();
    }
    let mut told = Vec::new();
    assert_eq!(inbox.check_with(|done, of| told.push((done, of))).unwrap(), []);
    assert_eq!(told, [(0, 600), (500, 600), (600, 600)]);
}
