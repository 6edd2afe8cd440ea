//! The receiver check against receivers in memory: a good one, the sender's own library, and one for each mistake.

mod bugs;
mod driver;
mod flaw;
mod good;
mod outages;
mod receiver;
mod rewriting;
mod rows;
mod verifying;

use std::collections::BTreeMap;

use recallai_webhook_emulator::check::{Answer, Bug, Check, CheckOptions, CheckReport};
use recallai_webhook_emulator::{Request, Seed, SigningSecret};

use crate::world::START;

/// The secret of the receivers.
fn secret() -> SigningSecret {
    SigningSecret::generate(Seed(1), "receiver")
}

/// Checks a receiver; it is given the requests of a step together, and the time.
fn run(
    options: CheckOptions,
    unix_now: u64,
    mut receiver: impl FnMut(&[Request], u64) -> Vec<Answer>,
) -> CheckReport {
    let mut check = Check::new(options);
    let mut now = unix_now;
    while let Some(step) = check.next_step(now) {
        check.answer(receiver(&step.requests, now));
        now += 1;
    }
    check.report()
}

fn check(receiver: impl FnMut(&[Request], u64) -> Vec<Answer>) -> CheckReport {
    run(CheckOptions::new(secret()), START, receiver)
}

/// The cases that failed, with what they name.
fn failures(report: &CheckReport) -> BTreeMap<&'static str, Option<Bug>> {
    report.failures().map(|outcome| (outcome.case.name, outcome.bug)).collect()
}
