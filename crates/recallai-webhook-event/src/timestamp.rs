//! Times as the vendor spells them, with the instant they mean.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

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

/// An instant as RFC 3339 in UTC, with `Z`, to the microsecond and with no more digits than it takes:
/// `2024-12-04T23:25:56.33994Z`, `2024-12-04T23:25:56Z`. What is shorter than a microsecond is left out.
///
/// The first and the last second that four digits of a year can tell stand for what is before and after them.
pub fn rfc3339(instant: SystemTime) -> String {
    let instant = within_calendar(instant);
    // Towards the past, as milliseconds are.
    let micros = instant.as_nanosecond().div_euclid(1000);
    let exact =
        i64::try_from(micros).ok().and_then(|of| jiff::Timestamp::from_microsecond(of).ok());
    exact.unwrap_or(instant).to_string()
}

/// An instant as RFC 3339 in UTC, with `Z` and milliseconds, three digits always: `2024-12-04T23:25:56.339Z`.
/// All texts have the same length, and are in the order of the instants. What is shorter is left out.
///
/// The first and the last second that four digits of a year can tell stand for what is before and after them.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use recallai_webhook_event::{rfc3339, rfc3339_millis};
///
/// let instant = UNIX_EPOCH + Duration::from_micros(1_733_354_756_339_940);
/// assert_eq!(rfc3339_millis(instant), "2024-12-04T23:25:56.339Z");
/// assert_eq!(rfc3339(instant), "2024-12-04T23:25:56.33994Z");
/// ```
pub fn rfc3339_millis(instant: SystemTime) -> String {
    let instant = within_calendar(instant);
    let millis = instant.as_nanosecond().div_euclid(1_000_000);
    let exact =
        i64::try_from(millis).ok().and_then(|of| jiff::Timestamp::from_millisecond(of).ok());
    format!("{:.3}", exact.unwrap_or(instant))
}

/// The first second of the year 1, before which RFC 3339 has no spelling.
const FIRST_SECOND: i64 = -62_135_596_800;

fn within_calendar(instant: SystemTime) -> jiff::Timestamp {
    let first = jiff::Timestamp::from_second(FIRST_SECOND).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let outside = match instant < UNIX_EPOCH {
        true => first,
        false => jiff::Timestamp::MAX,
    };
    jiff::Timestamp::try_from(instant).unwrap_or(outside).max(first)
}

fn instant(text: &str) -> Option<SystemTime> {
    let with_offset = text.parse::<jiff::Timestamp>();
    let instant = with_offset.or_else(|_| Offset::UTC.to_timestamp(text.parse::<DateTime>()?));
    SystemTime::try_from(instant.ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

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

    /// The seconds were spelled by `date -u -d @…`.
    #[test]
    fn an_instant_is_spelled_to_the_millisecond_or_as_it_is() {
        let at = |micros| UNIX_EPOCH + Duration::from_micros(micros);
        let before = |micros| UNIX_EPOCH - Duration::from_micros(micros);
        for (instant, millis, exact) in [
            (at(0), "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z"),
            (at(1_614_265_330_999_999), "2021-02-25T15:02:10.999Z", "2021-02-25T15:02:10.999999Z"),
            (at(1_733_354_756_339_940), "2024-12-04T23:25:56.339Z", "2024-12-04T23:25:56.33994Z"),
            (
                at(1_733_354_756_339_940) + Duration::from_nanos(999),
                "2024-12-04T23:25:56.339Z",
                "2024-12-04T23:25:56.33994Z",
            ),
            (before(1), "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999999Z"),
            (before(2_208_988_800_000_000), "1900-01-01T00:00:00.000Z", "1900-01-01T00:00:00Z"),
        ] {
            assert_eq!((&*rfc3339_millis(instant), &*rfc3339(instant)), (millis, exact));
        }
    }

    #[test]
    fn what_no_calendar_has_is_its_beginning_or_its_end() {
        let far = Duration::from_secs(400_000_000_000);
        let (late, early) = (UNIX_EPOCH + far, UNIX_EPOCH - far);
        assert!(
            rfc3339(late).starts_with("9999-12-30T")
                && rfc3339_millis(late).starts_with("9999-12-30T")
        );
        assert_eq!(rfc3339(early), "0001-01-01T00:00:00Z");
        assert_eq!(rfc3339_millis(early), "0001-01-01T00:00:00.000Z");
        for instant in [late, early] {
            assert!(Timestamp::new(&rfc3339_millis(instant)).instant().is_some());
        }
    }
}
