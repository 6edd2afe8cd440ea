//! Contexts: what a handler is told beside the event.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use recallai_webhook_inbox::{Inbox, InboxError, InboxExt, Job, Lease};
use recallai_webhook_recording::{Need, Readiness, State, Subject, SubjectKind};
use tokio::sync::watch;

use crate::VerifiedDelivery;
use crate::identity;
use crate::trace::{Sampler, SpanId, TraceId};
use crate::worker::{Phase, stopped};

/// What a handler is told beside the event. Cheap to clone.
///
/// In inline mode there is no store behind it: the attempt is always 1, there is no
/// [`subject`](Self::subject), nothing is ever [`cancelled`](Self::cancelled) or [`stopping`](Self::stopping), and what is asked of
/// the store is [`InboxError::Unsupported`].
#[derive(Clone)]
pub struct Context<D = VerifiedDelivery> {
    delivery: D,
    source: Source,
}

/// Where a handler's work comes from.
#[derive(Clone)]
enum Source {
    /// A delivery whose sender waits.
    Inline(VerifiedDelivery, Sampler),
    /// The store.
    Job(Arc<Running>),
}

/// What a handler is told that works for no message: one for a turn of a need, or for failures.
pub type JobContext = Context<()>;

/// A job that is being worked on.
pub(crate) struct Running {
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) subscription: Arc<str>,
    pub(crate) scope: Arc<str>,
    pub(crate) subject: Option<Subject>,
    pub(crate) attempt: u32,
    pub(crate) idempotency_key: Box<str>,
    pub(crate) lease: Lease,
    pub(crate) trace: TraceId,
    pub(crate) sampler: Sampler,
    /// How far the worker is with its end.
    pub(crate) phase: watch::Receiver<Phase>,
    /// Becomes true when the work is no longer wanted.
    pub(crate) cancelled: watch::Receiver<bool>,
}

impl Context {
    /// In inline mode.
    pub(crate) fn inline(delivery: VerifiedDelivery, sampler: Sampler) -> Self {
        Self { source: Source::Inline(delivery.clone(), sampler), delivery }
    }

    /// The name of the endpoint that the delivery came to.
    pub fn endpoint(&self) -> &str {
        self.delivery.endpoint()
    }

    /// The id of the message: the same over all retries. `None` where nothing signed vouches for
    /// one.
    pub fn message_id(&self) -> Option<&str> {
        self.delivery.message_id()
    }

    /// The body, byte for byte as it was received.
    pub fn body(&self) -> &Bytes {
        self.delivery.body()
    }

    /// When the delivery was received; of a message that was delivered more than once, the first.
    pub fn received_at(&self) -> SystemTime {
        self.delivery.received_at()
    }

    /// The whole delivery.
    pub fn delivery(&self) -> &VerifiedDelivery {
        &self.delivery
    }
}

impl JobContext {
    /// For a job.
    pub(crate) fn of(
        job: &Job,
        inbox: Arc<dyn Inbox>,
        sampler: Sampler,
        phase: watch::Receiver<Phase>,
        cancelled: watch::Receiver<bool>,
    ) -> Self {
        let running = Running {
            inbox,
            subscription: Arc::clone(&job.subscription),
            scope: Arc::clone(&job.scope),
            subject: job.subject.clone(),
            attempt: job.attempt,
            idempotency_key: job.idempotency_key.clone(),
            lease: job.lease,
            trace: identity::trace_of(job),
            sampler,
            phase,
            cancelled,
        };
        Self { delivery: (), source: Source::Job(Arc::new(running)) }
    }

    /// The same for the message that the job is about.
    pub(crate) fn with_delivery(self, delivery: VerifiedDelivery) -> Context {
        Context { delivery, source: self.source }
    }
}

impl<D> Context<D> {
    /// The same without the delivery.
    pub fn job_context(&self) -> JobContext {
        Context { delivery: (), source: self.source.clone() }
    }

    /// The name of the subscription that the handler works for; `None` in inline mode.
    pub fn subscription(&self) -> Option<&str> {
        self.job().map(|job| &*job.subscription)
    }

    /// The scope: the workspace that recording, bot or upload belong to.
    pub fn scope(&self) -> &str {
        match &self.source {
            Source::Inline(delivery, _) => delivery.scope(),
            Source::Job(job) => &job.scope,
        }
    }

    /// The recording, upload or bot within whose order the handler works.
    pub fn subject(&self) -> Option<&Subject> {
        self.job()?.subject.as_ref()
    }

    /// Which attempt this is, from 1.
    pub fn attempt(&self) -> u32 {
        self.job().map_or(1, |job| job.attempt)
    }

    /// The same text over all attempts at this work, and for no other work: pass it on to whatever is
    /// called, so that it can tell a repetition. In inline mode it is made of endpoint and message.
    pub fn idempotency_key(&self) -> Cow<'_, str> {
        match &self.source {
            Source::Inline(delivery, _) => {
                let id = identity::message_id(delivery);
                Cow::Owned(format!("{}:{id}", delivery.endpoint()))
            }
            Source::Job(job) => Cow::Borrowed(&job.idempotency_key),
        }
    }

    /// The `traceparent` header for whatever is called: the trace of the message, or of the turn, and this
    /// attempt as the parent; in inline mode, the delivery. See [`trace`](crate::trace).
    pub fn traceparent(&self) -> String {
        match &self.source {
            Source::Inline(delivery, sampler) => {
                sampler.traceparent(delivery.trace_id(), delivery.root_span_id())
            }
            Source::Job(job) => {
                let attempt = SpanId::of_attempt(&job.idempotency_key, job.lease);
                job.sampler.traceparent(job.trace, attempt)
            }
        }
    }

    /// Whether the work is no longer wanted. See [`cancelled`](Self::cancelled).
    pub fn is_cancelled(&self) -> bool {
        self.job().is_some_and(|job| *job.cancelled.borrow())
    }

    /// Completes when the work is no longer wanted: somebody else has taken the job because its lease
    /// ran out, or the process stops and the time for handlers to finish is over. The handler is dropped
    /// a second later. At its time limit it is dropped at once.
    pub async fn cancelled(&self) {
        let Some(job) = self.job() else { return std::future::pending().await };
        // An error means that nobody is left to cancel: the work is over.
        let _ = job.cancelled.clone().wait_for(|cancelled| *cancelled).await;
    }

    /// Completes when the worker begins to stop, which leaves handlers some time to finish what they have begun.
    /// One that only waits for somebody can end at once, with [`GivenUp`](crate::GivenUp) for its error.
    pub async fn stopping(&self) {
        let Some(job) = self.job() else { return std::future::pending().await };
        stopped(&mut job.phase.clone()).await;
    }

    /// What is known of a recording, a bot or an upload of this scope, now: it may be further on than
    /// the event.
    ///
    /// # Errors
    ///
    /// The store's; in inline mode there is none.
    pub async fn state(&self, subject: &Subject) -> Result<Option<State>, InboxError> {
        let job = self.stored()?;
        Ok(job.inbox.subject(&job.scope, subject).await?.map(|stored| stored.state))
    }

    /// What is known of the recording that the handler works for; `None` if it works for something
    /// else.
    ///
    /// # Errors
    ///
    /// The store's; in inline mode there is none.
    pub async fn recording(&self) -> Result<Option<State>, InboxError> {
        let job = self.stored()?;
        match job.subject.as_ref().filter(|subject| subject.kind == SubjectKind::Recording) {
            Some(recording) => self.state(recording).await,
            None => Ok(None),
        }
    }

    /// How a need of the [`subject`](Self::subject) stands now; `None` if there is no subject.
    ///
    /// # Errors
    ///
    /// The store's; in inline mode there is none.
    pub async fn readiness(&self, need: &Need) -> Result<Option<Readiness>, InboxError> {
        let job = self.stored()?;
        let Some(subject) = &job.subject else { return Ok(None) };
        job.inbox.readiness(&job.scope, subject, need).await.map(Some)
    }

    fn stored(&self) -> Result<&Running, InboxError> {
        self.job()
            .ok_or(InboxError::Unsupported { reason: "inline mode has no store to ask".into() })
    }

    fn job(&self) -> Option<&Running> {
        match &self.source {
            Source::Inline(..) => None,
            Source::Job(job) => Some(job),
        }
    }
}

impl<D: fmt::Debug> fmt::Debug for Context<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Context");
        shown.field("delivery", &self.delivery);
        if let Some(job) = self.job() {
            shown
                .field("subscription", &job.subscription)
                .field("scope", &job.scope)
                .field("subject", &job.subject)
                .field("attempt", &job.attempt)
                .field("idempotency_key", &job.idempotency_key);
        }
        shown.finish_non_exhaustive()
    }
}
