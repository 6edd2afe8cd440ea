//! Good receivers: no false alarm.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue};
use recallai_webhook_emulator::check::{Answer, CheckOptions, CheckReport, cases};
use recallai_webhook_emulator::{Request, Seed};
use recallai_webhook_signature::{Secret, Verifier};
use svix::webhooks::Webhook;

use super::flaw::Flaw;
use super::receiver::Receiver;
use super::{check, failures, run, secret};

const TOOK: Duration = Duration::from_millis(2);

/// What the limits of a receiver make of a request, before it is verified.
fn limited(request: &Request) -> Option<Answer> {
    if request.method != "POST" {
        return Some(Answer::reply(405, TOOK));
    }
    if !request.writing.over.is_zero() {
        return Some(Answer::reply(408, TOOK));
    }
    if request.writing.cut_at.is_some() {
        return Some(Answer::broken());
    }
    (request.body.len() > 512 << 10).then(|| Answer::reply(413, TOOK))
}

fn status(is_verified: bool) -> Answer {
    Answer::reply(if is_verified { 204 } else { 401 }, TOOK)
}

fn assert_all_green(report: &CheckReport) {
    assert!(report.is_passed_strictly(), "{:#?}", failures(report));
    assert_eq!(report.counts().passed, cases().count());
    assert_eq!(report.hint, None);
    assert!(report.outcomes.iter().all(|outcome| !outcome.answered.is_empty()));
}

#[test]
fn a_receiver_that_verifies_with_our_crate_is_all_green() {
    let verifier = Verifier::new(Secret::parse(&secret().reveal()).unwrap());
    assert_all_green(&check(|requests, now| {
        let now = UNIX_EPOCH + Duration::from_secs(now);
        let answer = |request: &Request| {
            let headers = request.headers.iter();
            let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
            let is_verified = verifier.verify(headers, &request.body, now).is_ok();
            limited(request).unwrap_or_else(|| status(is_verified))
        };
        requests.iter().map(answer).collect()
    }));
}

/// The base of all flawed ones.
#[test]
fn the_receiver_without_a_flaw_is_all_green() {
    for seed in 0..4 {
        let mut receiver = Receiver::new(Flaw::None, secret());
        let mut options = CheckOptions::new(secret());
        options.seed = Seed(seed);
        assert_all_green(&run(options, 1_900_000_000, |requests, now| {
            receiver.answer_all(requests, now)
        }));
    }
}

/// Whoever uses it as its documentation says has nothing that is wrong, and some advice.
#[test]
#[allow(clippy::disallowed_methods, reason = "the library reads the clock")]
fn a_receiver_that_verifies_with_the_senders_library_passes() {
    let library = Webhook::new(&secret().reveal()).unwrap();
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut check = recallai_webhook_emulator::check::Check::new(CheckOptions::new(secret()));
    while let Some(step) = check.next_step(clock()) {
        let answer = |request: &Request| {
            let lines = request.headers.iter().map(|(name, value)| {
                let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
                (name, HeaderValue::from_str(value).unwrap())
            });
            // It reads the first line of each header.
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(name, value);
            }
            let is_verified = library.verify(&request.body, &headers).is_ok();
            limited(request).unwrap_or_else(|| status(is_verified))
        };
        check.answer(step.requests.iter().map(answer).collect::<Vec<_>>());
    }
    let report = check.report();
    assert!(report.is_passed(), "{:#?}", failures(&report));
    let advice: Vec<&str> = failures(&report).into_keys().collect();
    assert_eq!(
        advice,
        [
            "joined-signatures",
            "non-utf8-body",
            "signature-lines",
            "split-families",
            "timestamp-sign",
            "timestamp-zero",
        ],
    );
}
