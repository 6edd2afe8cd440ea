//! The same message again, and many messages at once.

use super::WRONG_SECRET;
use crate::check::case::Sends::{AtOnce, Burst, InTurn};
use crate::check::texts;
use crate::check::variant::{ORDINARY, Signature, Timestamp, Wanted};
use crate::check::{Bug, Case, Group::Repeats};

const EARLIER: Timestamp = Timestamp::Off(-5);

pub(super) static CASES: &[Case] = &[
    Case::must(Repeats, "duplicate", Bug::RefusesDuplicates)
        .sends(
            "a message, and the same again, signed anew",
            InTurn(&[ORDINARY.at(EARLIER), ORDINARY]),
        )
        .expects("2xx to both")
        .because("the sender delivers at least once, and takes any error for a failure"),
    Case::must(Repeats, "instant-resend", Bug::TakesResendForReplay)
        .sends(
            "a message, and the same again, byte for byte",
            InTurn(&[ORDINARY, ORDINARY.resent()]),
        )
        .expects("2xx to both")
        .because("after a broken connection the sender repeats itself byte for byte at once")
        .explained_by(&["duplicate"]),
    Case::must(Repeats, "simultaneous", Bug::RacesOnId)
        .sends(
            "one message four times at once",
            AtOnce(&[ORDINARY, ORDINARY.resent(), ORDINARY.resent(), ORDINARY.resent()]),
        )
        .expects("2xx to all")
        .because("a retry may come while the first attempt is still being answered")
        .explained_by(&["duplicate", "instant-resend", "burst"]),
    Case::must(Repeats, "retry-after-refusal", Bug::RemembersForgeries)
        .sends(
            "a forgery with an id, then the message of that id",
            InTurn(&[ORDINARY.signed(Signature::Strange).wants(Wanted::Any), ORDINARY]),
        )
        .expects("2xx to the message")
        .because("whoever guesses an id could keep its message out"),
    Case::must(Repeats, "known-id-forgery", Bug::TrustsKnownIds)
        .sends(
            "a message, then a forgery with its id and another body",
            InTurn(&[
                ORDINARY,
                ORDINARY.text(texts::RECORDING_DONE).signed(Signature::Strange).refused(),
            ]),
        )
        .expects("2xx, then 401")
        .because("an id proves nothing: whoever has seen one could send anything under it")
        .explained_by(&[WRONG_SECRET]),
    Case::must(Repeats, "repeated-forgery", Bug::RemembersForgeries)
        .sends(
            "a forgery twice",
            InTurn(&[
                ORDINARY.signed(Signature::Strange).refused(),
                ORDINARY.signed(Signature::Strange).refused(),
            ]),
        )
        .expects("401 to both")
        .because(
            "an id that is known from a forgery makes no message of it, nor of what comes later",
        )
        .explained_by(&[WRONG_SECRET]),
    Case::must(Repeats, "burst", Bug::FailsUnderBurst)
        .sends("50 messages at once", Burst(50))
        .expects("2xx to all")
        .because("when a meeting ends, its recording and all its media objects are done together"),
];
