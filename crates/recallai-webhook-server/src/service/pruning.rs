//! Retention: old messages are pruned, each after the time of the class of its endpoint.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use recallai_webhook_dispatch::inbox::{Endpoints, Inbox, InboxError, Prune};
use tokio::sync::watch;

use crate::config::{Class, Config, Keep};

/// How often old messages are looked for.
const EVERY: Duration = Duration::from_secs(3600);

/// How long messages of some endpoints are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    endpoints: Endpoints,
    time: Duration,
}

/// What a configuration says of how long messages are kept. Those of an endpoint that it does not know (any
/// more) are kept as long as those of the class `status`.
pub(super) fn kept(config: &Config) -> Vec<Kept> {
    let retention = &config.retention;
    let endpoints = config.endpoints.iter();
    let realtime = endpoints.filter(|(_, endpoint)| endpoint.class == Class::Realtime);
    let realtime: Vec<_> = realtime.map(|(name, _)| name.as_str()).collect();
    let kept = |endpoints, keep: Keep| keep.time().map(|time| Kept { endpoints, time });
    let kept = match retention.realtime {
        None => [kept(Endpoints::default(), retention.messages), None],
        Some(keep) => [
            kept(Endpoints::all_but(realtime.iter().copied()), retention.messages),
            kept(Endpoints::only(realtime), keep),
        ],
    };
    kept.into_iter().flatten().collect()
}

/// Prunes what is older than the configuration says, at once, every hour, and when that has changed.
pub(super) async fn keep(inbox: Arc<dyn Inbox>, mut kept: watch::Receiver<Vec<Kept>>) {
    loop {
        let now = kept.borrow_and_update().clone();
        for kept in now {
            match prune(&*inbox, &kept, SystemTime::now()).await {
                Ok(0) => {}
                Ok(messages) => tracing::info!(messages, "old messages pruned"),
                Err(InboxError::Closed) => return,
                Err(error) => tracing::warn!(%error, "old messages were not pruned"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            changed = kept.changed() => if changed.is_err() { return },
        }
    }
}

/// Piece by piece, so that deliveries come in between. How many messages were pruned.
async fn prune(inbox: &dyn Inbox, kept: &Kept, now: SystemTime) -> Result<u64, InboxError> {
    // Nothing is older than all times.
    let Some(before) = now.checked_sub(kept.time) else { return Ok(0) };
    let mut piece = Prune::before(before).with_endpoints(kept.endpoints.clone());
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

    use recallai_webhook_dispatch::inbox::{ManualClock, MemoryInbox, MessageQuery, NewMessage};

    use super::*;
    use crate::config::Endpoint;

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
        for kept in kept(&config) {
            prune(&inbox, &kept, now).await.unwrap();
            assert_eq!(prune(&inbox, &kept, now).await.unwrap(), 0);
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
}
