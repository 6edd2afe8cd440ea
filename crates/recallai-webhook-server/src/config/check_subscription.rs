//! What makes no sense in a subscription.

use std::time::Duration;

use recallai_webhook_dispatch::event::CATALOGUE;
use recallai_webhook_dispatch::inbox::{Pattern, Turn};

use super::check::Findings;
use super::{Subscription, Word};

pub(super) fn check(findings: &mut Findings<'_>, key: &str, subscription: &Subscription) {
    let of = |name: &str| format!("{key}.{name}");
    if subscription.concurrency == 0 {
        findings.problem(&of("concurrency"), "with no job at a time, nothing is passed on");
    }
    let retry = &subscription.retry;
    if retry.attempts == 0 {
        findings.problem(&of("retry.attempts"), "there is at least one attempt");
    }
    if !retry.factor.is_finite() || retry.factor < 0.0 {
        findings.problem(&of("retry.factor"), "a factor is a number from 0");
    }
    if subscription.time_limit.is_some_and(|limit| Duration::from(limit).is_zero()) {
        findings.problem(&of("time_limit"), "an attempt takes some time");
    }
    if let Err(error) = subscription.output.find_program() {
        findings.warning(&of("output"), error.to_string());
    }
    match subscription.need.is_empty() {
        true => messages(findings, key, subscription),
        false => need(findings, key, subscription),
    }
}

fn messages(findings: &mut Findings<'_>, key: &str, subscription: &Subscription) {
    let of = |name: &str| format!("{key}.{name}");
    if !subscription.on.is_empty() {
        findings.problem(&of("on"), "it goes with `need`");
    }
    if subscription.give_up_after.is_some() {
        findings.problem(&of("give_up_after"), "it goes with `need`");
    }
    if !(subscription.known || subscription.unknown || subscription.unreadable) {
        findings
            .problem(key, "nothing is meant: of `known`, `unknown` and `unreadable` all are false");
    }
    let has_conditions = !subscription.events.is_empty()
        || !subscription.kinds.is_empty()
        || !subscription.codes.is_empty();
    if subscription.unreadable && has_conditions {
        let reason =
            "unreadable messages have no name, kind or code: give them a subscription of their own";
        findings.problem(&of("unreadable"), reason);
    }
    if subscription.unknown {
        return;
    }
    for (index, Word(pattern)) in subscription.events.iter().enumerate() {
        if CATALOGUE.iter().all(|entry| !pattern.matches(entry.name)) {
            let reason = format!("no known event has this name{}", meant(pattern));
            findings.warning(&of(&format!("events.{index}")), reason);
        }
    }
}

fn meant(pattern: &Pattern) -> String {
    let names = CATALOGUE.iter().map(|entry| entry.name);
    let near = names
        .map(|name| (strsim::jaro_winkler(pattern.as_str(), name), name))
        .filter(|(nearness, _)| *nearness > 0.85)
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    near.map(|(_, name)| format!("; did you mean `{name}`?")).unwrap_or_default()
}

fn need(findings: &mut Findings<'_>, key: &str, subscription: &Subscription) {
    let of = |name: &str| format!("{key}.{name}");
    for (name, is_set) in [
        ("events", !subscription.events.is_empty()),
        ("kinds", !subscription.kinds.is_empty()),
        ("codes", !subscription.codes.is_empty()),
        ("unknown", subscription.unknown),
        ("unreadable", subscription.unreadable),
    ] {
        if is_set {
            findings.problem(&of(name), "a subscription is for messages, or for a need");
        }
    }
    if subscription.on.contains(&Word(Turn::TimedOut)) {
        findings.problem(&of("on"), "`timed_out` comes of `give_up_after`");
    }
    if subscription.give_up_after.is_some_and(|time| Duration::from(time).is_zero()) {
        findings.problem(&of("give_up_after"), "nothing is ready at once");
    }
}
