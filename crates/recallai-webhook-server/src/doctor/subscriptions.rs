//! What is subscribed to, held against what is received.

use recallai_webhook_dispatch::event::{ArtifactKind, CATALOGUE};
use recallai_webhook_dispatch::inbox::{Class, Filter, Interest, Reading, StoredSubscription};
use recallai_webhook_dispatch::recording::Need;

use crate::config::{Loaded, Subscription};
use crate::service::subscriptions::filter;

use super::Finding;
use super::quantity::{count, list};
use super::seen::{Seen, reading};

const CHECK: &str = "subscriptions";

/// What somebody wants to have.
pub(super) struct Wanted {
    name: String,
    interest: Interest,
    /// Whether it is in the configuration; otherwise `serve` or another program has declared it.
    is_configured: bool,
}

/// The subscriptions of the configuration, and others that are in force.
pub(super) fn gather(loaded: &Loaded, stored: &[StoredSubscription]) -> Vec<Wanted> {
    let configured = &loaded.config.subscriptions;
    let own = configured.iter().filter_map(|(name, subscription)| {
        let interest = interest(subscription)?;
        Some(Wanted { name: name.clone(), interest, is_configured: true })
    });
    let others = stored.iter().filter(|stored| !stored.parked).map(|stored| &stored.subscription);
    let others =
        others.filter(|other| !configured.contains_key(&*other.name)).map(|other| Wanted {
            name: other.name.to_string(),
            interest: other.interest.clone(),
            is_configured: false,
        });
    own.chain(others).collect()
}

/// `None` if it is none: that is said of the configuration.
fn interest(subscription: &Subscription) -> Option<Interest> {
    if subscription.need.is_empty() {
        return Some(Interest::Messages(filter(subscription)));
    }
    let need = Need::of(subscription.need.iter().map(|kind| kind.0)).ok()?;
    Some(Interest::Need {
        need,
        on: subscription.on.iter().map(|turn| turn.0).collect(),
        give_up_after: None,
    })
}

pub(super) fn judge(wanted: &[Wanted], seen: &Seen) -> Vec<Finding> {
    let mut findings = Vec::new();
    if seen.messages > 0 {
        findings.extend(unhandled(wanted, seen));
        let configured = wanted.iter().filter(|wanted| wanted.is_configured);
        findings.extend(configured.flat_map(|wanted| never_seen(wanted, seen)));
    }
    findings.extend(unknown(seen));
    findings.extend(unreadable(seen));
    if findings.is_empty() {
        let wanted = count(wanted.len() as u64, "subscription");
        let received = match (seen.messages, seen.is_all) {
            (0, _) => "nothing was received yet".to_owned(),
            (_, true) => "each message is for one".to_owned(),
            (_, false) => format!("each of {} is for one", seen.scope()),
        };
        findings.push(Finding::ok(CHECK, format!("{wanted}; {received}")));
    }
    findings
}

/// Events that nobody is passed.
fn unhandled(wanted: &[Wanted], seen: &Seen) -> Option<Finding> {
    let names = seen.of(Class::Event).filter(|(name, _)| {
        let reading = reading(Class::Event, name);
        !wanted.iter().any(|wanted| is_for(&wanted.interest, &reading))
    });
    let names: Vec<_> = names.map(counted).collect();
    let what = format!("no subscription is for {} of {}", list(&names), seen.scope());
    (!names.is_empty()).then(|| {
        Finding::warning(CHECK, what).with_advice(
            "add a subscription for them, or take them off the endpoint in the dashboard of Recall.ai",
        )
    })
}

fn is_for(interest: &Interest, reading: &Reading) -> bool {
    match interest {
        Interest::Messages(filter) => filter.matches(reading),
        // What becomes of a recording decides what becomes of its artifacts.
        Interest::Need { need, .. } => {
            let kind = reading.facts().artifact();
            kind.is_some_and(|kind| kind == ArtifactKind::Recording || need.contains(kind))
        }
        _ => true,
    }
}

/// What a subscription waits for and nobody sends.
fn never_seen(Wanted { name, interest, .. }: &Wanted, seen: &Seen) -> Vec<Finding> {
    let scope = seen.scope();
    match interest {
        Interest::Messages(filter) => {
            let mut all = seen.names.keys();
            if all.any(|(class, event)| filter.matches(&reading(*class, event))) {
                return Vec::new();
            }
            let what = format!("{name}: nothing that it is for is among {scope}");
            vec![Finding::warning(CHECK, what).with_advice(subscribe(filter))]
        }
        Interest::Need { need, .. } => {
            let missing = need.kinds().filter(|kind| !seen.has(*kind));
            let finding = |kind: ArtifactKind| {
                let kind = kind.as_str();
                Finding::warning(
                    CHECK,
                    format!("{name}: it needs {kind}, of which nothing is among {scope}"),
                )
                .with_advice(format!(
                    "subscribe to {kind}.* in the dashboard of Recall.ai, and have it recorded"
                ))
            };
            missing.map(finding).collect()
        }
        _ => Vec::new(),
    }
}

/// What to ask the sender for.
fn subscribe(filter: &Filter) -> String {
    let known = CATALOGUE.iter().map(|entry| entry.name);
    let names: Vec<_> = known
        .filter(|name| filter.matches(&reading(Class::Event, name)))
        .map(str::to_owned)
        .collect();
    match names.is_empty() {
        true => "nothing to do, unless such messages are expected".to_owned(),
        false => format!("subscribe to {} in the dashboard of Recall.ai", list(&names)),
    }
}

fn unknown(seen: &Seen) -> Option<Finding> {
    let names: Vec<_> = seen.of(Class::Unknown).map(counted).collect();
    let what = format!("this version does not know {}", list(&names));
    (!names.is_empty()).then(|| {
        Finding::warning(CHECK, what).with_advice(
            "upgrade, then `recallai-webhook messages reparse`; they are kept until then",
        )
    })
}

fn unreadable(seen: &Seen) -> Option<Finding> {
    let number = seen.of(Class::Unreadable).map(|(_, number)| number).sum();
    let what = format!("{} of {} cannot be read", count(number, "message"), seen.scope());
    (number > 0).then(|| {
        Finding::warning(CHECK, what)
            .with_advice("`recallai-webhook messages list --class unreadable` says why")
    })
}

fn counted((name, number): (&str, u64)) -> String {
    format!("{name} ({number})")
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use recallai_webhook_dispatch::inbox::{self, NewMessage, StoredMessage};

    use super::*;

    /// What bodies with these names are seen as.
    fn seen(names: &[&str]) -> Seen {
        let mut seen = Seen { is_all: true, ..Seen::default() };
        for (seq, name) in (1..).zip(names) {
            let known = CATALOGUE.iter().find(|entry| entry.name == *name);
            let body = match (known, *name) {
                (Some(entry), _) => entry.example(),
                (None, "") => "no event".to_owned(),
                (None, name) => format!(r#"{{"event":"{name}","data":{{}}}}"#),
            };
            let message = NewMessage::parse("recall", format!("msg_{seq}"), body, UNIX_EPOCH);
            seen.add(&StoredMessage::of(seq, &message));
        }
        seen
    }

    fn wanted(subscription: inbox::Subscription) -> Wanted {
        let name = subscription.name.to_string();
        Wanted { name, interest: subscription.interest, is_configured: true }
    }

    fn messages(name: &str, filter: Filter) -> Wanted {
        wanted(inbox::Subscription::messages(name, filter))
    }

    fn said(wanted: &[Wanted], names: &[&str]) -> Vec<String> {
        judge(wanted, &seen(names)).iter().map(|found| found.what.to_string()).collect()
    }

    #[test]
    fn what_is_received_and_not_passed_on_is_counted() {
        let bots = || messages("bots", Filter::events().with_name("bot.*".parse().unwrap()));
        let all = "of all messages";
        for (wanted, names, expected) in [
            (
                vec![],
                &["bot.done", "bot.done"][..],
                vec![format!("no subscription is for bot.done (2) {all}")],
            ),
            (
                vec![bots()],
                &["bot.done"],
                vec!["1 subscription; each message is for one".to_owned()],
            ),
            (
                vec![bots()],
                &["bot.done", "transcript.done", "recording.done"],
                vec![format!(
                    "no subscription is for recording.done (1), transcript.done (1) {all}"
                )],
            ),
            (
                vec![messages("done", Filter::events().with_code("done".into()))],
                &["transcript.done", "transcript.failed"],
                vec![format!("no subscription is for transcript.failed (1) {all}")],
            ),
            (
                vec![messages("all", Filter::everything())],
                &["hologram.done", ""],
                vec![
                    "this version does not know hologram.done (1)".to_owned(),
                    format!("1 message {all} cannot be read"),
                ],
            ),
        ] {
            assert_eq!(said(&wanted, names), expected);
        }
    }

    #[test]
    fn what_is_waited_for_and_not_sent_is_named_with_what_to_subscribe_to() {
        let kinds = [ArtifactKind::VideoMixed, ArtifactKind::Transcript];
        let ready = wanted(inbox::Subscription::need("ready", Need::of(kinds).unwrap()));
        let found = judge(&[ready], &seen(&["recording.done", "transcript.processing"]));
        assert_eq!(found.len(), 1);
        assert_eq!(
            &*found[0].what,
            "ready: it needs video_mixed, of which nothing is among all messages"
        );
        assert!(found[0].advice.as_deref().unwrap().starts_with("subscribe to video_mixed.* in"));

        let fatal = messages("fatal", Filter::events().with_name("bot.fatal".parse().unwrap()));
        let found = judge(&[fatal, messages("all", Filter::events())], &seen(&["bot.done"]));
        assert_eq!(&*found[0].what, "fatal: nothing that it is for is among all messages");
        assert!(found[0].advice.as_deref().unwrap().starts_with("subscribe to bot.fatal in"));
    }

    #[test]
    fn where_nothing_was_received_nothing_is_missing() {
        let said = said(&[messages("all", Filter::events())], &[]);
        assert_eq!(said, ["1 subscription; nothing was received yet"]);
    }

    /// Of a name alone a reading is made, on which a filter judges as on the real body.
    #[test]
    fn a_name_stands_for_its_body() {
        for entry in CATALOGUE {
            let made = reading(Class::Event, entry.name);
            assert_eq!((made.class(), made.event_name()), (Class::Event, Some(entry.name)));
            assert_eq!(made.facts().artifact(), entry.artifact_kind(), "{}", entry.name);
        }
    }
}
