//! The timestamp.

use super::WRONG_SECRET;
use crate::check::case::Sends::InTurn;
use crate::check::variant::{ORDINARY, Timestamp};
use crate::check::{Bug, Case, Group::Timestamps};

const UNCHECKED: &[&str] = &[WRONG_SECRET, "stale-clock", "future-clock"];

pub(super) static CASES: &[Case] = &[
    Case::must(Timestamps, "inside-tolerance", Bug::LittleTolerance)
        .sends("a delivery signed four minutes ago", InTurn(&[ORDINARY.at(Timestamp::Off(-240))]))
        .expects("2xx")
        .because("the sender's clock and yours differ, and networks are slow"),
    Case::must(Timestamps, "stale-clock", Bug::NoTimestampCheck)
        .sends(
            "a delivery signed ten minutes ago",
            InTurn(&[ORDINARY.at(Timestamp::Off(-600)).refused()]),
        )
        .expects("401")
        .because("whoever has recorded a delivery could send it again for ever")
        .explained_by(&[WRONG_SECRET]),
    Case::must(Timestamps, "future-clock", Bug::NoTimestampCheck)
        .sends(
            "a delivery signed ten minutes ahead",
            InTurn(&[ORDINARY.at(Timestamp::Off(600)).refused()]),
        )
        .expects("401")
        .because("it could be kept, and sent again when its time has come")
        .explained_by(&[WRONG_SECRET]),
    Case::should(Timestamps, "timestamp-word", Bug::LooseTimestamps)
        .sends(
            "a word for a timestamp, signed so",
            InTurn(&[ORDINARY.at(Timestamp::Word("soon")).refused()]),
        )
        .expects("401")
        .because(
            "where it is read as no number, no comparison with the clock is true, and all pass",
        )
        .explained_by(UNCHECKED),
    Case::should(Timestamps, "timestamp-milliseconds", Bug::LooseTimestamps)
        .sends(
            "a timestamp in milliseconds, signed so",
            InTurn(&[ORDINARY.at(Timestamp::Milliseconds).refused()]),
        )
        .expects("401")
        .because("the sender counts seconds, so it is a time far ahead")
        .explained_by(UNCHECKED),
    Case::should(Timestamps, "timestamp-sign", Bug::LooseTimestamps)
        .sends(
            "a timestamp with a plus before it, which is signed or not",
            InTurn(&[
                ORDINARY.at(Timestamp::Prefixed("+")).refused(),
                ORDINARY.of(1).at(Timestamp::PrefixedUnsigned("+")).refused(),
            ]),
        )
        .expects("401 to both")
        .because("what is signed is the text of the header, not the number that it can be read as")
        .explained_by(UNCHECKED),
    Case::should(Timestamps, "timestamp-zero", Bug::LooseTimestamps)
        .sends(
            "a timestamp with a zero before it, which is not signed",
            InTurn(&[ORDINARY.at(Timestamp::PrefixedUnsigned("0")).refused()]),
        )
        .expects("401")
        .because("what is signed is the text of the header, not the number that it can be read as")
        .explained_by(UNCHECKED),
];
