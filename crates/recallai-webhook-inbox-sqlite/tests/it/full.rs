//! A disk that is full, and then is not.

use std::path::{Path, PathBuf};
use std::process::Command;

use recallai_webhook_inbox::{Appended, Inbox, InboxError};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::bodies::{artifact, message};

/// A small disk in memory, for as long as this lives.
struct Disk(PathBuf);

impl Disk {
    /// `None` where this process may not mount anything.
    fn mount(at: &Path, size: &str) -> Option<Self> {
        let disk = Self(at.to_owned());
        disk.run(&format!("size={size}")).then_some(disk)
    }

    fn resize(&self, size: &str) {
        assert!(self.run(&format!("remount,size={size}")));
    }

    fn run(&self, options: &str) -> bool {
        let mut command = Command::new("mount");
        let command = command.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&self.0);
        command.output().is_ok_and(|output| output.status.success())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Whatever still uses it: the name is free again.
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[tokio::test]
async fn a_full_disk_is_said_to_be_and_passes_without_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(folder.path(), "1m") else {
        println!("skipped: this process may not mount a small disk to fill");
        return;
    };
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let body = |n: u64| artifact("transcript", "done", &format!("r{n}"), n);
    let mut stored = 0;
    let error = loop {
        match inbox.append(message(&format!("m{stored}"), body(stored), 100)).await {
            Ok(appended) => assert!(matches!(appended, Appended::New { .. }), "{appended:?}"),
            Err(error) => break error,
        }
        stored += 1;
        assert!(stored < 10_000, "it never became full");
    };
    assert!(matches!(error, InboxError::Unavailable { .. }), "{error}");
    assert!(error.to_string().contains("full"), "{error}");
    for _ in 0..3 {
        let probed = inbox.probe().await;
        assert!(matches!(probed, Err(InboxError::Unavailable { .. })), "{probed:?}");
    }
    // What was acknowledged can be asked for while it is full.
    let last = format!("r{}", stored - 1);
    let subject = recallai_webhook_inbox::recording::Subject::recording(last);
    assert!(inbox.subject("recall", &subject).await.unwrap().is_some());

    disk.resize("64m");
    inbox.probe().await.unwrap();
    for n in stored..stored + 10 {
        let appended = inbox.append(message(&format!("m{n}"), body(n), 100)).await.unwrap();
        assert_eq!(appended, Appended::New { seq: n as i64 + 1 });
    }
    assert_eq!(inbox.check().await.unwrap(), []);
    inbox.close().await;
}
