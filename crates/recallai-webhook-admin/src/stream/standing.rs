//! How subscriptions stand, told when it changes.

use std::time::Duration;

use axum::response::sse::Event;
use recallai_webhook_dispatch::inbox::{Clock, Inbox, InboxError, StoredSubscription, SystemClock};
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::model::{Page, Subscription};

/// How often they are looked at, at most. Jobs end by the hundred each second; who looks on sees no more.
const PAUSE: Duration = Duration::from_secs(1);

/// What was told last.
pub(super) struct Standing {
    pause: Interval,
    told: Option<Vec<StoredSubscription>>,
}

impl Standing {
    pub(super) fn new() -> Self {
        let mut pause = interval(PAUSE);
        pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { pause, told: None }
    }

    /// Completes when it is time to look again. Cancel safe.
    pub(super) async fn due(&mut self) {
        self.pause.tick().await;
    }

    /// The event, if anything is another than was told last.
    pub(super) async fn look(&mut self, inbox: &dyn Inbox) -> Result<Option<Event>, InboxError> {
        let stored = inbox.subscriptions().await?;
        let is_told = self.told.as_ref().is_some_and(|told| {
            told.len() == stored.len() && told.iter().zip(&stored).all(|(a, b)| stand_alike(a, b))
        });
        if is_told {
            return Ok(None);
        }
        let now = SystemClock.now();
        let items = stored.iter().map(|stored| Subscription::of(stored, now)).collect();
        // Text and numbers only, and writing to memory does not fail.
        let json = serde_json::to_string(&Page { items, next: None }).unwrap_or_default();
        self.told = Some(stored);
        Ok(Some(Event::default().event("subscriptions").data(json)))
    }
}

/// Whether nothing has changed but the time.
fn stand_alike(one: &StoredSubscription, other: &StoredSubscription) -> bool {
    let standing = |of: &StoredSubscription| (of.parked, of.filled_to, of.oldest);
    one.subscription.name == other.subscription.name
        && standing(one) == standing(other)
        && one.jobs == other.jobs
}
