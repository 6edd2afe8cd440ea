//! Handlers: what users write, what they are given, and what becomes of their failures.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

use crate::Context;
use crate::mark::{GivenUp, Permanent, PutOff, RetryAfter};

/// Whatever a handler fails with.
pub type HandlerError = Box<dyn Error + Send + Sync>;

/// What a handler comes to.
pub type HandlerResult = Result<(), HandlerError>;

/// Work to be done for an event.
///
/// Every `Fn(E, Context) -> impl Future` is one, whether it returns `()` or a `Result`; a type with
/// state can implement it with an `async fn`.
///
/// ```
/// use recallai_webhook_dispatch::{Context, EventOf, Handler, HandlerResult};
/// use recallai_webhook_dispatch::event::ArtifactEvent;
///
/// struct Downloads { /* an HTTP client, a queue… */ }
///
/// impl Handler<EventOf<ArtifactEvent>> for Downloads {
///     async fn handle(&self, event: EventOf<ArtifactEvent>, _: Context) -> HandlerResult {
///         println!("fetch {} {}", event.kind, event.artifact.id);
///         Ok(())
///     }
/// }
/// ```
///
/// It can run more than once for one message: in inline mode because the sender repeats a delivery
/// whose reply it did not get, or that was answered 503 because another handler failed; in a
/// [`Worker`](crate::Worker) because it failed, or because the process died before its success was
/// stored. It can be cancelled at any `await`: when the time limit passes, when the connection breaks
/// (inline mode), when the lease of the job is lost or the process stops (in a worker).
///
/// Handlers that work for no message, such as those of [`on_ready`](crate::on_ready), have a
/// [`JobContext`](crate::JobContext) for `C`.
pub trait Handler<E, C = Context>: Send + Sync + 'static {
    /// Does the work.
    fn handle(&self, event: E, context: C) -> impl Future<Output = HandlerResult> + Send;
}

impl<E, C, F, R> Handler<E, C> for F
where
    F: Fn(E, C) -> R + Send + Sync + 'static,
    R: Future<Output: IntoHandlerResult> + Send,
    E: Send + 'static,
    C: Send + 'static,
{
    fn handle(&self, event: E, context: C) -> impl Future<Output = HandlerResult> + Send {
        let work = self(event, context);
        async { work.await.into_handler_result() }
    }
}

/// What a handler's closure may return: nothing, or a result with any error.
pub trait IntoHandlerResult {
    /// The result of the handler.
    fn into_handler_result(self) -> HandlerResult;
}

impl IntoHandlerResult for () {
    fn into_handler_result(self) -> HandlerResult {
        Ok(())
    }
}

impl<E: Into<HandlerError>> IntoHandlerResult for Result<(), E> {
    fn into_handler_result(self) -> HandlerResult {
        self.map_err(Into::into)
    }
}

/// How a handler failed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Failure {
    /// It returned an error.
    Error(Arc<dyn Error + Send + Sync>),
    /// It panicked. Only this handler failed; the process and other handlers go on.
    Panic(Arc<str>),
    /// It was not done within the time limit, and was cancelled. In inline mode, all handlers of the
    /// delivery together were not done.
    TimedOut(Duration),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => write!(f, "handler failed: {error}"),
            Self::Panic(message) => write!(f, "handler panicked: {message}"),
            Self::TimedOut(limit) => write!(f, "handlers took longer than {limit:?}"),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Error(error) => Some(&**error),
            Self::Panic(_) | Self::TimedOut(_) => None,
        }
    }
}

/// The future of one handler's work. A panic in it, at whatever time, is that handler's failure.
pub(crate) struct Work<'a>(Option<Running<'a>>);

type Running<'a> = Pin<Box<dyn Future<Output = HandlerResult> + Send + 'a>>;

/// Prepares the work of a handler. It starts when it is first polled.
pub(crate) fn run<'a, E: Send + 'static, C: Send + 'static>(
    handler: &'a impl Handler<E, C>,
    event: E,
    context: C,
) -> Work<'a> {
    Work(Some(Box::pin(async move { handler.handle(event, context).await })))
}

impl Future for Work<'_> {
    type Output = Result<(), Failure>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let Some(work) = &mut self.0 else { return Poll::Ready(Ok(())) };
        // Nothing of a handler that panicked is looked at again, so no broken state is seen.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(Ok(()))) => Poll::Ready(Ok(())),
            Ok(Poll::Ready(Err(error))) => Poll::Ready(Err(Failure::Error(error.into()))),
            Err(panic) => Poll::Ready(Err(Failure::from_panic(&*panic))),
        }
    }
}

/// A handler that is cancelled can still panic, in what it drops.
impl Drop for Work<'_> {
    fn drop(&mut self) {
        let work = self.0.take();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(work))) {
            let failure = Failure::from_panic(&*panic);
            tracing::error!(%failure, "handler panicked while it was cancelled");
        }
    }
}

impl Failure {
    /// Whether another attempt is no use: the error is [`Permanent`].
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::Error(error) if error.is::<Permanent>())
    }

    /// For how long the job is to be left alone at least: the error is [`RetryAfter`].
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Error(error) => error.downcast_ref::<RetryAfter>().map(RetryAfter::after),
            Self::Panic(_) | Self::TimedOut(_) => None,
        }
    }

    /// Whether the handler has [given up](GivenUp) because its worker stops.
    pub(crate) fn is_given_up(&self) -> bool {
        matches!(self, Self::Error(error) if error.is::<GivenUp>())
    }

    /// After how long to come back, if it is no failure but [`PutOff`].
    pub(crate) fn put_off(&self) -> Option<Duration> {
        let Self::Error(error) = self else { return None };
        error.downcast_ref().map(PutOff::after)
    }

    fn from_panic(panic: &(dyn Any + Send)) -> Self {
        let message = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self::Panic(message.unwrap_or("no message").into())
    }
}
