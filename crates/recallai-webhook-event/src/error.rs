//! Why a body is unreadable: what is wrong, at which path, at which byte; never a value.

use std::fmt;

use crate::json::{Fault, locate};

/// A body that is not a readable event.
///
/// The message names the member by its path and the byte by its offset. It never repeats a value
/// of the body, nor a member name that is not part of the documented grammar (such a name stands
/// as `*`), so it may go to a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ParseError {
    reason: Reason,
    path: Box<str>,
    offset: usize,
}

/// What is wrong with an unreadable body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The body is longer than [`MAX_BODY_LEN`](crate::MAX_BODY_LEN).
    TooLong,
    /// The body is not UTF-8.
    NotUtf8,
    /// The text is not JSON: something else was expected at this byte.
    Syntax {
        /// What the grammar asks for there.
        expected: &'static str,
    },
    /// The text ends in the middle of a value.
    CutShort {
        /// What the grammar asks for there.
        expected: &'static str,
    },
    /// A string holds an unescaped control character.
    ControlCharacter,
    /// A string holds an escape that JSON does not know.
    Escape,
    /// Objects and arrays are nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    TooDeep,
    /// A number is longer than [`MAX_NUMBER_LEN`](crate::MAX_NUMBER_LEN).
    NumberTooLong,
    /// A number is too large for a 64-bit float.
    NumberRange,
    /// An object gives the same member twice.
    Duplicate,
    /// A member that this kind of event cannot be without is not there.
    Missing {
        /// The name of the member.
        member: &'static str,
    },
    /// A member is there, but of another type.
    WrongType {
        /// The type that the grammar asks for.
        expected: &'static str,
    },
    /// An artifact event carries the code of another event, such as `recording.done` with `failed`.
    CodeConflict,
}

impl ParseError {
    #[cold]
    pub(crate) fn new(body: &[u8], fault: Fault) -> Self {
        let path = match (fault.reason, std::str::from_utf8(body)) {
            // A body that was not read has no path: what stands before the byte may be anything.
            (Reason::TooLong, _) | (_, Err(_)) => String::new(),
            (_, Ok(text)) => locate(text, fault.at),
        };
        let path = match fault.reason {
            Reason::Missing { member } if path.is_empty() => member.to_owned(),
            Reason::Missing { member } => format!("{path}.{member}"),
            _ => path,
        };
        Self { reason: fault.reason, path: path.into(), offset: fault.at }
    }

    /// What is wrong.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The path of the member that is wrong or missing, such as `data.recording.id`; empty for the
    /// body as a whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The byte of the body at which the reading stopped, from 0.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "body" } else { &self.path };
        write!(f, "{path}: {} (byte {})", self.reason, self.offset)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "longer than {} bytes", crate::MAX_BODY_LEN),
            Self::NotUtf8 => f.write_str("not utf-8"),
            Self::Syntax { expected } => write!(f, "not json, expected {expected}"),
            Self::CutShort { expected } => write!(f, "ends early, expected {expected}"),
            Self::ControlCharacter => f.write_str("control character in a string"),
            Self::Escape => f.write_str("unknown escape in a string"),
            Self::TooDeep => write!(f, "nested deeper than {} levels", crate::MAX_DEPTH),
            Self::NumberTooLong => {
                write!(f, "number longer than {} characters", crate::MAX_NUMBER_LEN)
            }
            Self::NumberRange => f.write_str("number out of range"),
            Self::Duplicate => f.write_str("member given twice"),
            Self::Missing { .. } => f.write_str("missing"),
            Self::WrongType { expected } => write!(f, "expected {expected}"),
            Self::CodeConflict => f.write_str("code of another event"),
        }
    }
}
