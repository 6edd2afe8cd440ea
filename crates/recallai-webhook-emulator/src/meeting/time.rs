//! Times as the vendor spells them.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::Deserialize;

/// The spellings of a time that the vendor's own pages show. A receiver has to read all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TimeSpelling {
    /// `2024-12-04T23:25:56.339940Z`
    #[default]
    Zulu,
    /// `2024-02-17T16:44:00.505440+00:00`
    Offset,
    /// `2024-03-10T19:16:16+00:00`
    Seconds,
    /// `2024-05-17T02:27:09.490720`, which is UTC.
    NoOffset,
    /// `2025-12-15 00:00:00`, which is UTC.
    Space,
}

impl TimeSpelling {
    pub(crate) fn spell(self, instant: Timestamp) -> String {
        let civil = Offset::UTC.to_datetime(instant);
        match self {
            Self::Zulu => format!("{civil:.6}Z"),
            Self::Offset => format!("{civil:.6}+00:00"),
            Self::Seconds => format!("{civil:.0}+00:00"),
            Self::NoOffset => format!("{civil:.6}"),
            Self::Space => format!("{} {:.0}", civil.date(), civil.time()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the vendor's pages, as above.
    #[test]
    fn every_documented_spelling_is_made() {
        for (spelling, text) in [
            (TimeSpelling::Zulu, "2024-12-04T23:25:56.339940Z"),
            (TimeSpelling::Offset, "2024-02-17T16:44:00.505440+00:00"),
            (TimeSpelling::Seconds, "2024-03-10T19:16:16+00:00"),
            (TimeSpelling::NoOffset, "2024-05-17T02:27:09.490720"),
            (TimeSpelling::Space, "2025-12-15 00:00:00"),
        ] {
            let instant = recallai_webhook_event::Timestamp::new(text).instant().unwrap();
            let instant = Timestamp::try_from(instant).unwrap();
            assert_eq!(spelling.spell(instant), text);
        }
    }
}
