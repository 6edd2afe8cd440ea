//! Inline mode: the handlers are awaited, and the reply tells how they fared.

use std::sync::Arc;
use std::time::Duration;

use crate::handler::Work;
use crate::router::{self, Answer, Found, Plan, Router};
use crate::time_limit::within;
use crate::trace::Sampler;
use crate::{Context, Failure, Outcome, Reply, VerifiedDelivery};

/// How long failure handlers may take: with the time limit before it, less than the sender waits.
const TELLING: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub(crate) struct Inline {
    pub(crate) router: Arc<Router>,
    pub(crate) sampler: Sampler,
}

impl Inline {
    pub(crate) async fn receive(
        &self,
        delivery: &VerifiedDelivery,
        time_limit: Duration,
        report: impl FnOnce(Option<&str>, Outcome<'_>, Reply) -> Reply,
    ) -> Reply {
        let context = Context::inline(delivery.clone(), self.sampler);
        let Plan { found, work } = self.router.plan(&context);
        let somebody_registered = !work.is_empty();
        let failures = run(work, time_limit).await;
        self.tell(&failures, &context).await;
        let (outcome, reply) = self.conclude(&found, somebody_registered, &failures);
        if let Outcome::Failed(failure) = outcome {
            tracing::error!(
                endpoint = context.endpoint(),
                message_id = context.message_id(),
                event = found.event_name(),
                %failure,
                "delivery not handled, the sender will try again",
            );
        }
        report(found.event_name(), outcome, reply)
    }

    /// The reply table: what each outcome means for the sender.
    fn conclude<'a>(
        &self,
        found: &'a Found,
        somebody_registered: bool,
        failures: &'a [Failure],
    ) -> (Outcome<'a>, Reply) {
        if let Some(failure) = failures.first() {
            return (Outcome::Failed(failure), Reply::Unavailable);
        }
        let unmatched = self.router.unmatched();
        match found {
            Found::Known(_) if somebody_registered => (Outcome::Handled, Reply::Acknowledged),
            Found::Known(_) => (Outcome::Unhandled, unmatched.unhandled.reply()),
            Found::Unknown(_) if somebody_registered => (Outcome::Unknown, Reply::Acknowledged),
            Found::Unknown(_) => (Outcome::Unknown, unmatched.unknown.reply()),
            Found::Unreadable(error) => (Outcome::Unreadable(error), Reply::Acknowledged),
        }
    }

    /// Lets the failure handlers hear of each failure. They get a time of their own, and the reply
    /// does not wait for longer.
    async fn tell(&self, failures: &[Failure], context: &Context) {
        if failures.is_empty() {
            return;
        }
        let told = self.router.tell(failures, context);
        if tokio::time::timeout(TELLING, told).await.is_err() {
            tracing::error!("failure handlers took longer than {TELLING:?}");
        }
    }
}

/// Awaits the handlers of a delivery, within the time limit.
async fn run(work: Vec<Work<'_>>, time_limit: Duration) -> Vec<Failure> {
    if work.is_empty() {
        return Vec::new();
    }
    let in_time = within(time_limit, router::all(work)).await;
    in_time.unwrap_or_else(|| vec![Failure::TimedOut(time_limit)])
}

impl Answer {
    const fn reply(self) -> Reply {
        match self {
            Self::Acknowledge => Reply::Acknowledged,
            Self::RetryLater => Reply::Unavailable,
        }
    }
}
