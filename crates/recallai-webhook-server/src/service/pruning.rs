//! Retention: old messages are pruned, each after the time of the class of its endpoint.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use recallai_webhook_dispatch::inbox::{Endpoints, Inbox, InboxError, Prune, StoredSubscription};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::config::{Class, Config};

/// How often old messages are looked for.
const EVERY: Duration = Duration::from_secs(3600);

/// How long a subscription has to have been parked, as far as this process has seen, before anything of it goes: a
/// name that was misspelt is noticed meanwhile.
const NOTICED: Duration = Duration::from_secs(86_400);

/// Since when each parked subscription that keeps messages is known to be parked.
type Parked = HashMap<Arc<str>, Instant>;

/// Which messages are pruned, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    endpoints: Endpoints,
    /// How long they are kept after their last delivery.
    time: Duration,
    /// Whether it also takes what only parked subscriptions still need.
    parked: bool,
}

/// What a configuration says of how long messages are kept. Those of an endpoint that it does not know (any
/// more) are kept as long as those of the class `status`.
pub(super) fn rules(config: &Config) -> Vec<Rule> {
    let retention = &config.retention;
    let endpoints = config.endpoints.iter();
    let realtime = endpoints.filter(|(_, endpoint)| endpoint.class == Class::Realtime);
    let realtime: Vec<_> = realtime.map(|(name, _)| name.as_str()).collect();
    let kept = match retention.realtime {
        None => vec![(Endpoints::default(), retention.messages)],
        Some(keep) => vec![
            (Endpoints::all_but(realtime.iter().copied()), retention.messages),
            (Endpoints::only(realtime), keep),
        ],
    };
    let mut rules = Vec::new();
    for (endpoints, keep) in kept {
        let Some(time) = keep.time() else { continue };
        if let Some(parked) = retention.parked.time() {
            let (endpoints, time) = (endpoints.clone(), time.max(parked));
            rules.push(Rule { endpoints, time, parked: true });
        }
        rules.push(Rule { endpoints, time, parked: false });
    }
    rules
}

/// Prunes what is older than the configuration says, at once, every hour, and when that has changed. Says once of
/// each parked subscription that messages are kept for it.
pub(super) async fn keep(inbox: Arc<dyn Inbox>, mut rules: watch::Receiver<Vec<Rule>>) {
    let mut parked = Parked::new();
    loop {
        match inbox.subscriptions().await {
            Ok(stored) => {
                for subscription in newly_parked(&stored, &mut parked, Instant::now()) {
                    tracing::warn!(
                        %subscription,
                        "it is parked: messages are kept for it until it is declared again, or removed with \
                         `subscriptions remove`"
                    );
                }
            }
            Err(error) => tracing::warn!(%error, "it is not known who is parked"),
        }
        let is_noticed = parked.values().all(|since| since.elapsed() >= NOTICED);
        let now = rules.borrow_and_update().clone();
        for rule in now.iter().filter(|rule| !rule.parked || is_noticed) {
            match prune(&*inbox, rule, SystemTime::now()).await {
                Ok(0) => {}
                Ok(messages) => tracing::info!(messages, "old messages pruned"),
                Err(InboxError::Closed) => return,
                Err(error) => tracing::warn!(%error, "old messages were not pruned"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            changed = rules.changed() => if changed.is_err() { return },
        }
    }
}

/// Notes who is parked since when. Who is parked is returned once, and once more if that happens again.
fn newly_parked(stored: &[StoredSubscription], parked: &mut Parked, now: Instant) -> Vec<Arc<str>> {
    let keeping = stored.iter().filter(|stored| stored.keeps_messages());
    let names: HashSet<_> = keeping.map(|stored| Arc::clone(&stored.subscription.name)).collect();
    parked.retain(|name, _| names.contains(name));
    let new: Vec<_> = names.into_iter().filter(|name| !parked.contains_key(name)).collect();
    parked.extend(new.iter().map(|name| (Arc::clone(name), now)));
    new
}

/// Piece by piece, so that deliveries come in between. How many messages were pruned.
async fn prune(inbox: &dyn Inbox, rule: &Rule, now: SystemTime) -> Result<u64, InboxError> {
    // Nothing is older than all times.
    let Some(before) = now.checked_sub(rule.time) else { return Ok(0) };
    let piece = Prune::before(before).with_endpoints(rule.endpoints.clone());
    let mut piece = piece.with_parked(rule.parked);
    let mut pruned = 0;
    loop {
        let progress = inbox.prune(&piece).await?;
        pruned += progress.changed;
        match progress.next {
            Some(next) => piece = piece.with_from(next),
            None => return Ok(pruned),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use recallai_webhook_dispatch::inbox::{
        Filter, ManualClock, MemoryInbox, MessageQuery, NewMessage, Subscription,
    };

    use super::*;
    use crate::config::{Endpoint, Keep};

    const DAY: Duration = Duration::from_secs(86_400);

    fn read(keep: &str) -> Keep {
        serde_json::from_value(keep.into()).unwrap()
    }

    /// Messages that came once a day to each of three endpoints, of which one is not configured, and what
    /// is left of them after fifteen days.
    async fn left(messages: &str, realtime: Option<&str>) -> [usize; 3] {
        let mut config = Config::default();
        for (name, class) in [("recall", Class::Status), ("meeting", Class::Realtime)] {
            config.endpoints.insert(name.to_owned(), Endpoint { class, ..Endpoint::default() });
        }
        config.retention.messages = read(messages);
        config.retention.realtime = realtime.map(read);

        let clock = Arc::new(ManualClock::new(UNIX_EPOCH));
        let inbox = MemoryInbox::with_clock(Arc::clone(&clock));
        let endpoints = ["recall", "meeting", "former"];
        for day in 0..15 {
            for endpoint in endpoints {
                let id = format!("msg_{day}");
                let message = NewMessage::parse(endpoint, id, "{}", UNIX_EPOCH + DAY * day);
                inbox.append(message).await.unwrap();
            }
        }
        clock.advance(DAY * 15);
        let now = UNIX_EPOCH + DAY * 15;
        for rule in rules(&config) {
            prune(&inbox, &rule, now).await.unwrap();
            assert_eq!(prune(&inbox, &rule, now).await.unwrap(), 0);
        }
        let query = MessageQuery::new().with_bodies(true);
        let messages = inbox.messages(&query).await.unwrap();
        endpoints.map(|endpoint| {
            let of = messages.iter().filter(|message| *message.endpoint == *endpoint);
            of.filter(|message| message.body.is_some()).count()
        })
    }

    #[tokio::test]
    async fn each_class_is_kept_for_its_time() {
        assert_eq!(left("forever", None).await, [15, 15, 15]);
        assert_eq!(left("10d", None).await, [10, 10, 10]);
        assert_eq!(left("10d", Some("7d")).await, [10, 7, 10]);
        assert_eq!(left("7d", Some("10d")).await, [7, 10, 7]);
        assert_eq!(left("10d", Some("forever")).await, [10, 15, 10]);
        assert_eq!(left("forever", Some("7d")).await, [15, 7, 15]);
    }

    /// How many messages are left of those that came once a day for fifteen days, where a subscription was parked
    /// all the while.
    async fn left_for_parked(messages: &str, parked: &str) -> usize {
        let mut config = Config::default();
        (config.retention.messages, config.retention.parked) = (read(messages), read(parked));
        let clock = Arc::new(ManualClock::new(UNIX_EPOCH));
        let inbox = MemoryInbox::with_clock(Arc::clone(&clock));
        inbox.subscribe(&Subscription::messages("old", Filter::everything())).await.unwrap();
        inbox.park("old").await.unwrap();
        for day in 0..15 {
            let at = UNIX_EPOCH + DAY * day;
            inbox.append(NewMessage::parse("recall", format!("m{day}"), "{}", at)).await.unwrap();
        }
        clock.advance(DAY * 15);
        for rule in rules(&config) {
            prune(&inbox, &rule, UNIX_EPOCH + DAY * 15).await.unwrap();
        }
        15 - inbox.stats().await.unwrap().forgotten as usize
    }

    #[tokio::test]
    async fn parked_subscriptions_keep_messages_for_a_time_of_their_own() {
        assert_eq!(left_for_parked("7d", "forever").await, 15);
        assert_eq!(left_for_parked("7d", "10d").await, 10);
        assert_eq!(left_for_parked("10d", "7d").await, 10, "no shorter than otherwise");
        assert_eq!(left_for_parked("forever", "7d").await, 15);
    }

    #[test]
    fn who_is_parked_is_told_of_once() {
        let mut old = StoredSubscription::new(Subscription::messages("old", Filter::events()));
        let mut known = Parked::new();
        for (parked, expected) in [(false, 0), (true, 1), (true, 0), (false, 0), (true, 1)] {
            old.parked = parked;
            let new = newly_parked(std::slice::from_ref(&old), &mut known, Instant::now());
            assert_eq!(new.len(), expected);
        }
    }
    /// A reload with a name that is misspelt is mended within the day.
    #[tokio::test(start_paused = true)]
    async fn nothing_goes_of_who_has_just_been_parked() {
        let clock = Arc::new(ManualClock::new(SystemTime::now() - DAY * 15));
        let inbox: Arc<dyn Inbox> = Arc::new(MemoryInbox::with_clock(Arc::clone(&clock)));
        inbox.subscribe(&Subscription::messages("old", Filter::everything())).await.unwrap();
        let message = NewMessage::parse("recall", "m", "{}", SystemTime::now() - DAY * 15);
        inbox.append(message).await.unwrap();
        clock.advance(DAY * 15);
        let mut config = Config::default();
        (config.retention.messages, config.retention.parked) = (read("7d"), read("7d"));
        let sender = watch::Sender::new(rules(&config));
        let keeping = tokio::spawn(keep(Arc::clone(&inbox), sender.subscribe()));
        let forgotten = async || inbox.stats().await.unwrap().forgotten;
        let hours = async |hours| tokio::time::sleep(EVERY * hours + EVERY / 2).await;

        hours(1).await;
        inbox.park("old").await.unwrap();
        sender.send_replace(rules(&config));
        hours(22).await;
        assert_eq!(forgotten().await, 0);
        hours(3).await;
        assert_eq!(forgotten().await, 1);
        keeping.abort();
    }
}
