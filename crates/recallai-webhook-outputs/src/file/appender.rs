//! Appends lines to a file, and puts it aside when it is full.

use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::aside::{look_at_folder, prune, put_aside, sync_folder};
use super::ending::{look, mend};
use crate::FileOptions;

/// What is written at a time, in bytes.
const AT_ONCE: u64 = 4 << 20;

/// A file that only this one appends to. Blocks while it works.
#[derive(Debug)]
pub(super) struct Appender {
    path: PathBuf,
    max_size: u64,
    max_age: Option<Duration>,
    keep: Option<u32>,
    /// Held from the first use on, so that nobody else cuts or renames what this one appends to.
    lock: Option<fs::File>,
    current: Option<Current>,
}

/// The file that is appended to.
#[derive(Debug)]
struct Current {
    file: fs::File,
    /// Up to where it is on the disk.
    len: u64,
    begun: SystemTime,
}

impl Appender {
    pub(super) fn new(options: &FileOptions) -> Self {
        Self {
            path: options.path.clone(),
            max_size: options.max_size.bytes(),
            max_age: options.max_age.map(crate::Period::duration),
            keep: options.keep,
            lock: None,
            current: None,
        }
    }

    /// Appends the first of some lines, as many as belong into one file, and at least one. Returns how many;
    /// they are on the disk.
    pub(super) fn append(&mut self, lines: &[Vec<u8>], now: SystemTime) -> io::Result<usize> {
        self.make_ready(now)?;
        let first = lines.first().map_or(0, |line| size(line));
        let is_full = |current: &Current| {
            let is_large = current.len + first > self.max_size;
            let age = now.duration_since(current.begun).unwrap_or_default();
            current.len > 0 && (is_large || self.max_age.is_some_and(|most| age >= most))
        };
        if self.current.as_ref().is_some_and(is_full) {
            self.rotate(now)?;
        }
        let Some(current) = &mut self.current else { return Ok(0) };
        if current.len == 0 {
            current.begun = now;
        }
        let room = AT_ONCE.min(self.max_size.saturating_sub(current.len));
        let mut bytes = Vec::new();
        let mut count = 0;
        for line in lines {
            if count > 0 && size(&bytes) + size(line) > room {
                break;
            }
            bytes.extend_from_slice(line);
            count += 1;
        }
        let file = &mut current.file;
        if let Err(error) = file.write_all(&bytes).and_then(|()| file.sync_data()) {
            // Nothing of it was confirmed. What remains if this fails too is mended when it is opened.
            if let Err(error) = file.set_len(current.len) {
                tracing::warn!(path = %self.path.display(), "what was not written is not cut off: {error}");
            }
            self.current = None;
            return Err(error);
        }
        current.len += size(&bytes);
        Ok(count)
    }

    /// Has the file open, if need be anew: somebody else may have renamed, removed or cut it.
    pub(super) fn make_ready(&mut self, now: SystemTime) -> io::Result<()> {
        if self.lock.is_none() {
            // Another name of the same file must not have a lock of its own.
            self.path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
            self.lock = Some(lock(&self.path)?);
        }
        if self.current.as_ref().is_some_and(|current| current.is_at(&self.path)) {
            return Ok(());
        }
        self.current = None;
        self.current = Some(Current::open(&self.path, now)?);
        Ok(())
    }

    /// Whether lines can be appended, as far as that shows without changing anything: the file is not made, and
    /// its lock is left to whoever appends.
    pub(super) fn look(&self) -> io::Result<()> {
        match is_there(&self.path)? {
            true => look(&mut fs::OpenOptions::new().append(true).read(true).open(&self.path)?)
                .map(drop),
            false => look_at_folder(&self.path),
        }
    }

    /// Lets the file go.
    pub(super) fn close(&mut self) {
        self.current = None;
        self.lock = None;
    }

    fn rotate(&mut self, now: SystemTime) -> io::Result<()> {
        let Some(old) = self.current.take() else { return Ok(()) };
        let permissions = old.file.metadata()?.permissions();
        // Not every system renames what is open.
        drop(old);
        put_aside(&self.path, now)?;
        let new = Current::open(&self.path, now)?;
        // Whoever was let to read the old one reads the new one.
        new.file.set_permissions(permissions)?;
        self.current = Some(new);
        if let Some(keep) = self.keep
            && let Err(error) = prune(&self.path, keep)
        {
            tracing::warn!(path = %self.path.display(), "old files are not removed: {error}");
        }
        Ok(())
    }
}

impl Current {
    fn open(path: &Path, now: SystemTime) -> io::Result<Self> {
        is_there(path)?;
        let mut file = private().append(true).read(true).create(true).open(path)?;
        // Even if it was there: whoever made it may have been killed before.
        sync_folder(path)?;
        let mended = mend(&mut file)?;
        if mended.cut > 0 {
            tracing::warn!(
                path = %path.display(),
                bytes = mended.cut,
                "cut off the last line, which was not written to its end and never confirmed"
            );
        }
        let metadata = file.metadata()?;
        let begun = metadata.created().or_else(|_| metadata.modified()).unwrap_or(now);
        Ok(Self { file, len: mended.len, begun })
    }

    /// Whether this is the file of that name, as long as it was left.
    fn is_at(&self, path: &Path) -> bool {
        let (Ok(own), Ok(found)) = (self.file.metadata(), fs::metadata(path)) else { return false };
        is_same(&own, &found) && own.len() == self.len
    }
}

/// Whether there is a file of that name.
fn is_there(path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(true),
        Ok(_) => Err(io::Error::other("this is no file that could be added to")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Other systems do not rename or remove what is open.
#[cfg(not(unix))]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    one.len() == other.len()
}

/// Makes files that only this user can read: they hold what meetings are about.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

/// The lock beside a file. It stays when the file is renamed.
fn lock(path: &Path) -> io::Result<fs::File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock = private().write(true).create(true).truncate(false).open(name)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            Err(io::Error::new(io::ErrorKind::ResourceBusy, "another output appends to it"))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn size(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Period, Size};

    const DAY: Duration = Duration::from_secs(86_400);

    #[test]
    fn an_old_file_is_put_aside_even_if_the_clock_goes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("e");
        let options = FileOptions::new(&path).with_max_age(Period::from_secs(86_400));
        let mut appender = Appender::new(&options);
        let begun = SystemTime::UNIX_EPOCH + Duration::from_secs(1_733_354_756);
        let mut append = |text: &str, now| {
            assert_eq!(appender.append(&[text.into()], now).unwrap(), 1);
        };
        append("{1}\n", begun);
        append("{2}\n", begun + DAY - Duration::from_secs(1));
        append("{3}\n", begun + DAY);
        append("{4}\n", begun + 2 * DAY);
        // The clock is set back, and what was begun then is old a day later.
        append("{5}\n", begun - DAY);
        std::fs::remove_file(&path).unwrap();
        append("{6}\n", begun - DAY);
        append("{7}\n", begun);
        for (stamp, expected) in [
            (".20241205T232556Z-1", "{1}\n{2}\n"),
            (".20241206T232556Z-1", "{3}\n"),
            (".20241206T232556Z-2", "{6}\n"),
            ("", "{7}\n"),
        ] {
            let file = folder.path().join(format!("e{stamp}"));
            assert_eq!(std::fs::read_to_string(&file).unwrap(), expected, "{stamp}");
        }
    }

    /// Whoever made or renamed the file may have been killed before its name was on the disk.
    #[test]
    fn the_folder_is_synced_whenever_a_file_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("e");
        fs::write(&path, "").unwrap();
        let options = FileOptions::new(&path).with_max_size(Size::from_bytes(8));
        let mut appender = Appender::new(&options);
        let mut append = |synced| {
            appender.append(&[b"{1}\n".to_vec()], SystemTime::UNIX_EPOCH).unwrap();
            assert_eq!(super::super::aside::synced(), synced);
        };
        // The second one fits, the third one has a file of its own.
        [1, 1, 2].into_iter().for_each(&mut append);
        fs::remove_file(&path).unwrap();
        append(3);
    }

    #[test]
    fn what_does_not_belong_into_the_file_is_left_for_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let options = FileOptions::new(folder.path().join("e")).with_max_size(Size::from_bytes(8));
        let mut appender = Appender::new(&options);
        let lines = vec![b"{1}\n".to_vec(); 5];
        for (begin, count) in [(0, 2), (2, 2), (4, 1)] {
            let appended = appender.append(&lines[begin..], SystemTime::UNIX_EPOCH).unwrap();
            assert_eq!(appended, count);
        }
    }
}
