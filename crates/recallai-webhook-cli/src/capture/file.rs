//! The file that deliveries are written to, a line each.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::printer::Lines;

/// A file that is added to. A line that was added is on the disk.
pub(super) struct CaptureFile {
    lines: Mutex<Lines<Synced>>,
}

impl CaptureFile {
    /// Opens a file, or makes one that only this user can read: it will hold what meetings are about, and
    /// signatures.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).read(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let is_new = !path.try_exists()?;
        let mut file = options.open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("this is no file that could be added to"));
        }
        if is_new {
            sync_folder(path)?;
        }
        end_line(&mut file)?;
        Ok(Self { lines: Mutex::new(Lines::new(Synced(file))) })
    }

    /// Adds a line, and waits until it is on the disk.
    pub(super) fn add(&self, line: &str) -> io::Result<()> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).write(line)
    }
}

/// Makes sure that a new file is found after a crash, and not only what is in it.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match cfg!(unix) {
        true => File::open(folder.unwrap_or(Path::new(".")))?.sync_all(),
        // Other systems do not let a folder be synced.
        false => Ok(()),
    }
}

/// Ends the last line where a crash has torn it, so that the next one is whole.
fn end_line(file: &mut File) -> io::Result<()> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(());
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
}

/// A file whose flush reaches the disk.
struct Synced(File);

impl Write for Synced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_to_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("captured.ndjson");
        for (before, after) in [("", "{}\n"), ("a\n", "a\n{}\n"), ("a\ntorn", "a\ntorn\n{}\n")] {
            std::fs::write(&path, before).unwrap();
            CaptureFile::open(&path).unwrap().add("{}\n").unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
        }
        assert!(CaptureFile::open(folder.path()).is_err());
    }
}
