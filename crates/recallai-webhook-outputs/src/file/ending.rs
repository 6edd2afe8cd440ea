//! The end of a file that a crash may have torn.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};

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

/// How a file ends.
pub(super) struct Ending {
    len: u64,
    /// Up to where it is sound.
    sound: u64,
    /// Whether that is the end of a line.
    is_ended: bool,
}

/// How a line stands there.
enum Line {
    Ended,
    /// All but its newline.
    Whole,
    Torn,
}

/// Makes a file end with a newline. A last line that is whole is ended; one that is torn is cut off, as it
/// cannot have been confirmed.
///
/// # Errors
///
/// It ends with something else than a part of a line, so that it is no file of this output; it stays as it is.
pub(super) fn mend(file: &mut File) -> io::Result<Mended> {
    let Ending { len, sound, is_ended } = look(file)?;
    if sound < len {
        file.set_len(sound)?;
        file.sync_data()?;
    }
    if !is_ended {
        file.write_all(b"\n")?;
        file.sync_data()?;
    }
    Ok(Mended { len: sound + u64::from(!is_ended), cut: len - sound })
}

/// Looks at the end of a file. Of lines that are torn there may be several: what was not written before a power
/// failure, between what was, is zeros.
///
/// # Errors
///
/// It ends with something else than a part of a line.
pub(super) fn look(file: &mut File) -> io::Result<Ending> {
    let len = file.metadata()?.len();
    let mut sound = len;
    while sound > 0 {
        let begin = behind_newline(file, sound - 1)?;
        match judge(file, begin, sound)? {
            Line::Ended => break,
            Line::Whole => return Ok(Ending { len, sound, is_ended: false }),
            Line::Torn => sound = begin,
        }
    }
    Ok(Ending { len, sound, is_ended: true })
}

fn judge(file: &mut File, begin: u64, end: u64) -> io::Result<Line> {
    file.seek(SeekFrom::Start(begin))?;
    let mut line = BufReader::new((&*file).take(end - begin));
    let (mut first, mut last, mut has_zero) = (None, 0, false);
    loop {
        let part = line.fill_buf()?;
        let (Some(head), Some(tail)) = (part.first(), part.last()) else { break };
        first.get_or_insert(*head);
        last = *tail;
        has_zero |= part.contains(&0);
        let read = part.len();
        line.consume(read);
    }
    if last == b'\n' && !has_zero {
        return Ok(Line::Ended);
    }
    if !matches!(first, Some(b'{' | 0)) {
        let reason =
            "its last line has no end, and is none of this output; the file stays as it is";
        return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    }
    file.seek(SeekFrom::Start(begin))?;
    let line = BufReader::new((&*file).take(end - begin));
    let is_whole = serde_json::from_reader::<_, IgnoredAny>(line).is_ok();
    Ok(if is_whole { Line::Whole } else { Line::Torn })
}

/// Where the line begins that goes on at `end`: behind the newline before it.
fn behind_newline(file: &mut File, end: u64) -> io::Result<u64> {
    let mut end = end;
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
