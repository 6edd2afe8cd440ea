//! Times in a scenario: how long after its beginning, as `90s` or `1h30m`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

/// A length of time as a scenario spells it: numbers with units, the greatest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Offset(pub(super) Duration);

/// Units with their length in milliseconds.
const UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// More than a hundred years, far from any overflow of what is computed with it.
const MOST_MILLISECONDS: u64 = 36_525 * 86_400_000;

impl Offset {
    fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut units = UNITS.iter();
        let mut sum = 0_u64;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit())?;
            let (number, behind) = rest.split_at(digits);
            let end = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(behind.len());
            let (unit, behind) = behind.split_at(end);
            // What was passed over is used up, so that units come once and in order.
            let (_, length) = units.find(|(name, _)| *name == unit)?;
            sum = number.parse::<u64>().ok()?.checked_mul(*length)?.checked_add(sum)?;
            rest = behind;
        }
        let within = !text.is_empty() && sum <= MOST_MILLISECONDS;
        within.then(|| Self(Duration::from_millis(sum)))
    }
}

impl<'de> Deserialize<'de> for Offset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            de::Error::custom(format!(
                "`{text}` is no time after the beginning; expected numbers with the units d, h, m, s \
                 and ms in this order, such as `90s` or `1h30m`"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(Offset::parse(text), expected.map(|ms| Offset(Duration::from_millis(ms))));
    }

    #[test]
    fn units_come_once_and_in_order() {
        check("0s", Some(0));
        check("90s", Some(90_000));
        check("1h30m", Some(5_400_000));
        check("7d1s250ms", Some(604_801_250));
        check("1s1s", None);
        check("1m1h", None);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "s", "5", "5 s", "-5s", "1.5h", "5sec", "5é", "99999999999999999999s"] {
            check(text, None);
        }
        check("36525d", Some(MOST_MILLISECONDS));
        check("36525d1ms", None);
    }
}
