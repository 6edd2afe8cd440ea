//! How a check is driven: baselines, the family, the choice of cases, ids and bytes.

use std::collections::BTreeMap;
use std::time::Duration;

use recallai_webhook_emulator::check::{
    Answer, Bug, Check, CheckOptions, CheckReport, Mark, cases,
};
use recallai_webhook_emulator::{HeaderFamily, Request, Seed};

use super::flaw::Flaw;
use super::receiver::Receiver;
use super::{check, run, secret};
use crate::world::START;

const TOOK: Duration = Duration::from_millis(1);

fn failing(answer: &Answer) -> CheckReport {
    check(|requests, _| requests.iter().map(|_| answer.clone()).collect())
}

/// Mistakes that only a receiver can show that has accepted something.
const OF_A_RECEIVER_THAT_WORKED: [Bug; 3] =
    [Bug::WentAway, Bug::ReadsOnlySvix, Bug::ReadsOnlyWebhook];

#[test]
fn a_receiver_that_accepts_nothing_proves_nothing_and_gets_a_hint() {
    let check = |answer: Answer, expected: &str| {
        let report = failing(&answer);
        let counts = report.counts();
        assert_eq!((counts.failed, counts.passed), (2, 0), "{answer:?}");
        assert_eq!(counts.skipped, cases().count() - 2);
        let hint = report.hint.clone().unwrap();
        assert!(hint.contains(expected), "{answer:?}: {hint}");
        assert_eq!(report.family, None);
        // The hint says what there is to say.
        let named: Vec<Bug> = report.failures().filter_map(|outcome| outcome.bug).collect();
        assert!(named.iter().all(|bug| !OF_A_RECEIVER_THAT_WORKED.contains(bug)), "{named:?}");
    };
    check(Answer::reply(404, TOOK), "404: the path");
    check(Answer::reply(405, TOOK), "405: that path takes no POST");
    check(Answer::reply(401, TOOK), "401: it has another secret");
    check(Answer::reply(403, TOOK), "403: it has another secret");
    check(Answer::reply(308, TOOK), "308, a redirect: the sender follows no");
    check(Answer::reply(502, TOOK), "502: it fails");
    check(Answer::reply(422, TOOK), "422: it takes");
    check(Answer::NoConnection, "nobody listens");
    check(Answer::TimedOut, "no answer within 15s: it works before it answers");
    check(Answer::broken(), "closed without an answer: look");
    check(Answer::Broken("no TLS".to_owned()), "no TLS: look whether it speaks");
}

#[test]
fn the_family_that_is_read_is_used() {
    let families = |flaw| {
        let mut receiver = Receiver::new(flaw, secret());
        let mut families: Vec<&str> = Vec::new();
        let report = check(|requests, now| {
            for request in requests {
                let has = |name| request.header(name).is_some();
                families.extend(has("svix-id").then_some("svix"));
                families.extend(has("webhook-id").then_some("webhook"));
            }
            receiver.answer_all(requests, now)
        });
        let count = |name| families.iter().filter(|family| **family == name).count();
        (report.family, count("svix"), count("webhook"))
    };
    // The odd ones are the other baseline, and the id that has the name of the other family.
    assert!(matches!(families(Flaw::OnlySvix), (Some(HeaderFamily::Svix), 100.., 2)));
    assert!(matches!(families(Flaw::OnlyWebhook), (Some(HeaderFamily::Webhook), 2, 100..)));
}

#[test]
fn what_needs_both_families_is_skipped_for_a_receiver_of_one() {
    let mut receiver = Receiver::new(Flaw::OnlyWebhook, secret());
    let report = check(|requests, now| receiver.answer_all(requests, now));
    let outcome = report.outcome("both-families").unwrap();
    assert_eq!(outcome.mark, Mark::Skipped("the receiver reads one family of headers only"));
}

#[test]
fn chosen_cases_run_after_the_baselines() {
    let mut options = CheckOptions::new(secret());
    options.only = Some(["empty-signature", "no-such-case"].map(str::to_owned).into());
    // Whoever shows how far it has come has to know how far it goes.
    assert_eq!(Check::new(options.clone()).cases_left(), 4);
    let mut receiver = Receiver::new(Flaw::AcceptsEmpty, secret());
    let mut sent = 0;
    let report = run(options, START, |requests, now| {
        sent += requests.len();
        receiver.answer_all(requests, now)
    });
    let names: Vec<&str> = report.outcomes.iter().map(|outcome| outcome.case.name).collect();
    assert_eq!(names, ["baseline-webhook", "baseline-svix", "empty-signature", "still-there"]);
    assert_eq!(sent, 4);
    assert!(!report.is_passed());
}

/// All requests of a check of a good receiver, by their case.
fn requests(seed: u64, start: u64) -> Vec<(&'static str, Vec<Request>)> {
    let mut options = CheckOptions::new(secret());
    options.seed = Seed(seed);
    let mut receiver = Receiver::new(Flaw::None, secret());
    let mut check = Check::new(options);
    let mut all = Vec::new();
    while let Some(step) = check.next_step(start) {
        check.answer(receiver.answer_all(&step.requests, start));
        all.push((step.case.name, step.requests));
    }
    all
}

#[test]
fn the_same_seed_and_time_give_the_same_bytes() {
    assert_eq!(requests(1, START), requests(1, START));
    assert_ne!(requests(1, START), requests(2, START));
}

#[test]
fn no_two_messages_share_an_id() {
    let mut cases_of: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let all = requests(1, START);
    for (case, requests) in &all {
        for request in requests {
            let id = request.header("webhook-id").or(request.header("svix-id"));
            cases_of.entry(id.unwrap_or_default().to_owned()).or_default().push(case);
        }
    }
    cases_of.remove("");
    for (id, cases) in &cases_of {
        assert!(cases.iter().all(|case| *case == cases[0]), "{id}: {cases:?}");
        assert!(id.starts_with("msg_") && id.len() == 31, "{id}");
    }
    // A receiver that was checked before has other ids.
    let later = requests(1, START + 1);
    assert!(later.iter().flat_map(|(_, requests)| requests).all(|request| {
        request.header("webhook-id").is_none_or(|id| !cases_of.contains_key(id))
    }));
}

#[test]
fn a_resend_is_the_same_bytes_and_a_duplicate_is_not() {
    let all = requests(1, START);
    let of = |name: &str| -> Vec<&Request> {
        all.iter().filter(|(case, _)| *case == name).flat_map(|(_, requests)| requests).collect()
    };
    let [first, again] = of("instant-resend")[..] else { panic!("not two") };
    assert_eq!(first, again);
    let [first, anew] = of("duplicate")[..] else { panic!("not two") };
    assert_eq!(first.header("webhook-id"), anew.header("webhook-id"));
    assert_ne!(first.header("webhook-signature"), anew.header("webhook-signature"));
    assert!(of("simultaneous").windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_step_without_answers_counts_as_broken() {
    let mut check = Check::new(CheckOptions::new(secret()));
    while check.next_step(START).is_some() {}
    let report = check.report();
    assert_eq!(report.outcome("baseline-svix").unwrap().answered, "closed without an answer");
    assert_eq!(report.counts().failed, 2);
}

#[test]
fn a_case_ends_with_a_delivery_that_is_not_answered_in_time() {
    let mut receiver = Receiver::new(Flaw::WorksFirst, secret());
    let mut late = BTreeMap::new();
    let mut check = Check::new(CheckOptions::new(secret()));
    while let Some(step) = check.next_step(START) {
        let answers = receiver.answer_all(&step.requests, START);
        let count = answers.iter().filter(|answer| **answer == Answer::TimedOut).count();
        *late.entry(step.case.name).or_insert(0) += count;
        check.answer(answers);
    }
    assert!(late.values().all(|count| *count <= 1), "{late:?}");
    let every = check.report();
    let every = every.outcome("every-event").unwrap();
    assert_eq!(every.answered, "no answer within 15s to recording.done");
}
