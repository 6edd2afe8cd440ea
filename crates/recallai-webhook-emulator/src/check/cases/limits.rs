//! What a request may cost.

use crate::check::case::Sends::InTurn;
use crate::check::variant::{Body, ORDINARY, Wanted, Write};
use crate::check::{Bug, Case, Group::Limits};

pub(crate) const SLOW_BODY: &str = "slow-body";
pub(crate) const STILL_THERE: &str = "still-there";

pub(super) static CASES: &[Case] = &[
    Case::must(Limits, "large-body", Bug::RefusesLargeBodies)
        .sends("a body of 100 KiB", InTurn(&[ORDINARY.with(Body::Large(100 << 10))]))
        .expects("2xx")
        .because("metadata may be large, and the sender sends up to about 350 kB"),
    Case::should(Limits, "oversized-body", Bug::NoBodyLimit)
        .sends(
            "a body of 1 MiB",
            InTurn(&[ORDINARY.with(Body::Large(1 << 20)).wants(Wanted::TooLarge)]),
        )
        .expects("413")
        .because("it is three times what the sender ever sends, and memory is finite"),
    Case::must(Limits, "cut-body", Bug::AcceptsCutBodies)
        .sends(
            "half a body, and then no more",
            InTurn(&[ORDINARY.written(Write::Half).wants(Wanted::NotTaken)]),
        )
        .expects("400, or the connection is closed")
        .because("half a body is no body, whatever its beginning says"),
    Case::should(Limits, "get", Bug::TakesOtherMethods)
        .sends("a GET, signed", InTurn(&[ORDINARY.text("").by("GET").wants(Wanted::TurnedAway)]))
        .expects("405")
        .because("the sender never does that; what looks around does"),
    Case::should(Limits, SLOW_BODY, Bug::WaitsForSlowBodies)
        .sends(
            "a body that trickles in for twice the time limit",
            InTurn(&[ORDINARY.written(Write::Slowly).wants(Wanted::CutOff)]),
        )
        .expects("408, or the connection is closed, within the time limit")
        .because("a few such connections would hold all that a receiver has"),
    Case::must(Limits, STILL_THERE, Bug::WentAway)
        .sends("an ordinary delivery, after all else", InTurn(&[ORDINARY]))
        .expects("2xx")
        .because("one request that ends a receiver ends all deliveries"),
];
