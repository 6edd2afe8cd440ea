//! The receiver: a delivery in, a reply out.

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::handler::Work;
use crate::router::{self, Answer, Message, Plan, Router};
use crate::{
    Context, Delivery, Endpoint, Failure, Observer, Outcome, Refusal, Reply, Report,
    VerifiedDelivery,
};

/// How long handlers may take before the sender is asked to try again: 10 seconds. The sender
/// itself waits 15.
pub const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(10);

/// How long failure handlers may take: with the time limit before it, less than the sender waits.
const TELLING: Duration = Duration::from_secs(2);

/// Receives the deliveries of one endpoint in *inline* mode: verify, parse, await the handlers,
/// reply. Cheap to clone.
///
/// For users who bring their own queue: nothing is stored, and a message counts as delivered only
/// when every handler has succeeded.
#[derive(Clone)]
pub struct Receiver {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    endpoint: Endpoint,
    router: Arc<Router>,
    time_limit: Duration,
    observer: Option<Arc<dyn Observer>>,
}

impl Receiver {
    /// A receiver that awaits the handlers before it replies.
    pub fn inline(endpoint: Endpoint, router: impl Into<Arc<Router>>) -> Self {
        let inner = Inner {
            endpoint,
            router: router.into(),
            time_limit: DEFAULT_TIME_LIMIT,
            observer: None,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The same with another limit on the time of all handlers of a delivery together. Above 15
    /// seconds the sender has hung up before it is reached. The default is 10 seconds.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        Arc::make_mut(&mut self.inner).time_limit = limit;
        self
    }

    /// The same with an observer of every delivery.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Observer) -> Self {
        Arc::make_mut(&mut self.inner).observer = Some(Arc::new(observer));
        self
    }

    /// The endpoint whose deliveries this receives.
    pub fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    /// Receives one delivery.
    ///
    /// Dropping the future cancels the handlers; the sender, who got no reply, delivers again.
    pub async fn receive<'h, H>(&self, delivery: Delivery<'h, H>) -> Reply
    where
        H: IntoIterator<Item = (&'h str, &'h [u8])> + Clone,
    {
        match self.inner.endpoint.verify(&delivery) {
            Ok(verified) => self.inner.handle(verified).await,
            Err(refusal) => self.inner.refuse(refusal),
        }
    }
}

impl Inner {
    async fn handle(&self, delivery: VerifiedDelivery) -> Reply {
        let context = Context::new(delivery);
        let Plan { message, work } = self.router.plan(&context);
        let somebody_registered = !work.is_empty();
        let failures = self.run(work).await;
        self.tell(&failures, &context).await;
        let (outcome, reply) = self.conclude(&message, somebody_registered, &failures);
        if let Outcome::Failed(failure) = outcome {
            tracing::error!(
                endpoint = context.endpoint(),
                message_id = context.message_id(),
                event = message.event_name(),
                %failure,
                "delivery not handled, the sender will try again",
            );
        }
        self.report(Some(context.delivery()), message.event_name(), outcome, reply);
        reply
    }

    /// Awaits the handlers of a delivery, within the time limit.
    async fn run(&self, work: Vec<Work<'_>>) -> Vec<Failure> {
        if work.is_empty() {
            return Vec::new();
        }
        let mut work = pin!(router::all(work));
        // Most handlers only pass the event on and are done at once: they need no timer.
        let at_once = poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(failures) => Poll::Ready(Some(failures)),
            Poll::Pending => Poll::Ready(None),
        });
        if let Some(failures) = at_once.await {
            return failures;
        }
        let in_time = tokio::time::timeout(self.time_limit, work).await;
        in_time.unwrap_or_else(|_| vec![Failure::TimedOut(self.time_limit)])
    }

    /// The reply table: what each outcome means for the sender.
    fn conclude<'a>(
        &self,
        message: &'a Message,
        somebody_registered: bool,
        failures: &'a [Failure],
    ) -> (Outcome<'a>, Reply) {
        if let Some(failure) = failures.first() {
            return (Outcome::Failed(failure), Reply::Unavailable);
        }
        let unmatched = self.router.unmatched();
        match message {
            Message::Known(_) if somebody_registered => (Outcome::Handled, Reply::Acknowledged),
            Message::Known(_) => (Outcome::Unhandled, unmatched.unhandled.reply()),
            Message::Unknown(_) if somebody_registered => (Outcome::Unknown, Reply::Acknowledged),
            Message::Unknown(_) => (Outcome::Unknown, unmatched.unknown.reply()),
            Message::Unreadable(error) => (Outcome::Unreadable(error), Reply::Acknowledged),
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

    fn refuse(&self, refusal: Refusal) -> Reply {
        let reply = Reply::Unauthorized;
        self.report(None, None, Outcome::Refused(refusal), reply);
        reply
    }

    fn report(
        &self,
        delivery: Option<&VerifiedDelivery>,
        event_name: Option<&str>,
        outcome: Outcome<'_>,
        reply: Reply,
    ) {
        if let Some(observer) = &self.observer {
            let endpoint = self.endpoint.name();
            let report = Report { endpoint, delivery, event_name, outcome, reply };
            // The reply is decided; an observer that fails to count it does not take it back.
            if catch_unwind(AssertUnwindSafe(|| observer.observe(&report))).is_err() {
                tracing::error!(endpoint, "observer panicked");
            }
        }
    }
}

impl Answer {
    const fn reply(self) -> Reply {
        match self {
            Self::Acknowledge => Reply::Acknowledged,
            Self::RetryLater => Reply::Unavailable,
        }
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("endpoint", &self.inner.endpoint)
            .field("router", &self.inner.router)
            .field("time_limit", &self.inner.time_limit)
            .finish_non_exhaustive()
    }
}
