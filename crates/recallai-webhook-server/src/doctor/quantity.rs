//! Quantities in words.

use std::time::Duration;

/// `512 B`, `4.2 MiB`.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    // Shown with one digit, so it need not be exact.
    let (mut size, mut unit) = (bytes as f64, 0);
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0);
    format!("{size:.digits$} {}", UNITS[unit])
}

/// `45 s`, `12 min`, `3 h`, `8 days`: about how long.
pub(super) fn roughly(time: Duration) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400, "days"), (3600, "h"), (60, "min")];
    let seconds = time.as_secs();
    let unit = UNITS.iter().find(|(unit, _)| seconds >= 2 * unit);
    unit.map_or_else(|| format!("{seconds} s"), |(unit, name)| format!("{} {name}", seconds / unit))
}

/// `1 message`, `2 messages`.
pub(super) fn count(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// The first of many, and how many there are beside them.
pub(super) fn list(all: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown = all[..all.len().min(SHOWN)].join(", ");
    match all.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_short() {
        assert_eq!([0, 1023, 1536, 5 << 40].map(size), ["0 B", "1023 B", "1.5 KiB", "5.0 TiB"]);
        let times = [0, 119, 120, 7200, 8 * 86_400].map(Duration::from_secs).map(roughly);
        assert_eq!(times, ["0 s", "119 s", "2 min", "2 h", "8 days"]);
        assert_eq!([1, 2].map(|n| count(n, "job")), ["1 job", "2 jobs"]);
        let names: Vec<_> = (1..=10).map(|n| n.to_string()).collect();
        assert_eq!(list(&names[..2]), "1, 2");
        assert_eq!(list(&names), "1, 2, 3, 4, 5, 6, 7, 8 and 2 more");
    }
}
