//! Points in time as text.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// RFC 3339 in UTC with milliseconds; the beginning of 1970 for what no calendar has.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let time = Timestamp::try_from(time).or_else(|_| Timestamp::try_from(UNIX_EPOCH));
    time.map(|time| format!("{time:.3}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_have_milliseconds() {
        let time = UNIX_EPOCH + Duration::from_micros(1_614_265_330_999_999);
        assert_eq!(rfc3339(time), "2021-02-25T15:02:10.999Z");
        assert_eq!(rfc3339(UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
    }
}
