//! What a user names on the command line: a file, or standard input under the name `-`.

use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use crate::exit::Failure;
use crate::terminal;

/// The most that is read: a few times the longest body that a receiver accepts.
const MOST: u64 = 64 << 20;

/// Reads all of it. `what` is said to somebody who sits at a terminal and wonders.
pub(crate) fn read(path: &Path, what: &str) -> Result<Vec<u8>, Failure> {
    read_up_to(path, what, MOST)
}

/// The same, of at most so many bytes.
pub(crate) fn read_up_to(path: &Path, what: &str, most: u64) -> Result<Vec<u8>, Failure> {
    let place = name(path);
    let mut bytes = Vec::new();
    let read = if is_standard_input(path) {
        if io::stdin().is_terminal() {
            terminal::eprint(&format!("reading {what} from standard input, until its end\n"));
        }
        io::stdin().lock().take(most + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
    };
    match read {
        Err(error) => Err(Failure::not_tried_at(place, error)),
        Ok(length) if length as u64 > most => {
            Err(Failure::not_tried_at(place, format!("larger than {} MiB", most >> 20)))
        }
        Ok(_) => Ok(bytes),
    }
}

/// The same for what has to be text.
pub(crate) fn read_text(path: &Path, what: &str) -> Result<String, Failure> {
    String::from_utf8(read(path, what)?).map_err(|_| Failure::not_tried_at(name(path), "not utf-8"))
}

/// Standard input can be read once: refuses a command line that names it for several things.
pub(crate) fn read_by_one<'p>(paths: impl IntoIterator<Item = &'p PathBuf>) -> Result<(), Failure> {
    let readers = paths.into_iter().filter(|path| is_standard_input(path)).count();
    if readers < 2 {
        return Ok(());
    }
    Err(Failure::not_tried("standard input can be read once only, and two arguments want it"))
}

pub(crate) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// How a message names it.
pub(crate) fn name(path: &Path) -> String {
    match is_standard_input(path) {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    }
}
