//! What an event may look like.

use recallai_webhook_event::{Channel, Entry, Family};

use crate::check::case::Sends::{Examples, InTurn};
use crate::check::texts;
use crate::check::variant::ORDINARY;
use crate::check::{Bug, Case, Group::Events};

pub(crate) const ORDER: &str = "done-before-processing";

pub(super) static CASES: &[Case] = &[
    Case::must(Events, "unknown-event", Bug::ClosedEvents)
        .sends("an event that nobody knows", InTurn(&[ORDINARY.text(texts::UNKNOWN_EVENT)]))
        .expects("2xx")
        .because(
            "the vendor adds events without notice, and five days of errors disable the endpoint",
        ),
    Case::must(Events, "unknown-sub-code", Bug::ClosedShapes)
        .sends("a sub code that nobody knows", InTurn(&[ORDINARY.text(texts::UNKNOWN_SUB_CODE)]))
        .expects("2xx")
        .because("the vendor adds sub codes without notice"),
    Case::must(Events, "unknown-members", Bug::ClosedShapes)
        .sends("members that nobody knows", InTurn(&[ORDINARY.text(texts::UNKNOWN_MEMBERS)]))
        .expects("2xx")
        .because("the vendor adds members without notice"),
    Case::must(Events, "null-bot", Bug::NeedsBot)
        .sends("recording.done whose bot is null", InTurn(&[ORDINARY.text(texts::NULL_BOT)]))
        .expects("2xx")
        .because("what the Desktop SDK records has no bot")
        .explained_by(&[ORDER]),
    Case::must(Events, "absent-bot", Bug::NeedsBot)
        .sends("recording.done without a bot", InTurn(&[ORDINARY.text(texts::NO_BOT)]))
        .expects("2xx")
        .because("what the Desktop SDK records has no bot")
        .explained_by(&[ORDER]),
    Case::must(Events, "vendor-page-key", Bug::NeedsOwnKey)
        .sends(
            "video_mixed.done with its video under `transcript`",
            InTurn(&[ORDINARY.text(texts::VENDOR_PAGE_KEY)]),
        )
        .expects("2xx")
        .because("the vendor's page prints five kinds of media objects so")
        .explained_by(&[ORDER]),
    Case::must(Events, ORDER, Bug::ExpectsOrder)
        .sends(
            "recording.done, then recording.processing of the same recording",
            InTurn(&[
                ORDINARY.text(texts::RECORDING_DONE),
                ORDINARY.text(texts::RECORDING_PROCESSING).of(1),
            ]),
        )
        .expects("2xx to both")
        .because("messages are sent side by side, and a retry comes hours later"),
    Case::must(Events, "every-event", Bug::FailsOnEvents)
        .sends("an example of every event of the dashboard", Examples(is_current))
        .expects("2xx to all")
        .because("an event that nobody handles is still delivered")
        .explained_by(&["unknown-event", ORDER]),
    Case::should(Events, "real-time-events", Bug::FailsOnEvents)
        .sends("an example of every event of a real-time endpoint", Examples(is_realtime))
        .expects("2xx to all")
        .because("a minute of errors ends real-time delivery for the meeting")
        .explained_by(&["unknown-event"]),
    Case::should(Events, "legacy-names", Bug::FailsOnEvents)
        .sends("an example of every event before API v1.11", Examples(is_legacy))
        .expects("2xx to all")
        .because("accounts that were never moved to v1.11 send these names")
        .explained_by(&["unknown-event"]),
    Case::should(Events, "transcript-data", Bug::ReadsPrefixes)
        .sends("transcript.data, which is words", InTurn(&[ORDINARY.text(texts::TRANSCRIPT_DATA)]))
        .expects("2xx")
        .because("the name begins like those of a transcript's status, and the body is another")
        .explained_by(&["unknown-event"]),
];

fn is_current(entry: &Entry) -> bool {
    entry.channel() == Channel::Dashboard && !is_legacy(entry)
}

fn is_realtime(entry: &Entry) -> bool {
    entry.channel() == Channel::Realtime && !is_legacy(entry)
}

fn is_legacy(entry: &Entry) -> bool {
    matches!(entry.family, Family::BotStatusChange | Family::BotLog | Family::BotTranscription)
}
