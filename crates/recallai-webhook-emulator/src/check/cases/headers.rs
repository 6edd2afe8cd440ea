//! The three headers.

use crate::check::case::Sends::InTurn;
use crate::check::post::{Names, ORDINARY};
use crate::check::{Bug, Case, Group::Headers};

const FORGED: &[&str] = &["wrong-secret"];

pub(super) static CASES: &[Case] = &[
    Case::must(Headers, "missing-id", Bug::NeedsNotAllHeaders)
        .sends("a delivery without its id", InTurn(&[ORDINARY.named(Names::Without(0)).refused()]))
        .expects("401")
        .because("the id is signed, and what tells messages apart")
        .explained_by(FORGED),
    Case::must(Headers, "missing-timestamp", Bug::NeedsNotAllHeaders)
        .sends(
            "a delivery without its timestamp",
            InTurn(&[ORDINARY.named(Names::Without(1)).refused()]),
        )
        .expects("401")
        .because("the timestamp is signed, and says how old a delivery is")
        .explained_by(FORGED),
    Case::must(Headers, "missing-signature", Bug::NeedsNotAllHeaders)
        .sends(
            "a delivery without its signature",
            InTurn(&[ORDINARY.named(Names::Without(2)).refused()]),
        )
        .expects("401")
        .because("anybody could send it")
        .explained_by(FORGED),
    Case::must(Headers, "unsigned", Bug::NeedsNotAllHeaders)
        .sends(
            "a delivery without any of the three headers",
            InTurn(&[ORDINARY.named(Names::None).refused()]),
        )
        .expects("401")
        .because("anybody could send it")
        .explained_by(FORGED),
    Case::should(Headers, "split-families", Bug::MixesFamilies)
        .sends(
            "id, timestamp or signature under the name of the other family",
            InTurn(&[
                ORDINARY.named(Names::Split(0)).refused(),
                ORDINARY.of(1).named(Names::Split(1)).refused(),
                ORDINARY.of(2).named(Names::Split(2)).refused(),
            ]),
        )
        .expects("401 to all")
        .because(
            "the sender uses one family for all three, so something on the way wrote them anew",
        )
        .explained_by(FORGED),
];
