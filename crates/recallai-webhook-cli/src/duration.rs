//! Lengths of time, as people write them: `30m`, `90d`, `1h30m`, `500ms`.

use std::time::Duration;

/// A unit by its first letter or in full, and its milliseconds.
const UNITS: [(&[&str], u64); 6] = [
    (&["ms", "millisecond", "milliseconds"], 1),
    (&["s", "sec", "second", "seconds"], 1000),
    (&["m", "min", "minute", "minutes"], 60_000),
    (&["h", "hour", "hours"], 3_600_000),
    (&["d", "day", "days"], 86_400_000),
    (&["w", "week", "weeks"], 7 * 86_400_000),
];

/// Reads `30m`, `1h30m` or `2 days`. A number without a unit is refused: it is minutes for one and
/// days for another.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    let mut milliseconds = 0_u64;
    if rest.is_empty() {
        return Err(expected());
    }
    while !rest.is_empty() {
        let (digits, behind) = split(rest, |c| c.is_ascii_digit());
        let (unit, behind) = split(behind.trim_start(), char::is_alphabetic);
        let number: u64 = digits.parse().map_err(|_| expected())?;
        if unit.is_empty() {
            return Err(format!(
                "{number} of what? Say `{number}m` or `{number}d`: {}",
                expected()
            ));
        }
        let row = UNITS.iter().find(|(names, _)| names.contains(&unit)).ok_or_else(expected)?;
        let more = number.checked_mul(row.1).and_then(|more| milliseconds.checked_add(more));
        milliseconds = more.ok_or("longer than any clock goes")?;
        rest = behind.trim_start();
    }
    Ok(Duration::from_millis(milliseconds))
}

fn expected() -> String {
    "numbers with a unit of ms, s, m, h, d or w, such as 30m, 90d or 1h30m".to_owned()
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_units() {
        for (text, expected) in [
            ("30m", Some(1800)),
            ("1s 2000ms", Some(3)),
            ("90d", Some(90 * 86_400)),
            ("1h30m", Some(5400)),
            ("1h 30min", Some(5400)),
            ("2 weeks", Some(14 * 86_400)),
            ("0s", Some(0)),
            ("90", None),
            ("1h30", None),
            ("-1h", None),
            ("1.5h", None),
            ("h", None),
            ("1y", None),
            ("", None),
            ("99999999999999999999s", None),
            ("9999999999999999999d", None),
            ("30\u{e9}", None),
        ] {
            let seconds = parse(text).ok().map(|time| time.as_secs());
            assert_eq!(seconds, expected, "{text}");
        }
        assert_eq!(parse("300ms"), Ok(Duration::from_millis(300)));
        assert!(parse("90").unwrap_err().contains("`90d`"));
    }
}
