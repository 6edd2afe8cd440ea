//! Periods: lengths of time as people write them in a configuration.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A unit and its milliseconds, the largest first.
const UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// A length of time to the millisecond, written with its unit: `250ms`, `10s`, `5m`, `1h30m`, `7d`.
///
/// ```
/// use std::time::Duration;
/// use recallai_webhook_outputs::Period;
///
/// let period: Period = "1h30m".parse()?;
/// assert_eq!(period.duration(), Duration::from_secs(5400));
/// assert_eq!(period.to_string(), "1h30m");
/// # Ok::<(), recallai_webhook_outputs::PeriodError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Period {
    milliseconds: u64,
}

/// A text that is no [`Period`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeriodError {
    /// It is something else than numbers with units.
    #[error("a period is numbers with a unit of ms, s, m, h or d, such as 250ms, 10s or 1h30m")]
    Malformed,
    /// It is longer than can be counted.
    #[error("a period is shorter than half a billion years")]
    TooLong,
}

impl Period {
    /// So many seconds.
    pub const fn from_secs(seconds: u32) -> Self {
        Self { milliseconds: seconds as u64 * 1000 }
    }

    /// So many milliseconds.
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self { milliseconds }
    }

    /// The same as the standard library has it.
    pub const fn duration(self) -> Duration {
        Duration::from_millis(self.milliseconds)
    }

    /// Whether it is no time at all.
    pub const fn is_zero(self) -> bool {
        self.milliseconds == 0
    }
}

/// What is less than a millisecond is left out, and what is more than can be counted is cut off.
impl From<Duration> for Period {
    fn from(duration: Duration) -> Self {
        Self { milliseconds: u64::try_from(duration.as_millis()).unwrap_or(u64::MAX) }
    }
}

impl From<Period> for Duration {
    fn from(period: Period) -> Self {
        period.duration()
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rest = text.trim();
        let mut milliseconds = 0_u64;
        if rest.is_empty() {
            return Err(PeriodError::Malformed);
        }
        while !rest.is_empty() {
            let (digits, behind) = split(rest, |c| c.is_ascii_digit());
            let (unit, behind) = split(behind, |c| c.is_ascii_alphabetic());
            let row = UNITS.iter().find(|(name, _)| *name == unit);
            let (_, length) = row.filter(|_| !digits.is_empty()).ok_or(PeriodError::Malformed)?;
            // Only digits, so all that can be wrong is that there are too many.
            let number: u64 = digits.parse().map_err(|_| PeriodError::TooLong)?;
            let more = number.checked_mul(*length).and_then(|more| milliseconds.checked_add(more));
            milliseconds = more.ok_or(PeriodError::TooLong)?;
            rest = behind;
        }
        Ok(Self { milliseconds })
    }
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("0s");
        }
        let mut rest = self.milliseconds;
        for (unit, length) in UNITS {
            if rest >= length {
                write!(f, "{}{unit}", rest / length)?;
                rest %= length;
            }
        }
        Ok(())
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Period;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text such as \"250ms\", \"10s\" or \"1h30m\"")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Period, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Period {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Period".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^\\s*([0-9]+(ms|s|m|h|d))+\\s*$",
            "description": "A length of time: numbers with a unit of ms, s, m, h or d, such as 10s or 1h30m.",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_period_has_units() {
        for (text, expected) in [
            ("250ms", Ok(250)),
            ("10s", Ok(10_000)),
            ("5m", Ok(300_000)),
            ("1h30m", Ok(5_400_000)),
            (" 7d ", Ok(7 * 86_400_000)),
            ("0s", Ok(0)),
            ("10", Err(PeriodError::Malformed)),
            ("s", Err(PeriodError::Malformed)),
            ("1.5h", Err(PeriodError::Malformed)),
            ("-1s", Err(PeriodError::Malformed)),
            ("1 h", Err(PeriodError::Malformed)),
            ("1w", Err(PeriodError::Malformed)),
            ("", Err(PeriodError::Malformed)),
            ("1\u{e9}", Err(PeriodError::Malformed)),
            ("99999999999999999999s", Err(PeriodError::TooLong)),
            ("9999999999999999999d", Err(PeriodError::TooLong)),
        ] {
            assert_eq!(text.parse().map(|period: Period| period.milliseconds), expected, "{text}");
        }
    }

    #[test]
    fn a_number_alone_is_refused() {
        let error = serde_json::from_str::<Period>("10").unwrap_err().to_string();
        assert!(error.contains("\"10s\""), "{error}");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(milliseconds: u64) {
            let period = Period { milliseconds };
            let text = serde_json::to_string(&period).unwrap();
            prop_assert_eq!(serde_json::from_str::<Period>(&text).unwrap(), period);
            prop_assert_eq!(Period::from(period.duration()), period);
        }
    }
}
