//! Times as the vendor spells them, with the instant they mean.

use std::fmt;
use std::time::SystemTime;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::{Serialize, Serializer};

/// A time as it was received, with the instant it means if it can be read.
///
/// The vendor's documentation shows several spellings: with `Z`, with `+00:00`, without a
/// fraction, without any offset, and with a space for the `T`. All of them are read; one without
/// an offset is taken as UTC. The text is kept either way, since a time that cannot be read is no
/// reason to lose an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timestamp {
    text: Box<str>,
    instant: Option<SystemTime>,
}

impl Timestamp {
    /// Reads a spelling; always succeeds.
    pub fn new(text: &str) -> Self {
        Self { text: text.into(), instant: instant(text) }
    }

    /// The text as it was received.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The instant; `None` if the text is no time.
    pub fn instant(&self) -> Option<SystemTime> {
        self.instant
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

fn instant(text: &str) -> Option<SystemTime> {
    let with_offset = text.parse::<jiff::Timestamp>();
    let instant = with_offset.or_else(|_| Offset::UTC.to_timestamp(text.parse::<DateTime>()?));
    SystemTime::try_from(instant.ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[track_caller]
    fn check(text: &str, expected: Option<(u64, u32)>) {
        let expected = expected.map(|(s, micros)| {
            UNIX_EPOCH + Duration::from_secs(s) + Duration::from_micros(micros.into())
        });
        assert_eq!(Timestamp::new(text).instant(), expected, "{text}");
        assert_eq!(Timestamp::new(text).as_str(), text);
    }

    /// The spellings of the vendor's own documentation; the seconds were computed with `date -d`.
    #[test]
    fn every_documented_spelling_is_read() {
        check("2024-12-04T23:25:56.339940Z", Some((1_733_354_756, 339_940)));
        check("2024-02-17T16:44:00.505440+00:00", Some((1_708_188_240, 505_440)));
        check("2024-03-10T19:16:16+00:00", Some((1_710_098_176, 0)));
        check("2024-05-17T02:27:09.490720", Some((1_715_912_829, 490_720)));
        check("2025-12-15 00:00:00", Some((1_765_756_800, 0)));
    }

    #[test]
    fn an_offset_is_honoured_and_junk_is_kept_as_text() {
        check("2024-12-05T01:25:56+02:00", Some((1_733_354_756, 0)));
        check("yesterday", None);
        check("", None);
        check("2024-13-41T00:00:00Z", None);
    }
}
