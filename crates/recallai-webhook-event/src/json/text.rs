//! Strings: found eight bytes at a time, decoded only when they carry an escape.

use std::borrow::Cow;

use super::Fault;
use crate::error::Reason;

/// The inside of a JSON string, between its quotes, as it stands in the body.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Text<'a> {
    /// No escapes: the text is the value.
    Plain(&'a str),
    /// Holds at least one escape; all of them are well-formed.
    Escaped(&'a str),
}

impl<'a> Text<'a> {
    /// Scans a string whose opening quote stands just before `start`; returns it and the offset
    /// behind its closing quote.
    #[inline]
    pub(super) fn scan(text: &'a str, start: usize) -> Result<(Self, usize), Fault> {
        let end = skip_plain(text.as_bytes(), start);
        match text.as_bytes().get(end) {
            Some(b'"') => Ok((Text::Plain(&text[start..end]), end + 1)),
            _ => Self::scan_escaped(text, start, end),
        }
    }

    /// Goes on with a string that is plain up to `at`, and not over there.
    #[cold]
    fn scan_escaped(text: &'a str, start: usize, mut at: usize) -> Result<(Self, usize), Fault> {
        let bytes = text.as_bytes();
        loop {
            match bytes.get(at) {
                Some(b'"') => return Ok((Text::Escaped(&text[start..at]), at + 1)),
                Some(b'\\') => at = skip_plain(bytes, skip_escape(bytes, at)?),
                Some(_) => return Err(Fault::new(Reason::ControlCharacter, at)),
                None => {
                    return Err(Fault::new(Reason::CutShort { expected: "a closing quote" }, at));
                }
            }
        }
    }

    /// The text as it stands in the body.
    pub(super) fn raw(self) -> &'a str {
        match self {
            Text::Plain(raw) | Text::Escaped(raw) => raw,
        }
    }

    /// The value. Half of a surrogate pair, which JSON allows and Unicode does not, becomes U+FFFD.
    #[inline]
    pub(crate) fn decode(self) -> Cow<'a, str> {
        match self {
            Text::Plain(plain) => Cow::Borrowed(plain),
            Text::Escaped(escaped) => Cow::Owned(unescape(escaped)),
        }
    }
}

/// The offset of the first quote, backslash or control character at or after `at`.
#[inline]
fn skip_plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let quote = word ^ (ONES * b'"' as u64);
        let backslash = word ^ (ONES * b'\\' as u64);
        // A byte below the subtracted one borrows into its high bit; bytes from 0x80 up are text.
        let hit = (quote.wrapping_sub(ONES)
            | backslash.wrapping_sub(ONES)
            | word.wrapping_sub(ONES * 0x20))
            & !word
            & HIGH;
        if hit != 0 {
            return at + (hit.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        at += 1;
    }
    at
}

/// The offset behind the escape that starts at `at`.
fn skip_escape(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') if code_unit(bytes, at + 2).is_some() => Ok(at + 6),
        _ => Err(Fault::new(Reason::Escape, at)),
    }
}

fn code_unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 4)?;
    digits
        .iter()
        .try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)? as u16))
}

fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(next) = text[from..].find('\\') {
        out.push_str(&text[from..from + next]);
        let at = from + next;
        from = at + 2;
        match bytes.get(at + 1) {
            Some(b'b') => out.push('\u{8}'),
            Some(b'f') => out.push('\u{c}'),
            Some(b'n') => out.push('\n'),
            Some(b'r') => out.push('\r'),
            Some(b't') => out.push('\t'),
            Some(b'u') => {
                let units =
                    std::iter::successors(Some(at), |at| Some(at + 6)).map_while(|at| match bytes
                        .get(at..at + 2)
                    {
                        Some(b"\\u") => code_unit(bytes, at + 2),
                        _ => None,
                    });
                let mut taken = 0;
                for decoded in char::decode_utf16(units) {
                    taken += decoded.as_ref().map_or(1, |character| character.len_utf16());
                    out.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                from = at + 6 * taken;
            }
            Some(other) => out.push(char::from(*other)),
            None => {}
        }
    }
    out.push_str(&text[from..]);
    out
}
