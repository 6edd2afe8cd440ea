//! Times, all spelled alike.

use std::time::SystemTime;

use recallai_webhook_dispatch::event::rfc3339_millis;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// A time in UTC, to the millisecond, by RFC 3339: `2024-12-04T23:25:56.339Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, format = DateTime, examples("2024-12-04T23:25:56.339Z"))]
pub(crate) struct Time(pub(crate) SystemTime);

impl Time {
    pub(crate) fn text(self) -> String {
        rfc3339_millis(self.0)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_time_has_milliseconds_and_a_z() {
        let at = |millis| UNIX_EPOCH + Duration::from_millis(millis);
        for (time, expected) in [
            (at(0), "1970-01-01T00:00:00.000Z"),
            (at(1_733_354_756_339), "2024-12-04T23:25:56.339Z"),
            (at(1_733_354_756_000), "2024-12-04T23:25:56.000Z"),
            (at(400_000_000_000_000), "9999-12-30T22:00:00.999Z"),
            (UNIX_EPOCH - Duration::from_secs(70_000_000_000), "0001-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(Time(time).text(), expected);
        }
    }
}
