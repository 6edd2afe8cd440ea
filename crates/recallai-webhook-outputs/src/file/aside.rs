//! Files that were put aside: how they are named, and which of them are kept.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use jiff::Timestamp;

/// When a file was put aside, and its number among those of the same second. Ordered by time.
///
/// The name of `events.ndjson` becomes `events.ndjson.20241204T232556Z-1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Stamp {
    second: String,
    number: u64,
}

impl Stamp {
    fn at(now: SystemTime) -> Self {
        let now = Timestamp::try_from(now).unwrap_or_default();
        Self { second: now.strftime("%Y%m%dT%H%M%SZ").to_string(), number: 1 }
    }

    /// The stamp of a file's name that begins as `prefix` does.
    fn read(prefix: &str, name: &OsStr) -> Option<Self> {
        let (second, number) = name.to_str()?.strip_prefix(prefix)?.split_once('-')?;
        let form = |(place, byte)| match place {
            8 => byte == b'T',
            15 => byte == b'Z',
            _ => u8::is_ascii_digit(&byte),
        };
        let is_stamp = second.len() == 16 && second.bytes().enumerate().all(form);
        let number = number.parse().ok().filter(|_| is_stamp)?;
        Some(Self { second: second.into(), number })
    }

    /// The next one, which is later than this whatever the clock says.
    fn next(self, now: SystemTime) -> Self {
        let next = Self::at(now);
        match next.second > self.second {
            true => next,
            false => Self { number: self.number + 1, ..self },
        }
    }
}

/// Renames a file, so that its name is free.
pub(super) fn put_aside(path: &Path, now: SystemTime) -> io::Result<()> {
    let last = stamped(path)?.into_iter().next_back();
    let stamp = last.map_or_else(|| Stamp::at(now), |(last, _)| last.next(now));
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-{}", stamp.second, stamp.number));
    fs::rename(path, name)
}

/// Removes the oldest of the files that were put aside, all but so many.
pub(super) fn prune(path: &Path, keep: u32) -> io::Result<()> {
    let stamped = stamped(path)?;
    let keep = usize::try_from(keep).unwrap_or(usize::MAX);
    let old = stamped.len().saturating_sub(keep);
    stamped.iter().take(old).try_for_each(|(_, file)| fs::remove_file(file))
}

/// The files that were put aside, the oldest first.
fn stamped(path: &Path) -> io::Result<Vec<(Stamp, PathBuf)>> {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let prefix = format!("{name}.");
    let mut stamped = Vec::new();
    for entry in fs::read_dir(folder(path))? {
        let entry = entry?;
        stamped.extend(Stamp::read(&prefix, &entry.file_name()).map(|stamp| (stamp, entry.path())));
    }
    stamped.sort();
    Ok(stamped)
}

/// Makes sure that the names in the folder of a file are found after a crash, and not only what is in them.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(test)]
    SYNCED.set(SYNCED.get() + 1);
    match cfg!(unix) {
        true => fs::File::open(folder(path))?.sync_all(),
        // Other systems do not let a folder be synced.
        false => Ok(()),
    }
}

#[cfg(test)]
thread_local!(static SYNCED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) });

/// How often this thread has synced a folder.
#[cfg(test)]
pub(super) fn synced() -> usize {
    SYNCED.get()
}

/// Whether a file may be made there, as far as that shows without making one.
pub(super) fn look_at_folder(path: &Path) -> io::Result<()> {
    let found = fs::metadata(folder(path))?;
    match (found.is_dir(), found.permissions().readonly()) {
        (true, false) => Ok(()),
        (true, true) => {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "the folder is read-only"))
        }
        (false, _) => Err(io::ErrorKind::NotADirectory.into()),
    }
}

fn folder(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}
