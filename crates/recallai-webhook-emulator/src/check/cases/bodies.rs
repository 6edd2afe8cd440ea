//! The bytes of a body.

use super::WRONG_SECRET;
use crate::check::case::Sends::InTurn;
use crate::check::texts;
use crate::check::variant::{Body, ORDINARY, Wanted};
use crate::check::{Bug, Case, Group::Bodies};

const REWRITTEN: &str = "the signature is over the bytes; JSON that is written anew has others";
const UNREADABLE: &str = "it is verified, and sending it again would not mend it";

pub(super) static CASES: &[Case] = &[
    Case::must(Bodies, "white-space", Bug::RewritesBody)
        .sends("a body with white space", InTurn(&[ORDINARY.text(texts::WHITE_SPACE)]))
        .expects("2xx")
        .because(REWRITTEN),
    Case::must(Bodies, "escapes", Bug::RewritesBody)
        .sends("a body with escaped characters", InTurn(&[ORDINARY.text(texts::ESCAPES)]))
        .expects("2xx")
        .because(REWRITTEN),
    Case::must(Bodies, "member-order", Bug::RewritesBody)
        .sends(
            "a body with members in another order",
            InTurn(&[ORDINARY.text(texts::MEMBER_ORDER)]),
        )
        .expects("2xx")
        .because(REWRITTEN),
    Case::must(Bodies, "numbers", Bug::RewritesBody)
        .sends("a body with numbers such as 1.0 and 1e3", InTurn(&[ORDINARY.text(texts::NUMBERS)]))
        .expects("2xx")
        .because(REWRITTEN),
    Case::must(Bodies, "changed-body", Bug::IgnoresBody)
        .sends(
            "a body of which one digit was changed after it was signed",
            InTurn(&[ORDINARY.with(Body::Changed).refused()]),
        )
        .expects("401")
        .because("whoever has seen one delivery could make up all others")
        .explained_by(&[WRONG_SECRET]),
    Case::should(Bodies, "malformed-json", Bug::RefusesUnreadable)
        .sends(
            "a body that ends in the middle of its JSON",
            InTurn(&[ORDINARY.text(texts::HALF_OF_JSON).wants(Wanted::Kept)]),
        )
        .expects("2xx")
        .because(UNREADABLE),
    Case::should(Bodies, "unreadable-event", Bug::RefusesUnreadable)
        .sends(
            "JSON without the name of an event",
            InTurn(&[ORDINARY.text(texts::UNREADABLE_EVENT).wants(Wanted::Kept)]),
        )
        .expects("2xx")
        .because(UNREADABLE),
    Case::should(Bodies, "empty-object", Bug::RefusesUnreadable)
        .sends(
            "an empty JSON object",
            InTurn(&[ORDINARY.text(texts::EMPTY_OBJECT).wants(Wanted::Kept)]),
        )
        .expects("2xx")
        .because(UNREADABLE),
    Case::should(Bodies, "non-utf8-body", Bug::VerifiesText)
        .sends(
            "a body that is not UTF-8",
            InTurn(&[ORDINARY.with(Body::Bytes(texts::NON_UTF8)).wants(Wanted::Kept)]),
        )
        .expects("2xx")
        .because("the signature is over bytes, and sending them again would not mend them")
        .explained_by(&["malformed-json"]),
];
