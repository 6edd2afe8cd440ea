//! The answers themselves.

use crate::check::case::Sends::{InTurn, Nothing};
use crate::check::texts;
use crate::check::variant::{HeaderNames, ORDINARY, Signature, Timestamp, Wanted};
use crate::check::watch;
use crate::check::{Bug, Case, Group::Answers};

pub(crate) const ANSWERS_IN_TIME: &str = "answers-in-time";

pub(super) static CASES: &[Case] = &[
    Case::must(Answers, ANSWERS_IN_TIME, Bug::WorksBeforeAnswering)
        .sends(
            "recording.done, transcript.done and bot.done, which start work",
            InTurn(&[
                ORDINARY.text(texts::RECORDING_DONE),
                ORDINARY.text(texts::TRANSCRIPT_DONE).of(1),
                ORDINARY.text(texts::BOT_DONE).of(2),
            ]),
        )
        .expects("2xx to each within the time limit")
        .because("the sender waits for 15 seconds, then it sends the message again")
        .watches(watch::answers_in_time)
        .explained_by(&[super::events::ORDER]),
    Case::should(Answers, "answers-quickly", Bug::WorksBeforeAnswering)
        .sends(
            "nothing of its own: it looks at all deliveries that are alone and accepted",
            Nothing,
        )
        .expects("an answer to each within 3 seconds")
        .because("what takes long now takes too long when there is more of it")
        .watches(watch::answers_quickly),
    Case::must(Answers, "delivery-control", Bug::StopsSender)
        .sends("nothing of its own: it looks at all answers", Nothing)
        .expects("no webhook-delivery header that says `disable` or `abort-message`")
        .because("the sender obeys it: it disables the endpoint, or drops the message")
        .watches(watch::leaves_sender_alone),
    Case::should(Answers, "forgery-status", Bug::FailsOnForgeries)
        .sends("nothing of its own: it looks at all forgeries", Nothing)
        .expects("an answer below 500 to each")
        .because("a flood of forgeries would look like an outage")
        .watches(watch::refuses_without_failing),
    Case::should(Answers, "forgery-meaning", Bug::MisnamesRefusals)
        .sends("nothing of its own: it looks at all forgeries", Nothing)
        .expects("neither a redirect, 404, 410 nor 429 to any")
        .because("whoever looks for the mistake looks at the URL or the traffic, not at the secret")
        .watches(watch::names_refusals),
    Case::should(Answers, "one-refusal", Bug::TellsReason)
        .sends(
            "a wrong signature twice, a stale delivery, and one without headers",
            InTurn(&[
                ORDINARY.signed(Signature::Strange).wants(Wanted::Any),
                ORDINARY.signed(Signature::Strange).wants(Wanted::Any),
                ORDINARY.at(Timestamp::Off(-600)).wants(Wanted::Any),
                ORDINARY.named(HeaderNames::None).wants(Wanted::Any),
            ]),
        )
        .expects("the same status and body to all")
        .because("a forger who is told which check has failed knows which to work on")
        .watches(watch::refuses_alike),
    Case::must(Answers, "secret-signature", Bug::TellsSignature)
        .sends("nothing of its own: it looks at all answers", Nothing)
        .expects("no answer that holds the right signature of what was sent")
        .because("a forger could ask for the signature, and then send it")
        .watches(watch::keeps_signature),
];
