//! Dates, `2026-01-31`: today's, and whether one that was given can be one.

use std::ops::Range;
use std::path::Path;

use crate::Result;
use crate::command_line::CommandLine;

/// Today in UTC. Asked of a program, because the standard library has no calendar.
pub(crate) fn today(directory: &Path) -> Result<String> {
    Ok(CommandLine::new("date -u +%Y-%m-%d").read(directory)?.trim().to_owned())
}

/// The date, unless it cannot be one: a slip is found, and not whether the month has a 31st.
pub(crate) fn checked(date: String) -> Result<String> {
    let is_shaped = date.len() == 10
        && date.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let is_within = |place: Range<usize>, most: u32| {
        let number = date.get(place).and_then(|digits| digits.parse().ok());
        number.is_some_and(|number| (1..=most).contains(&number))
    };
    let is_possible = is_shaped && is_within(5..7, 12) && is_within(8..10, 31);
    if is_possible { Ok(date) } else { Err(format!("`{date}` is no date like 2026-01-31").into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_date_is_found() {
        for date in ["2026-01-31", "2026-12-01"] {
            assert_eq!(checked(date.to_owned()).unwrap(), date);
        }
        for date in
            ["2026-1-31", "31-01-2026", "tomorrow", "2026/01/31", "2026-01-31-", "2026-01-+1"]
        {
            assert!(checked(date.to_owned()).is_err(), "{date}");
        }
        for date in ["2026-99-99", "2026-00-10", "2026-13-10", "2026-01-00", "2026-01-32"] {
            assert!(checked(date.to_owned()).is_err(), "{date}");
        }
    }

    #[test]
    fn today_is_a_date() {
        assert!(checked(today(Path::new(".")).unwrap()).is_ok());
    }
}
