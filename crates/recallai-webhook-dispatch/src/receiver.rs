//! The receiver: a delivery in, a reply out.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_inbox::Inbox;

use crate::durable::Durable;
use crate::inline::Inline;
use crate::router::Router;
use crate::trace::Sampler;
use crate::{Delivery, Endpoint, Observer, Outcome, Refusal, Reply, Report};

/// How long a delivery may take before the sender is asked to try again: 10 seconds. The sender
/// itself waits 15.
pub const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(10);

/// Receives the deliveries of one endpoint: verify, parse, then one of two things, then reply. Cheap to
/// clone.
///
/// - [`inline`](Self::inline) awaits the handlers. Nothing is stored, and a message counts as delivered
///   only when every handler has succeeded: for users who bring their own queue.
/// - [`durable`](Self::durable) stores the message, for a [`Worker`](crate::Worker) to work on. The
///   sender hears of success after the store has made it durable, and of nothing that happens later.
#[derive(Clone)]
pub struct Receiver {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    endpoint: Endpoint,
    mode: Mode,
    time_limit: Duration,
    observer: Option<Arc<dyn Observer>>,
}

#[derive(Clone)]
enum Mode {
    Inline(Inline),
    Durable(Durable),
}

impl Receiver {
    /// A receiver that awaits the handlers before it replies.
    pub fn inline(endpoint: Endpoint, router: impl Into<Arc<Router>>) -> Self {
        let inline = Inline { router: router.into(), sampler: Sampler::ALL };
        Self::new(endpoint, Mode::Inline(inline))
    }

    /// A receiver that stores every verified message before it replies, and no message twice.
    ///
    /// What is new, what was stored before, and what was forgotten since is acknowledged alike; if the
    /// store cannot make a message durable, the sender is asked to try again. A message is known by the
    /// id that the sender signed. An endpoint whose deliveries are not signed has none: there, a message
    /// is known by the SHA-256 of its body, so equal bodies are one message.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use recallai_webhook_dispatch::inbox::MemoryInbox;
    /// use recallai_webhook_dispatch::{Endpoint, Receiver, Secret, Verifier};
    ///
    /// let inbox = Arc::new(MemoryInbox::new());
    /// let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// // Two endpoints of one workspace: an old one and a new one.
    /// let old = Endpoint::signed("svix", Verifier::new(secret.clone())).with_scope("acme");
    /// let new = Endpoint::signed("recall", Verifier::new(secret)).with_scope("acme");
    /// let receivers = [old, new].map(|endpoint| Receiver::durable(endpoint, inbox.clone()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn durable(endpoint: Endpoint, inbox: Arc<dyn Inbox>) -> Self {
        Self::new(endpoint, Mode::Durable(Durable::new(inbox)))
    }

    fn new(endpoint: Endpoint, mode: Mode) -> Self {
        let inner = Inner { endpoint, mode, time_limit: DEFAULT_TIME_LIMIT, observer: None };
        Self { inner: Arc::new(inner) }
    }

    /// The same with another limit on the time of a delivery: that of all its handlers together, or of
    /// storing it. Above 15 seconds the sender has hung up before it is reached. The default is 10
    /// seconds.
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

    /// The same with another share of traces that are kept, which handlers of inline mode pass on with
    /// [`traceparent`](crate::Context::traceparent). The default is all. Durable mode leaves it to the
    /// [worker](crate::WorkerBuilder::with_sampler).
    #[must_use]
    pub fn with_sampler(mut self, sampler: Sampler) -> Self {
        if let Mode::Inline(inline) = &mut Arc::make_mut(&mut self.inner).mode {
            inline.sampler = sampler;
        }
        self
    }

    /// The endpoint whose deliveries this receives.
    pub fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    /// Receives one delivery.
    ///
    /// Dropping the future cancels the handlers; a message that is being stored is stored all the same.
    /// In either case the sender, who got no reply, delivers again.
    pub async fn receive<'h, H>(&self, delivery: Delivery<'h, H>) -> Reply
    where
        H: IntoIterator<Item = (&'h str, &'h [u8])> + Clone,
    {
        let inner = &*self.inner;
        let verified = match inner.endpoint.admit(&delivery) {
            Ok(verified) => verified,
            Err((refusal, diagnosis)) => return inner.refuse(refusal, diagnosis.as_deref()),
        };
        let endpoint = inner.endpoint.name();
        let report = |event_name: Option<&str>, outcome: Outcome<'_>, reply: Reply| {
            let (delivery, diagnosis) = (Some(&verified), None);
            inner.report(&Report { endpoint, delivery, event_name, outcome, reply, diagnosis });
            reply
        };
        match &inner.mode {
            Mode::Inline(inline) => inline.receive(&verified, inner.time_limit, report).await,
            Mode::Durable(durable) => durable.receive(&verified, inner.time_limit, report).await,
        }
    }
}

impl Inner {
    fn refuse(&self, refusal: Refusal, diagnosis: Option<&str>) -> Reply {
        let (endpoint, reply) = (self.endpoint.name(), Reply::Unauthorized);
        let (delivery, event_name, outcome) = (None, None, Outcome::Refused(refusal));
        self.report(&Report { endpoint, delivery, event_name, outcome, reply, diagnosis });
        reply
    }

    fn report(&self, report: &Report<'_>) {
        let Some(observer) = &self.observer else { return };
        // The reply is decided; an observer that fails to count it does not take it back.
        if catch_unwind(AssertUnwindSafe(|| observer.observe(report))).is_err() {
            tracing::error!(endpoint = report.endpoint, "observer panicked");
        }
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Receiver");
        shown.field("endpoint", &self.inner.endpoint);
        match &self.inner.mode {
            Mode::Inline(inline) => shown.field("router", &inline.router),
            Mode::Durable(_) => shown.field("mode", &"durable"),
        };
        shown.field("time_limit", &self.inner.time_limit).finish_non_exhaustive()
    }
}
