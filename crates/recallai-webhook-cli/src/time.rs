//! Points in time, as people write and read them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Seconds since the Unix epoch, by the clock of this machine.
pub(crate) fn now() -> u64 {
    clock().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// By the clock of this machine.
pub(crate) fn clock() -> SystemTime {
    SystemTime::now()
}

pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap_or(UNIX_EPOCH)
}

/// Reads `1614265330`, `2021-02-25T15:02:10Z`, or `2021-02-25`, which is when that day begins in UTC.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let day = || format!("{text}T00:00:00Z").parse().ok();
    let time = match text.parse() {
        Ok(seconds) => Timestamp::from_second(seconds).ok(),
        Err(_) => text.parse().ok().or_else(day),
    };
    // A time that no calendar has is milliseconds taken for seconds.
    let seconds = time.and_then(|time| u64::try_from(time.as_second()).ok());
    seconds.filter(|&seconds| seconds > 0).ok_or_else(|| {
        "neither seconds since 1970, such as 1614265330, nor a time such as 2021-02-25T15:02:10Z \
         or a day such as 2021-02-25"
            .to_owned()
    })
}

/// `2021-02-25T15:02:10Z`; the number itself where no calendar has it.
pub(crate) fn rfc3339(seconds: u64) -> String {
    let is_known = i64::try_from(seconds).is_ok_and(|of| Timestamp::from_second(of).is_ok());
    if is_known { rfc3339_at(at(seconds)) } else { seconds.to_string() }
}

/// The same of a point in time, to the microsecond.
pub(crate) fn rfc3339_at(time: SystemTime) -> String {
    recallai_webhook_event::rfc3339(time)
}

/// `2021-02-25 15:02:10`, in UTC: for tables.
pub(crate) fn short(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    rfc3339(seconds).replace('T', " ").trim_end_matches('Z').to_owned()
}

/// `1 h 30 min`, `45 s`, `8 d`: a length of time in its two largest units.
pub(crate) fn length(time: Duration) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")];
    let mut seconds = time.as_secs();
    let mut parts = Vec::new();
    for (unit, name) in UNITS {
        if seconds >= unit {
            parts.push(format!("{} {name}", seconds / unit));
            seconds %= unit;
        }
    }
    parts.truncate(2);
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

/// `45 s`, `12 min`, `3 h`, `8 days`, `5 years`: how long ago something was, roughly.
pub(crate) fn roughly(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] =
        [(2 * 365 * 86_400, "years"), (2 * 86_400, "days"), (2 * 3600, "h"), (2 * 60, "min")];
    let unit = UNITS.into_iter().find(|(least, _)| seconds >= *least);
    match unit {
        // Twice the unit is where it begins to be used.
        Some((least, unit)) => format!("{} {unit}", seconds / (least / 2)),
        None => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_seconds_or_a_date() {
        for (text, expected) in [
            ("1614265330", Some(1_614_265_330)),
            ("2021-02-25T15:02:10Z", Some(1_614_265_330)),
            ("2021-02-25T16:02:10+01:00", Some(1_614_265_330)),
            ("2021-02-25T15:02:10.5Z", Some(1_614_265_330)),
            ("2021-02-25", Some(1_614_211_200)),
            ("2021-02-30", None),
            ("1969-12-31", None),
            ("1614265330000", None),
            ("0", None),
            ("-1", None),
            ("1969-01-01T00:00:00Z", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(parse(text).ok(), expected, "{text}");
        }
        assert_eq!(rfc3339(1_614_265_330), "2021-02-25T15:02:10Z");
        assert_eq!(rfc3339(u64::MAX), u64::MAX.to_string());
    }

    #[test]
    fn points_and_lengths_of_time_are_short() {
        assert_eq!(short(at(1_614_265_330)), "2021-02-25 15:02:10");
        let exact = at(1_614_265_330) + Duration::from_micros(1_234_567);
        assert_eq!(rfc3339_at(exact), "2021-02-25T15:02:11.234567Z");
        let lengths =
            [0, 45, 90, 3600, 5445, 90 * 86_400 + 60].map(Duration::from_secs).map(length);
        assert_eq!(lengths, ["0 s", "45 s", "1 min 30 s", "1 h", "1 h 30 min", "90 d 1 min"]);
    }

    #[test]
    fn durations_are_rough() {
        let spoken = [45, 125, 3 * 3600 + 5, 8 * 86_400, 5 * 365 * 86_400].map(roughly);
        assert_eq!(spoken, ["45 s", "2 min", "3 h", "8 days", "5 years"]);
    }
}
