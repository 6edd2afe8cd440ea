//! The three headers.

use super::WRONG_SECRET;
use crate::check::case::Sends::InTurn;
use crate::check::variant::{HeaderNames, HeaderPart, ORDINARY};
use crate::check::{Bug, Case, Group::Headers};

pub(crate) const UNSIGNED: &str = "unsigned";

const FORGED: &[&str] = &[WRONG_SECRET];

pub(super) static CASES: &[Case] = &[
    Case::must(Headers, "missing-id", Bug::NeedsNotAllHeaders)
        .sends(
            "a delivery without its id",
            InTurn(&[ORDINARY.named(HeaderNames::Without(HeaderPart::Id)).refused()]),
        )
        .expects("401")
        .because("the id is signed, and what tells messages apart")
        .explained_by(FORGED),
    Case::must(Headers, "missing-timestamp", Bug::NeedsNotAllHeaders)
        .sends(
            "a delivery without its timestamp",
            InTurn(&[ORDINARY.named(HeaderNames::Without(HeaderPart::Timestamp)).refused()]),
        )
        .expects("401")
        .because("the timestamp is signed, and says how old a delivery is")
        .explained_by(FORGED),
    Case::must(Headers, "missing-signature", Bug::NeedsNotAllHeaders)
        .sends(
            "a delivery without its signature",
            InTurn(&[ORDINARY.named(HeaderNames::Without(HeaderPart::Signature)).refused()]),
        )
        .expects("401")
        .because("anybody could send it")
        .explained_by(FORGED),
    Case::must(Headers, UNSIGNED, Bug::NeedsNotAllHeaders)
        .sends(
            "a delivery without any of the three headers",
            InTurn(&[ORDINARY.named(HeaderNames::None).refused()]),
        )
        .expects("401")
        .because("anybody could send it")
        .explained_by(FORGED),
    Case::should(Headers, "split-families", Bug::MixesFamilies)
        .sends(
            "id, timestamp or signature under the name of the other family",
            InTurn(&[
                ORDINARY.named(HeaderNames::Split(HeaderPart::Id)).refused(),
                ORDINARY.of(1).named(HeaderNames::Split(HeaderPart::Timestamp)).refused(),
                ORDINARY.of(2).named(HeaderNames::Split(HeaderPart::Signature)).refused(),
            ]),
        )
        .expects("401 to all")
        .because(
            "the sender uses one family for all three, so something on the way wrote them anew",
        )
        .explained_by(FORGED),
];
