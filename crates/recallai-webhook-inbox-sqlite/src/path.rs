//! Paths: which file is meant, whatever it was called, and how it is made.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use recallai_webhook_inbox::InboxError;

use crate::failure::{of_file, unsupported};

/// The one name of a file, so that nobody takes its lock under another one.
///
/// # Errors
///
/// It is something else than a file, or in a folder that is not there.
pub(crate) fn canonical(path: &Path) -> Result<PathBuf, InboxError> {
    match path.canonicalize() {
        Ok(path) if path.is_file() => Ok(path),
        Ok(_) => Err(unsupported(format!("{} is not a file", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => in_folder(path),
        Err(error) => Err(of_file(path, &error)),
    }
}

/// A file that is not there yet.
fn in_folder(path: &Path) -> Result<PathBuf, InboxError> {
    // SQLite gives these a meaning of its own.
    let is_special =
        path.to_str().is_some_and(|text| text.starts_with([':', '?']) || text.starts_with("file:"));
    let (Some(name), false) = (path.file_name(), is_special) else {
        return Err(unsupported(format!("{} is not the name of a file", path.display())));
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let folder = folder.canonicalize().map_err(|error| of_file(folder, &error))?;
    Ok(folder.join(name))
}

/// Makes a file that only its owner can read, if there is none. What SQLite puts beside it is as the file
/// is.
pub(crate) fn create(path: &Path) -> Result<(), InboxError> {
    match new_file().open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(of_file(path, &error)),
    }
}

/// For a file that is not there, and that only its owner can read.
pub(crate) fn new_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Which file has this name, as text.
pub(crate) fn identity_text(path: &Path) -> String {
    identity(path).map(|(device, file)| format!("{device}:{file}")).unwrap_or_default()
}

/// A log belongs to one name of a file: under another one nobody sees what is in it, and what is written
/// destroys the file.
///
/// # Errors
///
/// It has several.
#[cfg(unix)]
pub(crate) fn require_one_name(path: &Path) -> Result<(), InboxError> {
    let file = std::fs::metadata(path).map_err(|error| of_file(path, &error))?;
    let names = std::os::unix::fs::MetadataExt::nlink(&file);
    if names > 1 {
        let path = path.display();
        return Err(unsupported(format!("{path} has {names} names (hard links); leave it one")));
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn require_one_name(_path: &Path) -> Result<(), InboxError> {
    Ok(())
}

pub(crate) fn moved(path: &Path) -> InboxError {
    let path = path.display();
    let reason = format!("{path} or its -wal was moved or replaced; put it back, or start again");
    InboxError::Unavailable { reason: reason.into() }
}

/// Which file and which log are there, as far as that is known.
pub(crate) type Identities = [Option<(u64, u64)>; 2];

/// Which file and which log have these names now.
pub(crate) fn identities(path: &Path, log: &Path) -> Identities {
    [identity(path), identity(log)]
}

/// The write-ahead log of a file.
pub(crate) fn log(file: &Path) -> PathBuf {
    beside(file, "-wal")
}

/// What stands beside a file under its name and an ending.
pub(crate) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    let file = std::fs::metadata(path).ok()?;
    Some((std::os::unix::fs::MetadataExt::dev(&file), std::os::unix::fs::MetadataExt::ino(&file)))
}

#[cfg(not(unix))]
fn identity(_path: &Path) -> Option<(u64, u64)> {
    // The system lets nobody move a file that is open.
    None
}
