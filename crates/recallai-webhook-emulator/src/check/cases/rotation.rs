//! More than one signature.

use crate::check::case::Sends::InTurn;
use crate::check::variant::{ORDINARY, Signature};
use crate::check::{Bug, Case, Group::Rotation};

pub(super) static CASES: &[Case] = &[
    Case::must(Rotation, "right-signature-last", Bug::ReadsOneSignature)
        .sends(
            "an unknown signature, then the right one",
            InTurn(&[ORDINARY.signed(Signature::AfterStrange)]),
        )
        .expects("2xx")
        .because("for a day after a rotation the sender signs with the new secret, then with the old one"),
    Case::must(Rotation, "right-signature-first", Bug::ReadsOneSignature)
        .sends(
            "the right signature, then an unknown one",
            InTurn(&[ORDINARY.signed(Signature::BeforeStrange)]),
        )
        .expects("2xx")
        .because("for a day after a rotation the sender signs with the new secret, then with the old one"),
    Case::must(Rotation, "unknown-versions", Bug::ReadsOneSignature)
        .sends(
            "signatures of unknown versions around the right one",
            InTurn(&[ORDINARY.signed(Signature::AmongVersions)]),
        )
        .expects("2xx")
        .because("the sender may add a version, such as v1a, beside the one that you read")
        .explained_by(&["right-signature-last"]),
    Case::should(Rotation, "signature-lines", Bug::ReadsOneLine)
        .sends(
            "two headers, the second with the right signature",
            InTurn(&[ORDINARY.signed(Signature::OnLines)]),
        )
        .expects("2xx")
        .because("HTTP lets whoever is on the way write a list as several headers")
        .explained_by(&["right-signature-last"]),
    Case::should(Rotation, "joined-signatures", Bug::ReadsOneLine)
        .sends(
            "two headers that a proxy has joined with a comma, the right signature first",
            InTurn(&[ORDINARY.signed(Signature::Joined)]),
        )
        .expects("2xx")
        .because("HTTP lets whoever is on the way join several headers with commas")
        .explained_by(&["right-signature-first"]),
];
