//! Last deliveries: when each endpoint had its last one before this process began, as the inbox has it.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::inbox::{Inbox, InboxError, MessageQuery};

use crate::Telemetry;

/// How long a store that fails is left alone.
const BACKOFF: Duration = Duration::from_secs(10);

/// Finds in an inbox when each declared endpoint had its last delivery before the process began, so that a
/// silence that began with a restart is seen: whatever counts the time since the last delivery would else know
/// of none.
///
/// It is the last delivery of the message that came last to the endpoint. What this process has received itself
/// is later, and stays. An endpoint that the inbox has no message of goes on to have no last delivery.
pub struct LastDeliveries {
    inbox: Arc<dyn Inbox>,
    telemetry: Telemetry,
}

impl LastDeliveries {
    /// Looks in an inbox, and tells what it finds here.
    pub fn new(inbox: Arc<dyn Inbox>, telemetry: Telemetry) -> Self {
        Self { inbox, telemetry }
    }

    /// Looks at the start, and again whenever an endpoint is
    /// [declared](Telemetry::declare_endpoint), until `shutdown` completes or the inbox is found closed. A
    /// store that fails for a time is asked again later. Needs a tokio runtime with time enabled; one of them
    /// runs for a `Telemetry`.
    pub async fn run(self, shutdown: impl Future) {
        tokio::select! {
            _ = shutdown => {}
            () = self.follow() => {}
        }
    }

    async fn follow(&self) {
        loop {
            match self.look().await {
                // What was declared since the look has left its mark.
                Ok(()) => self.telemetry.inner.declared.notified().await,
                Err(InboxError::Closed) => return,
                Err(error) => {
                    tracing::warn!(%error, "last deliveries are not known for the time being");
                    tokio::time::sleep(BACKOFF).await;
                }
            }
        }
    }

    /// Asks for those that are not known.
    async fn look(&self) -> Result<(), InboxError> {
        for (endpoint, meters) in self.telemetry.inner.endpoints.all() {
            if meters.last_delivery().is_some() {
                continue;
            }
            let newest = MessageQuery::new().with_newest_first(true).with_limit(1);
            let newest = self.inbox.messages(&newest.with_endpoint(endpoint)).await?;
            if let Some(message) = newest.first() {
                meters.delivered_before(message.last_received_at);
            }
        }
        Ok(())
    }
}

impl fmt::Debug for LastDeliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LastDeliveries").finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::time::{SystemTime, UNIX_EPOCH};

    use recallai_webhook_dispatch::inbox::{MemoryInbox, NewMessage};

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    async fn append(inbox: &MemoryInbox, endpoint: &str, id: &str, seconds: u64) {
        let message = NewMessage::parse(endpoint, id, "{}", at(seconds));
        inbox.append(message).await.unwrap();
    }

    fn known(telemetry: &Telemetry) -> Vec<(Box<str>, Option<SystemTime>)> {
        let seen = telemetry.snapshot().endpoints.into_iter();
        seen.map(|seen| (seen.endpoint, seen.last_delivery_at)).collect()
    }

    #[tokio::test]
    async fn each_endpoint_has_the_newest_of_its_own() {
        let (inbox, telemetry) = (Arc::new(MemoryInbox::new()), Telemetry::new());
        for (endpoint, id, seconds) in
            [("recall", "msg_1", 10), ("recall", "msg_2", 20), ("other", "msg_3", 30)]
        {
            append(&inbox, endpoint, id, seconds).await;
        }
        // A repetition is a delivery too.
        append(&inbox, "recall", "msg_2", 25).await;
        ["recall", "new"].iter().for_each(|name| telemetry.declare_endpoint(name));
        LastDeliveries::new(inbox, telemetry.clone()).look().await.unwrap();
        assert_eq!(known(&telemetry), [("new".into(), None), ("recall".into(), Some(at(25)))]);
        let text = telemetry.render_without_inbox();
        let series = "recallai_webhook_last_delivery_timestamp_seconds";
        assert!(text.contains(&format!("{series}{{endpoint=\"recall\"}} 25\n")), "{text}");
        assert!(!text.contains(&format!("{series}{{endpoint=\"new\"}}")), "{text}");
    }

    /// While it asked the inbox, one came in.
    #[test]
    fn what_this_process_received_stays() {
        let telemetry = Telemetry::new();
        let meters = telemetry.inner.endpoints.of("recall");
        for (before, expected) in [(20, 20), (10, 20), (30, 20)] {
            meters.delivered_before(at(before));
            assert_eq!(meters.last_delivery(), Some(at(expected)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_looks_again_when_an_endpoint_is_declared() {
        let (inbox, telemetry) = (Arc::new(MemoryInbox::new()), Telemetry::new());
        append(&inbox, "recall", "msg_1", 10).await;
        append(&inbox, "later", "msg_2", 20).await;
        telemetry.declare_endpoint("recall");
        let last = LastDeliveries::new(inbox.clone(), telemetry.clone());
        let task = tokio::spawn(last.run(std::future::pending::<()>()));
        // Time that stands passes once nothing else is left to do.
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(known(&telemetry), [("recall".into(), Some(at(10)))]);
        telemetry.declare_endpoint("later");
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(known(&telemetry)[0], ("later".into(), Some(at(20))));
        inbox.close().await;
        telemetry.declare_endpoint("last");
        task.await.unwrap();
    }
}
