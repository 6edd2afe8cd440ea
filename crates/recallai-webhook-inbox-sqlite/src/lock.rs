//! The lock beside the file: it proves that its owner lives, and says which file that opened.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

use recallai_webhook_inbox::InboxError;

use crate::failure::of_file;
use crate::path;

/// What its name ends with.
const LOCK: &str = ".lock";

/// How often the lock is tried: somebody who is attached holds it for a moment to see whether it is free.
const TRIES: u32 = 10;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// Takes the lock, which the system lets go when the process ends, however it ends.
pub(crate) fn own(path: &Path) -> Result<File, InboxError> {
    let name = path::beside(path, LOCK);
    let opened = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&name);
    let file = opened.map_err(|error| of_file(&name, &error))?;
    for n in 0..TRIES {
        if n > 0 {
            thread::sleep(PAUSE);
        }
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(of_file(&name, &error)),
        }
    }
    Err(InboxError::InUse { store: path.display().to_string().into() })
}

/// Whether somebody owns the file now. Holds the lock for a moment if nobody does.
pub(crate) fn is_owned(path: &Path) -> bool {
    File::open(path::beside(path, LOCK)).is_ok_and(|lock| is_held(&lock))
}

fn is_held(lock: &File) -> bool {
    matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Writes down which file its owner has opened.
pub(crate) fn note(mut lock: &File, path: &Path) -> io::Result<()> {
    lock.set_len(0)?;
    lock.write_all(path::identity_text(path).as_bytes())
}

/// For who is attached: the owner, if there is one, has opened the same file. Otherwise it was moved or
/// replaced, and the log beside it is of another one.
pub(crate) fn require_same_file(path: &Path) -> Result<(), InboxError> {
    let Ok(mut lock) = File::open(path::beside(path, LOCK)) else { return Ok(()) };
    if !is_held(&lock) {
        return Ok(());
    }
    let mut noted = String::new();
    let is_noted = lock.read_to_string(&mut noted).is_ok() && !noted.is_empty();
    if is_noted && noted != path::identity_text(path) {
        return Err(path::moved(path));
    }
    Ok(())
}
