//! Receivers that do not answer, and checks that do not come to their end.

use std::time::Duration;

use recallai_webhook_emulator::check::{
    Answer, Bug, Check, CheckOptions, CheckReport, Mark, cases,
};

use super::flaw::Flaw;
use super::receiver::Receiver;
use super::{check, failures, run, secret};
use crate::world::START;

const TOOK: Duration = Duration::from_millis(1);

/// A good receiver whose first answer is this.
fn cold_start(first: Answer) -> CheckReport {
    let (mut receiver, mut first) = (Receiver::new(Flaw::None, secret()), Some(first));
    check(|requests, now| match first.take() {
        Some(answer) => vec![answer],
        None => receiver.answer_all(requests, now),
    })
}

#[test]
fn the_first_delivery_may_find_a_receiver_that_starts() {
    let check = |answer, expected: &str| {
        let report = cold_start(answer);
        assert!(report.is_passed_strictly(), "{:#?}", failures(&report));
        let baseline = report.outcome("baseline-webhook").unwrap();
        assert_eq!(baseline.answered, format!("{expected}, and 2xx to the second try"));
    };
    check(Answer::TimedOut, "no answer within 15s");
    check(Answer::broken(), "closed without an answer");
    check(Answer::reply(503, TOOK), "503");
    assert!(!cold_start(Answer::reply(401, TOOK)).is_passed());
}

#[test]
fn a_check_that_is_stopped_says_what_it_knows_and_has_not_passed() {
    let mut receiver = Receiver::new(Flaw::ConflictOnDuplicate, secret());
    let mut check = Check::new(CheckOptions::new(secret()));
    let mark = |report: &CheckReport, name| report.outcome(name).unwrap().mark;
    while let Some(step) = check.next_step(START) {
        if step.case.name == "instant-resend" {
            break;
        }
        check.answer(receiver.answer_all(&step.requests, START));
    }
    check.stop();
    assert!(check.next_step(START).is_none());
    let report = check.report();
    assert_eq!(mark(&report, "baseline-svix"), Mark::Passed);
    assert_eq!(mark(&report, "duplicate"), Mark::Failed);
    for name in ["instant-resend", "burst", "delivery-control", "still-there"] {
        assert_eq!(mark(&report, name), Mark::Skipped("stopped"), "{name}");
    }
    assert!(report.is_stopped && !report.is_passed());

    let mut check = Check::new(CheckOptions::new(secret()));
    check.stop();
    assert_eq!(check.report().counts().skipped, cases().count());
    assert!(!check.report().is_passed());
}

#[test]
fn a_slow_body_needs_more_time_than_a_receiver_gives_it() {
    let mark = |seconds| {
        let mut options = CheckOptions::new(secret());
        options.time_limit = Duration::from_secs(seconds);
        let mut receiver = Receiver::new(Flaw::None, secret());
        let report = run(options, START, |requests, now| receiver.answer_all(requests, now));
        report.outcome("slow-body").unwrap().mark
    };
    assert!(matches!(mark(12), Mark::Skipped(reason) if reason.contains("time limit")));
    assert_eq!(mark(13), Mark::Passed);
}

#[test]
fn a_receiver_that_refuses_all_by_then_has_refused_no_forgery() {
    let only = ["empty-signature", "wrong-secret"];
    let mut options = CheckOptions::new(secret());
    options.only = Some(only.map(str::to_owned).into());
    let (mut receiver, mut left) = (Receiver::new(Flaw::VerifiesNothing, secret()), 2);
    let report = run(options, START, |requests, now| {
        left = i32::max(left - 1, -1);
        match left {
            -1 => requests.iter().map(|_| Answer::reply(403, TOOK)).collect(),
            _ => receiver.answer_all(requests, now),
        }
    });
    for name in only {
        assert!(matches!(report.outcome(name).unwrap().mark, Mark::Skipped(_)), "{name}");
    }
    assert_eq!(failures(&report), [("still-there", Some(Bug::WentAway))].into());
}
