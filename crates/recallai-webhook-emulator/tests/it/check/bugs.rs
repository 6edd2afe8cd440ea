//! Which mistake fails which cases, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use recallai_webhook_emulator::check::{Answer, Bug, CheckReport, Grade, cases};

use super::flaw::Flaw;
use super::receiver::Receiver;
use super::{check, failures, secret};

/// Each flaw, with the bug that is named, and the cases that fail by it.
#[rustfmt::skip]
const FLAWS: &[(Flaw, Bug, &[&str])] = &[
    (Flaw::OnlySvix, Bug::ReadsOnlySvix, &["baseline-webhook"]),
    (Flaw::OnlyWebhook, Bug::ReadsOnlyWebhook, &["baseline-svix"]),
    (Flaw::FailsOnWebhook, Bug::FailsOnDeliveries, &["baseline-webhook"]),
    (Flaw::HangsOnSvix, Bug::FailsOnDeliveries, &["baseline-svix"]),
    (Flaw::WebhookFirst, Bug::PrefersWebhook, &["both-families"]),
    (Flaw::MixesFamilies, Bug::MixesFamilies, &["split-families"]),
    (Flaw::NeedsNoId, Bug::NeedsNotAllHeaders, &["missing-id"]),
    (Flaw::NeedsNoTimestamp, Bug::NeedsNotAllHeaders, &["missing-timestamp"]),
    (Flaw::NeedsNoSignature, Bug::NeedsNotAllHeaders, &["missing-signature"]),
    (Flaw::NeedsNoHeaders, Bug::NeedsNotAllHeaders, &["unsigned"]),
    (Flaw::ConflictOnDuplicate, Bug::RefusesDuplicates, &["duplicate", "instant-resend", "simultaneous"]),
    (Flaw::ReplayGuard, Bug::TakesResendForReplay, &["instant-resend", "simultaneous"]),
    (Flaw::RacesOnId, Bug::RacesOnId, &["simultaneous"]),
    (Flaw::RemembersForgeries, Bug::RemembersForgeries, &["retry-after-refusal"]),
    (Flaw::QuietlyRemembersForgeries, Bug::RemembersForgeries, &["repeated-forgery"]),
    (Flaw::TrustsKnownIds, Bug::TrustsKnownIds, &["known-id-forgery"]),
    (Flaw::TwentyAtOnce, Bug::FailsUnderBurst, &["burst"]),
    (Flaw::RateLimit, Bug::LimitsRate, &["burst"]),
    (Flaw::OneAtATime, Bug::FailsUnderBurst, &["burst", "simultaneous"]),
    (Flaw::ClosedEvents, Bug::ClosedEvents, &["unknown-event"]),
    (Flaw::HangsOnUnknown, Bug::ClosedEvents, &["unknown-event"]),
    (Flaw::HangsOnMalformed, Bug::RefusesUnreadable, &["malformed-json"]),
    (Flaw::ClosedSubCodes, Bug::ClosedShapes, &["unknown-sub-code"]),
    (Flaw::ClosedMembers, Bug::ClosedShapes, &["unknown-members"]),
    (Flaw::NeedsBot, Bug::NeedsBot, &["absent-bot", "null-bot"]),
    (Flaw::NeedsOwnKey, Bug::NeedsOwnKey, &["vendor-page-key"]),
    (Flaw::NeedsOrder, Bug::ExpectsOrder, &["done-before-processing"]),
    (Flaw::NeedsProcessing, Bug::ExpectsOrder, &[
        "absent-bot", "answers-in-time", "done-before-processing", "null-bot",
    ]),
    (Flaw::FailsOnSlack, Bug::FailsOnEvents, &["every-event"]),
    (Flaw::NoRealtime, Bug::FailsOnEvents, &["real-time-events"]),
    (Flaw::NoLegacy, Bug::FailsOnEvents, &["legacy-names"]),
    (Flaw::RedirectsRealtime, Bug::Redirects, &["real-time-events"]),
    (Flaw::TranscriptPrefix, Bug::ReadsPrefixes, &["real-time-events", "transcript-data"]),
    (Flaw::RewritesBody, Bug::RewritesBody, &["escapes", "malformed-json", "non-utf8-body", "numbers", "white-space"]),
    (Flaw::SortsMembers, Bug::RewritesBody, &["member-order"]),
    (Flaw::IgnoresBody, Bug::IgnoresBody, &["changed-body"]),
    (Flaw::RefusesMalformed, Bug::RefusesUnreadable, &["malformed-json"]),
    (Flaw::RefusesNoEvent, Bug::RefusesUnreadable, &["empty-object", "unreadable-event"]),
    (Flaw::RefusesUnparsable, Bug::RefusesUnreadable, &["malformed-json", "non-utf8-body"]),
    (Flaw::TextOnly, Bug::VerifiesText, &["non-utf8-body"]),
    (Flaw::VerifiesNothing, Bug::VerifiesNothing, &[]),
    (Flaw::NearlyRight, Bug::AcceptsWrongSignatures, &["bad-signature", "loose-base64", "both-families"]),
    (Flaw::AcceptsEmpty, Bug::AcceptsEmptySignature, &["empty-signature"]),
    (Flaw::AcceptsEmptyHeader, Bug::AcceptsEmptySignature, &["no-signature"]),
    (Flaw::ComparesPrefix, Bug::ComparesPrefix, &["empty-signature", "signature-prefix", "truncated-signature"]),
    (Flaw::ComparesBeginning, Bug::LooseSignatures, &["longer-signature"]),
    (Flaw::EmptySecret, Bug::EmptySecret, &["empty-key"]),
    (Flaw::AnyVersion, Bug::LooseSignatures, &["other-version"]),
    (Flaw::NoVersion, Bug::LooseSignatures, &["bare-signature"]),
    (Flaw::Hex, Bug::LooseSignatures, &["hex-signature"]),
    (Flaw::LooseBase64, Bug::LooseSignatures, &["loose-base64"]),
    (Flaw::NoTimestampCheck, Bug::NoTimestampCheck, &[
        "future-clock", "stale-clock", "timestamp-milliseconds", "timestamp-sign", "timestamp-word",
    ]),
    (Flaw::OnlyTooOld, Bug::NoTimestampCheck, &["future-clock", "timestamp-milliseconds"]),
    (Flaw::Milliseconds, Bug::LooseTimestamps, &["timestamp-milliseconds"]),
    (Flaw::LooseTimestamps, Bug::LooseTimestamps, &["timestamp-sign", "timestamp-zero"]),
    (Flaw::TwoMinutes, Bug::LittleTolerance, &["inside-tolerance"]),
    (Flaw::FirstSignature, Bug::ReadsOneSignature, &[
        "right-signature-last", "signature-lines", "unknown-versions",
    ]),
    (Flaw::LastSignature, Bug::ReadsOneSignature, &["joined-signatures", "right-signature-first", "unknown-versions"]),
    (Flaw::FirstLine, Bug::ReadsOneLine, &["signature-lines"]),
    (Flaw::NoJoined, Bug::ReadsOneLine, &["joined-signatures"]),
    (Flaw::SmallBodies, Bug::RefusesLargeBodies, &["large-body"]),
    (Flaw::AnyBody, Bug::NoBodyLimit, &["oversized-body"]),
    (Flaw::CutBodies, Bug::AcceptsCutBodies, &["cut-body"]),
    (Flaw::SlowBodies, Bug::WaitsForSlowBodies, &["slow-body"]),
    (Flaw::AnyMethod, Bug::TakesOtherMethods, &["get"]),
    (Flaw::CutBodyCrash, Bug::WentAway, &["get", "slow-body", "still-there"]),
    (Flaw::CutBodyHang, Bug::WentAway, &["get", "slow-body", "still-there"]),
    (Flaw::CutBodyReset, Bug::WentAway, &["get", "still-there"]),
    (Flaw::BreaksOnGet, Bug::DropsRequests, &["get"]),
    (Flaw::StumblesOnce, Bug::FailsNowAndThen, &["unknown-sub-code"]),
    (Flaw::WorksFirst, Bug::WorksBeforeAnswering, &[
        "absent-bot", "answers-in-time", "done-before-processing", "every-event", "null-bot", "vendor-page-key",
    ]),
    (Flaw::Slow, Bug::WorksBeforeAnswering, &["answers-quickly"]),
    (Flaw::Disables, Bug::StopsSender, &["delivery-control"]),
    (Flaw::FailsOnForgeries, Bug::FailsOnForgeries, &["forgery-status"]),
    (Flaw::RedirectsForgeries, Bug::MisnamesRefusals, &["forgery-meaning"]),
    (Flaw::HangsOnForgeries, Bug::DropsRequests, &[]),
    (Flaw::ClosesOnForgeries, Bug::DropsRequests, &[]),
    (Flaw::NotFoundForForgeries, Bug::MisnamesRefusals, &["forgery-meaning"]),
    (Flaw::TellsReason, Bug::TellsReason, &["one-refusal"]),
    (Flaw::TellsReasonByStatus, Bug::TellsReason, &["one-refusal"]),
    (Flaw::TellsSignature, Bug::TellsSignature, &["secret-signature"]),
];

/// All cases that send forgeries.
#[rustfmt::skip]
const FORGERIES: &[&str] = &[
    "bad-signature", "bare-signature", "both-families", "changed-body", "empty-key", "empty-signature",
    "future-clock", "hex-signature", "known-id-forgery", "longer-signature", "loose-base64", "missing-id",
    "missing-signature", "missing-timestamp", "no-signature", "other-version", "repeated-forgery",
    "signature-prefix", "split-families", "stale-clock", "timestamp-milliseconds", "timestamp-sign",
    "timestamp-word", "timestamp-zero", "truncated-signature", "unsigned", "wrong-secret",
];

/// Those that do not refuse a forgery as they should, whichever it is.
const ALL_FORGERIES: [Flaw; 5] = [
    Flaw::VerifiesNothing,
    Flaw::FailsOnForgeries,
    Flaw::RedirectsForgeries,
    Flaw::HangsOnForgeries,
    Flaw::ClosesOnForgeries,
];

/// Failures of a flaw that are mistakes of their own.
const OTHERS: &[(Flaw, &str, Bug)] = &[
    (Flaw::RewritesBody, "malformed-json", Bug::RefusesUnreadable),
    (Flaw::RewritesBody, "non-utf8-body", Bug::RefusesUnreadable),
    (Flaw::TranscriptPrefix, "real-time-events", Bug::FailsOnEvents),
    (Flaw::CutBodyHang, "get", Bug::DropsRequests),
    (Flaw::CutBodyHang, "slow-body", Bug::WaitsForSlowBodies),
    (Flaw::CutBodyReset, "get", Bug::DropsRequests),
    (Flaw::NearlyRight, "loose-base64", Bug::LooseSignatures),
];

fn report(flaw: Flaw) -> CheckReport {
    let mut receiver = Receiver::new(flaw, secret());
    check(|requests, now| receiver.answer_all(requests, now))
}

#[test]
fn each_mistake_is_found_and_named_and_nothing_else_is() {
    let mut wrong = Vec::new();
    for (flaw, bug, cases) in FLAWS {
        let named = |case: &&'static str| {
            let other = OTHERS.iter().find(|(of, name, _)| of == flaw && name == case);
            (*case, Some(other.map_or(*bug, |(.., bug)| *bug)))
        };
        let forgeries = ALL_FORGERIES.contains(flaw).then_some(FORGERIES).into_iter().flatten();
        let expected: BTreeMap<_, _> = cases.iter().chain(forgeries).map(named).collect();
        let found = failures(&report(*flaw));
        if found != expected {
            wrong.push(format!("{flaw:?}: {found:?}, and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_case_fails_for_some_mistake() {
    let failing = FLAWS.iter().flat_map(|(_, _, cases)| *cases).chain(FORGERIES);
    let failing: BTreeSet<&str> = failing.copied().collect();
    let never: Vec<&str> =
        cases().map(|case| case.name).filter(|name| !failing.contains(name)).collect();
    assert!(never.is_empty(), "{never:?}");
}

#[test]
fn each_bug_is_named_for_some_mistake() {
    let named: BTreeSet<Bug> = FLAWS.iter().map(|(_, bug, _)| *bug).collect();
    let never: Vec<&Bug> = Bug::ALL.iter().filter(|bug| !named.contains(bug)).collect();
    assert!(never.is_empty(), "{never:?}");
}

fn answered(flaw: Flaw, case: &str) -> String {
    report(flaw).outcome(case).unwrap().answered.clone()
}

#[test]
fn a_failure_says_what_was_answered_to_what() {
    let check = |flaw, case, expected: &str| assert_eq!(answered(flaw, case), expected, "{flaw:?}");
    check(Flaw::ConflictOnDuplicate, "duplicate", "409 to 1 of 2");
    check(Flaw::ConflictOnDuplicate, "simultaneous", "409 to 3 of 4");
    check(Flaw::TwentyAtOnce, "burst", "503 to 30 of 50");
    check(Flaw::ClosedEvents, "unknown-event", "500");
    check(Flaw::AcceptsEmpty, "empty-signature", "204");
    check(
        Flaw::FailsOnSlack,
        "every-event",
        "500 to slack_team.invited, slack_team.active, slack_team.access_revoked",
    );
    check(Flaw::WorksFirst, "null-bot", "no answer within 15s");
    check(Flaw::Slow, "answers-quickly", "4000 ms to bot.joining_call");
    check(Flaw::Disables, "delivery-control", "webhook-delivery: disable, to baseline-webhook");
    check(
        Flaw::FailsOnForgeries,
        "forgery-status",
        "500 to 31 of 31 forgeries, such as both-families",
    );
}

#[test]
fn whoever_verifies_nothing_is_told_so() {
    for flaw in ALL_FORGERIES {
        let hint = report(flaw).hint.unwrap_or_default();
        let is_told = hint.starts_with("it verifies nothing");
        assert_eq!(is_told, flaw == Flaw::VerifiesNothing, "{flaw:?}: {hint}");
    }
}

#[test]
fn a_receiver_that_goes_away_is_not_taken_for_one_that_refuses() {
    let mut receiver = Receiver::new(Flaw::None, secret());
    let mut left = 30;
    let report = check(|requests, now| {
        left = i32::max(left - 1, 0);
        match left {
            0 => requests.iter().map(|_| Answer::NoConnection).collect(),
            _ => receiver.answer_all(requests, now),
        }
    });
    for name in ["unsigned", "right-signature-last", "slow-body", "oversized-body"] {
        assert_eq!(report.outcome(name).unwrap().bug, Some(Bug::WentAway), "{name}");
    }
}

#[test]
fn what_is_graver_or_lighter_than_its_case_says_so() {
    let check = |flaw, case, expected| {
        assert_eq!(report(flaw).outcome(case).unwrap().grade, expected, "{flaw:?}, {case}");
    };
    check(Flaw::CutBodyCrash, "get", Grade::Must);
    check(Flaw::ClosesOnForgeries, "wrong-secret", Grade::Should);
    check(Flaw::FailsOnForgeries, "wrong-secret", Grade::Should);
    check(Flaw::VerifiesNothing, "wrong-secret", Grade::Must);
}

#[test]
fn a_receiver_that_fails_now_and_then_has_no_other_mistake() {
    let report = report(Flaw::EveryThird);
    let found = failures(&report);
    assert!(found.values().all(|bug| *bug == Some(Bug::FailsNowAndThen)), "{found:#?}");
    assert!(found.contains_key("every-event") && found.contains_key("burst"), "{found:#?}");
    assert_eq!(answered(Flaw::StumblesOnce, "unknown-sub-code"), "500, and a second try passed");
}
