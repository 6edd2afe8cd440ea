//! Forged and mistaken signatures.

use crate::check::case::Sends::InTurn;
use crate::check::variant::{ORDINARY, Signature};
use crate::check::{Bug, Case, Group::Signatures};

pub(crate) const WRONG_SECRET: &str = "wrong-secret";

const LOOSE: &str = "no sender writes it so; whoever reads it reads more than the signature";

pub(super) static CASES: &[Case] = &[
    Case::must(Signatures, "bad-signature", Bug::AcceptsWrongSignatures)
        .sends(
            "a signature of which one character is wrong",
            InTurn(&[ORDINARY.signed(Signature::Mistyped).refused()]),
        )
        .expects("401")
        .because("a signature that is nearly right proves nothing")
        .explained_by(&[WRONG_SECRET]),
    Case::must(Signatures, WRONG_SECRET, Bug::VerifiesNothing)
        .sends(
            "a signature made with another secret",
            InTurn(&[ORDINARY.signed(Signature::Strange).refused()]),
        )
        .expects("401")
        .because("anybody could send it"),
    Case::must(Signatures, "empty-signature", Bug::AcceptsEmptySignature)
        .sends(
            "`v1,` and nothing after it",
            InTurn(&[ORDINARY.signed(Signature::Cut(0)).refused()]),
        )
        .expects("401")
        .because("a comparison of as much as was sent finds no difference in nothing")
        .explained_by(&[WRONG_SECRET, "signature-prefix"]),
    Case::must(Signatures, "signature-prefix", Bug::ComparesPrefix)
        .sends(
            "the first four characters of the right signature",
            InTurn(&[ORDINARY.signed(Signature::Cut(4)).refused()]),
        )
        .expects("401")
        .because("so few can be guessed")
        .explained_by(&[WRONG_SECRET]),
    Case::must(Signatures, "truncated-signature", Bug::ComparesPrefix)
        .sends(
            "the first 32 characters of the right signature",
            InTurn(&[ORDINARY.signed(Signature::Cut(32)).refused()]),
        )
        .expects("401")
        .because("whoever accepts a part accepts a shorter one, too")
        .explained_by(&[WRONG_SECRET]),
    Case::must(Signatures, "no-signature", Bug::AcceptsEmptySignature)
        .sends("an empty header", InTurn(&[ORDINARY.signed(Signature::Nothing).refused()]))
        .expects("401")
        .because("anybody could send it")
        .explained_by(&[WRONG_SECRET, "signature-prefix"]),
    Case::must(Signatures, "empty-key", Bug::EmptySecret)
        .sends(
            "a signature made with a secret of no bytes",
            InTurn(&[ORDINARY.signed(Signature::EmptyKey).refused()]),
        )
        .expects("401")
        .because("a receiver whose secret was not set would accept what anybody can sign")
        .explained_by(&[WRONG_SECRET]),
    Case::should(Signatures, "longer-signature", Bug::LooseSignatures)
        .sends(
            "the right signature and one byte more",
            InTurn(&[ORDINARY.signed(Signature::Longer).refused()]),
        )
        .expects("401")
        .because(LOOSE)
        .explained_by(&[WRONG_SECRET, "signature-prefix"]),
    Case::should(Signatures, "bare-signature", Bug::LooseSignatures)
        .sends(
            "the right signature without `v1,`",
            InTurn(&[ORDINARY.signed(Signature::Bare).refused()]),
        )
        .expects("401")
        .because(LOOSE)
        .explained_by(&[WRONG_SECRET]),
    Case::should(Signatures, "other-version", Bug::LooseSignatures)
        .sends(
            "the right signature behind `v2,`",
            InTurn(&[ORDINARY.signed(Signature::OtherVersion).refused()]),
        )
        .expects("401")
        .because("the version says how it was made, and another one says another thing")
        .explained_by(&[WRONG_SECRET]),
    Case::should(Signatures, "hex-signature", Bug::LooseSignatures)
        .sends(
            "the right signature in hexadecimal digits",
            InTurn(&[ORDINARY.signed(Signature::Hex).refused()]),
        )
        .expects("401")
        .because(LOOSE)
        .explained_by(&[WRONG_SECRET]),
    Case::should(Signatures, "loose-base64", Bug::LooseSignatures)
        .sends(
            "the right signature in base64 that no encoder writes",
            InTurn(&[ORDINARY.signed(Signature::LooseBase64).refused()]),
        )
        .expects("401")
        .because(
            "two spellings of one signature are two keys to whoever tells deliveries apart by it",
        )
        .explained_by(&[WRONG_SECRET]),
];
