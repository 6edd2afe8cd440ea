//! Backups: a copy of the file as it is at one moment, while it is in use.

use std::fs;
use std::io;
use std::path::Path;

use recallai_webhook_inbox::InboxError;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::connection;
use crate::failure::{Result, of_file, unsupported};
use crate::inbox::SqliteInbox;
use crate::path;

/// How many pages are copied between two calls of `progress`: 4 MiB.
const STEP: i32 = 1024;

impl SqliteInbox {
    /// Copies the inbox to another file, as it is now, and calls `progress` with how many of how many
    /// pages are done. Blocks until the copy is on the disk. It goes on while the inbox is in use; what
    /// is written meanwhile stays in the write-ahead log until it is done. The copy is one plain file,
    /// with everything in it, which can be opened like the original.
    ///
    /// # Errors
    ///
    /// [`InboxError::Unsupported`]: there is a file already. [`InboxError::Unavailable`]: reading or
    /// writing failed; what was copied by then is removed.
    pub fn backup(&self, to: &Path, mut progress: impl FnMut(u64, u64)) -> Result<(), InboxError> {
        let partial = path::beside(to, ".partial");
        if to.try_exists().map_err(|error| of_file(to, &error))? {
            return Err(unsupported(format!("{} exists already", to.display())));
        }
        let opened = path::new_file().open(&partial);
        opened.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                let partial = partial.display();
                unsupported(format!("{partial} exists already: of a backup that is under way, or broke off and can be deleted"))
            }
            _ => of_file(&partial, &error),
        })?;
        let copied = copy(self.path(), &partial, &mut progress).map_err(InboxError::from);
        let copied = copied.and_then(|()| {
            // Unlike a renaming, a second name is refused if the file has come to be in between.
            fs::hard_link(&partial, to).map_err(|error| of_file(to, &error))
        });
        let removed = fs::remove_file(&partial);
        // What SQLite left beside it, if it came to no end.
        let _ = fs::remove_file(path::beside(&partial, "-journal"));
        copied?;
        removed.map_err(|error| of_file(&partial, &error))?;
        sync_folder(to).map_err(|error| of_file(to, &error))
    }
}

fn copy(from: &Path, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<()> {
    let source = connection::reader(from)?;
    // One moment for the whole copy: else it would begin anew with each commit.
    source.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;")?;
    let mut target = connection::open(to, true)?;
    let backup = Backup::new(&source, &mut target)?;
    let mut step = backup.step(STEP)?;
    loop {
        let state = backup.progress();
        let total = u64::try_from(state.pagecount).unwrap_or_default();
        let left = u64::try_from(state.remaining).unwrap_or_default();
        progress(total.saturating_sub(left), total);
        match step {
            StepResult::Done => break,
            // The source is in nobody's way, and nobody knows of the target.
            _ => step = backup.step(STEP)?,
        }
    }
    drop(backup);
    make_plain(&target)
}

/// Leaves nothing beside the file that belongs to it.
fn make_plain(target: &Connection) -> Result<()> {
    connection::pragma(target, "synchronous", "FULL")?;
    connection::pragma(target, "journal_mode", "DELETE")
}

#[cfg(unix)]
fn sync_folder(of: &Path) -> io::Result<()> {
    let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty());
    fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_of: &Path) -> io::Result<()> {
    Ok(())
}
