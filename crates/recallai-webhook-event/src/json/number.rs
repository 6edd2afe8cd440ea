//! Numbers: the grammar, a limit on their length, and a range that a machine type holds.

use super::Fault;
use crate::MAX_NUMBER_LEN;
use crate::error::Reason;

/// The offset behind the number that starts at `start`.
pub(super) fn scan(text: &str, start: usize) -> Result<usize, Fault> {
    let bytes = text.as_bytes();
    let mut at = start;
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    let whole = digits(bytes, at)?;
    if whole > at + 1 && bytes[at] == b'0' {
        return Err(Fault::new(Reason::Syntax { expected: "a number without leading zeros" }, at));
    }
    at = whole;
    if bytes.get(at) == Some(&b'.') {
        at = digits(bytes, at + 1)?;
    }
    let scaled = matches!(bytes.get(at), Some(b'e' | b'E'));
    if scaled {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at = digits(bytes, at + 1 + sign)?;
    }
    if at - start > MAX_NUMBER_LEN {
        return Err(Fault::new(Reason::NumberTooLong, start));
    }
    // Without an exponent, a number of at most MAX_NUMBER_LEN digits is far inside the range.
    if scaled && !text[start..at].parse::<f64>().is_ok_and(f64::is_finite) {
        return Err(Fault::new(Reason::NumberRange, start));
    }
    Ok(at)
}

fn digits(bytes: &[u8], start: usize) -> Result<usize, Fault> {
    let count = bytes[start.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    match count {
        0 if start >= bytes.len() => {
            Err(Fault::new(Reason::CutShort { expected: "a digit" }, bytes.len()))
        }
        0 => Err(Fault::new(Reason::Syntax { expected: "a digit" }, start)),
        _ => Ok(start + count),
    }
}
