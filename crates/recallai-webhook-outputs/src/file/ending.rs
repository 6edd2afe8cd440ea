//! The end of a file that a crash may have torn.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom, Write as _};

use serde::de::IgnoredAny;

/// How much is read at a time, in bytes.
const PART: u64 = 64 << 10;

/// What was done to a file.
pub(super) struct Mended {
    /// How long it is now.
    pub(super) len: u64,
    /// How many bytes were cut off.
    pub(super) cut: u64,
}

/// Makes a file end with a newline. A last line that is whole is ended; one that is torn is cut off, as it
/// cannot have been confirmed.
///
/// # Errors
///
/// It ends with something else than a part of a line, so that it is no file of this output; it stays as it is.
pub(super) fn mend(file: &mut File) -> io::Result<Mended> {
    let len = file.metadata()?.len();
    let begin = last_line(file, len)?;
    if begin == len {
        return Ok(Mended { len, cut: 0 });
    }
    file.seek(SeekFrom::Start(begin))?;
    let mut first = [0];
    file.read_exact(&mut first)?;
    // After a power failure a file can be longer than what was written to it, filled up with zeros.
    if !matches!(first, [b'{' | 0]) {
        let reason =
            "its last line has no end, and is none of this output; the file stays as it is";
        return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    }
    file.seek(SeekFrom::Start(begin))?;
    let is_whole = serde_json::from_reader::<_, IgnoredAny>(BufReader::new(&*file)).is_ok();
    if is_whole {
        file.write_all(b"\n")?;
        file.sync_data()?;
        return Ok(Mended { len: len + 1, cut: 0 });
    }
    file.set_len(begin)?;
    file.sync_data()?;
    Ok(Mended { len: begin, cut: len - begin })
}

/// Where the last line begins; the length if it has its newline.
fn last_line(file: &mut File, len: u64) -> io::Result<u64> {
    let mut end = len;
    let mut part = Vec::new();
    while end > 0 {
        let begin = end.saturating_sub(PART);
        file.seek(SeekFrom::Start(begin))?;
        part.clear();
        file.take(end - begin).read_to_end(&mut part)?;
        if let Some(newline) = part.iter().rposition(|byte| *byte == b'\n') {
            return Ok(begin + newline as u64 + 1);
        }
        end = begin;
    }
    Ok(0)
}
