//! Places: which file is meant, whatever it was called, and how it is made.

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
pub(crate) fn of(path: &Path) -> Result<PathBuf, InboxError> {
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
pub(crate) fn make(path: &Path) -> Result<(), InboxError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(of_file(path, &error)),
    }
}
