//! What a delivery says about itself before it is verified: its id, its timestamp, its signatures.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::ascii;
use crate::headers::Triple;
use crate::mac::SignedContent;
use crate::{HeaderFamily, HeaderPart, VerifyError};

/// A complete family whose id and timestamp are well formed.
pub(crate) struct Claims<'d, 'h> {
    pub(crate) family: HeaderFamily,
    pub(crate) id: &'d [u8],
    pub(crate) timestamp: &'d [u8],
    pub(crate) seconds: u64,
    pub(crate) signature: &'h [&'d [u8]],
}

impl<'d, 'h> Claims<'d, 'h> {
    #[inline]
    pub(crate) fn parse(triple: Triple<'d, 'h>) -> Result<Self, VerifyError> {
        let Triple { family, id, timestamp, signature } = triple;
        if !is_id(id) {
            return Err(VerifyError::InvalidHeader { family, part: HeaderPart::Id });
        }
        let seconds = parse_timestamp(timestamp)
            .ok_or(VerifyError::InvalidHeader { family, part: HeaderPart::Timestamp })?;
        Ok(Self { family, id, timestamp, seconds, signature })
    }

    pub(crate) fn content(&self, body: &'d [u8]) -> SignedContent<'d> {
        SignedContent { id: self.id, timestamp: self.timestamp, body }
    }
}

/// Not empty, printable ASCII, and without a dot: id `a.1`, timestamp 2, body `x` and id `a`, timestamp 1,
/// body `2.x` are signed alike.
#[inline]
pub(crate) fn is_id(id: &[u8]) -> bool {
    !id.is_empty() && ascii::all(id, |byte| matches!(byte, b' '..=b'~') & (byte != b'.'))
}

/// Plain digits without sign or leading zero, from 1 to what a signed 64-bit number holds.
#[inline]
pub(crate) fn parse_timestamp(text: &[u8]) -> Option<u64> {
    const MAX_DIGITS: usize = 19;
    if text.len() > MAX_DIGITS || !matches!(text.first(), Some(b'1'..=b'9')) {
        return None;
    }
    let mut seconds: u64 = 0;
    for &byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        // Nineteen digits fit.
        seconds = seconds * 10 + u64::from(digit);
    }
    is_timestamp(seconds).then_some(seconds)
}

pub(crate) fn is_timestamp(seconds: u64) -> bool {
    (1..=i64::MAX.unsigned_abs()).contains(&seconds)
}

/// How far from `now` a timestamp may lie, in whole seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tolerance {
    pub(crate) past: u64,
    pub(crate) future: u64,
}

impl Tolerance {
    pub(crate) const DEFAULT: Duration = Duration::from_secs(300);
    pub(crate) const NONE: Self = Self { past: u64::MAX, future: u64::MAX };

    #[inline]
    pub(crate) fn check(self, timestamp: u64, now: SystemTime) -> Result<(), VerifyError> {
        // A clock that stands before 1970 makes every delivery too new.
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let seconds = now.abs_diff(timestamp);
        if timestamp < now && seconds > self.past {
            Err(VerifyError::TooOld { seconds })
        } else if timestamp > now && seconds > self.future {
            Err(VerifyError::TooNew { seconds })
        } else {
            Ok(())
        }
    }
}
