//! Subscribers: a handler, the subscription that makes its jobs, and how they are worked on.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_inbox::{Filter, Order, Start, Subscription};
use recallai_webhook_recording::Need;

use super::consumer::{Consumer, Every, Selected};
use super::need::NeedHandlers;
use super::retry::RetryPolicy;
use crate::{Context, Handler, IntoHandlerResult, Message, MessageSelector};

/// A handler with the durable subscription that makes jobs for it, and with settings of its own where
/// they differ from the worker's.
///
/// ```
/// use recallai_webhook_dispatch::inbox::{Order, Start};
/// use recallai_webhook_dispatch::{RetryPolicy, Subscriber, any_event};
///
/// let archive = Subscriber::on("archive", any_event(), |event, _| async move {
///     println!("{}", event.to_json());
/// })
/// .with_start(Start::Beginning)
/// .with_order(Order::Strict)
/// .with_retry(RetryPolicy::default().with_attempts(30));
/// ```
#[must_use]
pub struct Subscriber {
    pub(crate) subscription: Subscription,
    pub(crate) consumer: Box<dyn Consumer>,
    pub(crate) settings: Settings,
}

/// How jobs are worked on; `None` leaves it to the worker's settings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) concurrency: Option<usize>,
    pub(crate) time_limit: Option<Option<Duration>>,
}

impl Subscriber {
    /// A closure for what a [`MessageSelector`] selects, under a name that stays: it stands in the store,
    /// in logs and in idempotency keys.
    pub fn on<S, F, R>(name: impl Into<Arc<str>>, selector: S, handler: F) -> Self
    where
        S: MessageSelector,
        F: Fn(S::Argument, Context) -> R + Send + Sync + 'static,
        R: Future<Output: IntoHandlerResult> + Send,
    {
        Self::on_handler(name, selector, handler)
    }

    /// A value that implements [`Handler`], for what a [`MessageSelector`] selects.
    pub fn on_handler<S: MessageSelector>(
        name: impl Into<Arc<str>>,
        selector: S,
        handler: impl Handler<S::Argument>,
    ) -> Self {
        let subscription = Subscription::messages(name, selector.filter());
        Self::new(subscription, Selected { selector, handler })
    }

    /// A closure for the messages that a filter matches, of whatever sort.
    pub fn messages<F, R>(name: impl Into<Arc<str>>, filter: Filter, handler: F) -> Self
    where
        F: Fn(Message, Context) -> R + Send + Sync + 'static,
        R: Future<Output: IntoHandlerResult> + Send,
    {
        Self::messages_handler(name, filter, handler)
    }

    /// A value that implements [`Handler`], for the messages that a filter matches.
    pub fn messages_handler(
        name: impl Into<Arc<str>>,
        filter: Filter,
        handler: impl Handler<Message>,
    ) -> Self {
        Self::new(Subscription::messages(name, filter), Every(handler))
    }

    /// Handlers for a need.
    pub fn need(name: impl Into<Arc<str>>, need: impl Into<Need>, handlers: NeedHandlers) -> Self {
        Self::new(handlers.subscription(&name.into(), need.into()), handlers)
    }

    fn new(subscription: Subscription, consumer: impl Consumer) -> Self {
        Self { subscription, consumer: Box::new(consumer), settings: Settings::default() }
    }

    /// The same with another beginning, for a store that does not know the name yet. The default is
    /// [`Start::Now`].
    pub fn with_start(mut self, start: Start) -> Self {
        self.subscription = self.subscription.with_start(start);
        self
    }

    /// The same with another order. The default is [`Order::Relaxed`].
    pub fn with_order(mut self, order: Order) -> Self {
        self.subscription = self.subscription.with_order(order);
        self
    }

    /// The same with a retry policy of its own.
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.settings.retry = Some(retry);
        self
    }

    /// The same with another limit on how many handlers run at once; 0 counts as 1.
    pub fn with_concurrency(mut self, jobs: usize) -> Self {
        self.settings.concurrency = Some(jobs);
        self
    }

    /// The same with another limit on the time of one attempt.
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.settings.time_limit = Some(Some(limit));
        self
    }

    /// The same without a limit on the time of one attempt, whatever the worker's is.
    pub fn without_time_limit(mut self) -> Self {
        self.settings.time_limit = Some(None);
        self
    }

    /// The subscription.
    pub fn subscription(&self) -> &Subscription {
        &self.subscription
    }
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscriber")
            .field("subscription", &self.subscription)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
