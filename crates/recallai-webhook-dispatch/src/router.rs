//! The router: which handlers an event goes to.

use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use recallai_webhook_event::{CATALOGUE, Entry, Event, ParseError};

use crate::handler::{Work, run};
use crate::selector::sealed::Selects;
use crate::{Context, Failure, Handler, IntoHandlerResult, Selector, Unreadable};

/// What to answer where no handler has a say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Take it: the sender is told that all is well and forgets the message.
    Acknowledge,
    /// Leave it: the sender tries again over the next day, in the hope of a newer deployment that
    /// knows what to do. If every delivery fails for days, it switches the endpoint off.
    RetryLater,
}

/// The choice that has to be made about events that meet no handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a new outcome is a new choice for everybody")]
pub struct Unmatched {
    /// A known event that nobody registered for.
    pub unhandled: Answer,
    /// An event whose name is not in the catalogue, with no handler for unknown events.
    pub unknown: Answer,
}

impl Unmatched {
    /// Acknowledge both: what nobody waits for is not worth a retry.
    pub const ACKNOWLEDGE: Self =
        Self { unhandled: Answer::Acknowledge, unknown: Answer::Acknowledge };

    /// Leave both to a newer deployment.
    pub const RETRY_LATER: Self =
        Self { unhandled: Answer::RetryLater, unknown: Answer::RetryLater };
}

/// Handlers by what they registered for. Made by [`Router::builder`], fixed from then on.
pub struct Router {
    unmatched: Unmatched,
    routes: Vec<Box<dyn Route>>,
    /// The routes of each row of the catalogue that has some.
    by_name: HashMap<&'static str, Vec<usize>>,
    pub(crate) on_unknown: Vec<Box<dyn Sink<Arc<Event>>>>,
    pub(crate) on_unreadable: Vec<Box<dyn Sink<Unreadable>>>,
    pub(crate) on_failure: Vec<Box<dyn Sink<Failure>>>,
}

/// A handler with what it is registered for.
trait Route: Send + Sync {
    fn work(&self, event: &Arc<Event>, context: &Context) -> Option<Work<'_>>;
}

/// A handler that takes all there is of its kind.
pub(crate) trait Sink<E>: Send + Sync {
    fn work(&self, event: E, context: Context) -> Work<'_>;
}

impl<S: Selects, H: Handler<S::Argument>> Route for (S, H) {
    fn work(&self, event: &Arc<Event>, context: &Context) -> Option<Work<'_>> {
        let (selector, handler) = self;
        Some(run(handler, selector.select(event)?, context.clone()))
    }
}

impl<E: Send + 'static, H: Handler<E>> Sink<E> for H {
    fn work(&self, event: E, context: Context) -> Work<'_> {
        run(self, event, context)
    }
}

/// Collects handlers for a [`Router`].
pub struct RouterBuilder {
    router: Router,
}

/// What a message is, and the work there is to do for it.
pub(crate) struct Plan<'r> {
    pub(crate) found: Found,
    /// One for each handler that registered; empty if nobody did.
    pub(crate) work: Vec<Work<'r>>,
}

/// What a message is.
pub(crate) enum Found {
    Known(&'static Entry),
    /// The name is not in the catalogue.
    Unknown(String),
    Unreadable(ParseError),
}

impl Found {
    /// The event name, if the body was readable.
    pub(crate) fn event_name(&self) -> Option<&str> {
        match self {
            Self::Known(entry) => Some(entry.name),
            Self::Unknown(name) => Some(name),
            Self::Unreadable(_) => None,
        }
    }
}

impl Router {
    /// Starts a router with the choice that has to be made first.
    pub fn builder(unmatched: Unmatched) -> RouterBuilder {
        let router = Router {
            unmatched,
            routes: Vec::new(),
            by_name: HashMap::new(),
            on_unknown: Vec::new(),
            on_unreadable: Vec::new(),
            on_failure: Vec::new(),
        };
        RouterBuilder { router }
    }

    /// Adds a handler for known events to the rows that its selector covers.
    pub(crate) fn add_route<S: Selects>(
        &mut self,
        selector: S,
        handler: impl Handler<S::Argument>,
    ) {
        for entry in CATALOGUE.iter().filter(|entry| selector.covers(entry)) {
            self.by_name.entry(entry.name).or_default().push(self.routes.len());
        }
        self.routes.push(Box::new((selector, handler)));
    }

    /// The choice about events that meet no handler.
    pub(crate) fn unmatched(&self) -> Unmatched {
        self.unmatched
    }

    /// Reads a message and starts the handlers that registered for it. The owned event is built
    /// only if there are some; what was read in place is gone before anything is awaited.
    pub(crate) fn plan(&self, context: &Context) -> Plan<'_> {
        let event = match context.delivery().event() {
            Ok(event) => event,
            Err(error) => {
                let work = feed(&self.on_unreadable, &Unreadable::new(error.clone()), context);
                return Plan { found: Found::Unreadable(error), work };
            }
        };
        let Some(entry) = event.entry() else {
            let work = match self.on_unknown.is_empty() {
                true => Vec::new(),
                false => feed(&self.on_unknown, &Arc::new(event.to_event()), context),
            };
            return Plan { found: Found::Unknown(event.name().to_owned()), work };
        };
        let work = match self.by_name.get(entry.name) {
            None => Vec::new(),
            Some(routes) => {
                let event = Arc::new(event.to_event());
                routes.iter().filter_map(|at| self.routes[*at].work(&event, context)).collect()
            }
        };
        Plan { found: Found::Known(entry), work }
    }

    /// Tells the failure handlers; what they themselves fail with goes no further.
    pub(crate) async fn tell(&self, failures: &[Failure], context: &Context) {
        for failure in failures {
            for failure in all(feed(&self.on_failure, failure, context)).await {
                tracing::error!(%failure, "failure handler failed");
            }
        }
    }
}

/// The work of all handlers of one kind.
fn feed<'r, E: Clone>(
    sinks: &'r [Box<dyn Sink<E>>],
    argument: &E,
    context: &Context,
) -> Vec<Work<'r>> {
    sinks.iter().map(|sink| sink.work(argument.clone(), context.clone())).collect()
}

/// Awaits all handlers, lets none stop another, and returns the failures in the order of
/// registration.
pub(crate) async fn all(mut work: Vec<Work<'_>>) -> Vec<Failure> {
    let mut results: Vec<Option<Result<(), Failure>>> = work.iter().map(|_| None).collect();
    poll_fn(|cx| {
        let mut pending = false;
        for (work, result) in work.iter_mut().zip(&mut results) {
            if result.is_none() {
                match Pin::new(work).poll(cx) {
                    Poll::Ready(done) => *result = Some(done),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    results.into_iter().flatten().filter_map(Result::err).collect()
}

impl RouterBuilder {
    /// Registers a closure for what a [`Selector`] selects, which also gives the type of its first
    /// argument. It returns a future of `()` or of a `Result` with any error. An event goes to
    /// every handler that registered for it.
    ///
    /// ```
    /// use recallai_webhook_dispatch::event::{Code, names::RECORDING_DONE};
    /// use recallai_webhook_dispatch::{Router, Unmatched, artifact, unknown_event};
    ///
    /// let router = Router::builder(Unmatched::ACKNOWLEDGE)
    ///     .on(RECORDING_DONE, |event, _| async move { println!("{}", event.recording.id) })
    ///     .on(artifact(None, Code::FAILED), |event, context| async move {
    ///         Err(format!("{} of {:?} failed", event.kind, context.message_id()))
    ///     })
    ///     .on(unknown_event(), |event, _| async move { println!("new: {}", event.name()) })
    ///     .build();
    /// ```
    #[must_use]
    pub fn on<S, F, R>(self, selector: S, handler: F) -> Self
    where
        S: Selector,
        F: Fn(S::Argument, Context) -> R + Send + Sync + 'static,
        R: Future<Output: IntoHandlerResult> + Send,
    {
        self.on_handler(selector, handler)
    }

    /// Registers a value that implements [`Handler`]: for handlers with state of their own.
    #[must_use]
    pub fn on_handler<S: Selector>(
        mut self,
        selector: S,
        handler: impl Handler<S::Argument>,
    ) -> Self {
        selector.register(handler, &mut self.router);
        self
    }

    /// The router.
    pub fn build(self) -> Router {
        self.router
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("unmatched", &self.unmatched)
            .field("handlers", &self.routes.len())
            .finish_non_exhaustive()
    }
}
