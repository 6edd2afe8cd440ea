//! Whether a `serve` works on the inbox now.

use std::fs::{File, TryLockError};
use std::path::Path;

/// What the name of the lock beside the file ends with.
const LOCK: &str = ".lock";

/// Whether somebody holds the lock of an inbox. It is let go at once if it was free.
pub(super) fn is_served(inbox: &Path) -> bool {
    let inbox = inbox.canonicalize().unwrap_or_else(|_| inbox.to_owned());
    let mut name = inbox.into_os_string();
    name.push(LOCK);
    let Ok(lock) = File::open(name) else { return false };
    matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
}

#[cfg(test)]
mod tests {
    use recallai_webhook_inbox_sqlite::SqliteInbox;

    use super::*;

    #[test]
    fn an_inbox_is_served_while_its_owner_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("inbox.db");
        assert!(!is_served(&file), "there is none");
        let inbox = SqliteInbox::open(&file).unwrap();
        assert!(is_served(&file));
        drop(inbox);
        assert!(!is_served(&file), "the lock stays behind");
    }
}
