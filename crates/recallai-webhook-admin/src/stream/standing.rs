//! How subscriptions stand, told when it changes.

use std::time::Duration;

use axum::response::sse::Event;
use recallai_webhook_dispatch::inbox::{Clock, InboxError, StoredSubscription, SystemClock};
use recallai_webhook_telemetry::Away;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::model::{Page, Subscription};
use crate::shared::Shared;

/// How often they are looked at, at most. Jobs end by the hundred each second; who looks on sees no more.
const PAUSE: Duration = Duration::from_secs(1);

/// How a subscription stands, and its receiver.
type Stands = (StoredSubscription, Option<Away>);

/// What was told last.
pub(super) struct Standing {
    pause: Interval,
    told: Option<Vec<Stands>>,
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
    pub(super) async fn look(&mut self, shared: &Shared) -> Result<Option<Event>, InboxError> {
        let stored = shared.inbox.subscriptions().await?.into_iter().map(|stored| {
            let away = shared.away(&stored.subscription.name);
            (stored, away)
        });
        let stands: Vec<Stands> = stored.collect();
        let is_told = self.told.as_ref().is_some_and(|told| {
            told.len() == stands.len() && told.iter().zip(&stands).all(|(a, b)| stand_alike(a, b))
        });
        if is_told {
            return Ok(None);
        }
        let now = SystemClock.now();
        let items = stands.iter().map(|(stored, away)| Subscription::of(stored, away.clone(), now));
        let items = items.collect();
        // Text and numbers only, and writing to memory does not fail.
        let json = serde_json::to_string(&Page { items, next: None }).unwrap_or_default();
        self.told = Some(stands);
        Ok(Some(Event::default().event("subscriptions").data(json)))
    }
}

/// Whether nothing has changed but the time.
fn stand_alike((one, one_away): &Stands, (other, other_away): &Stands) -> bool {
    let standing = |of: &StoredSubscription| (of.parked, of.filled_to, of.oldest);
    one.subscription.name == other.subscription.name
        && standing(one) == standing(other)
        && one.jobs == other.jobs
        && one_away == other_away
}
