//! Handlers for a need: what to do when a recording has what is needed, or turns out not to.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use recallai_webhook_inbox::{Subscription, Task, Turn};
use recallai_webhook_recording::{Need, Readiness, Subject};

use super::consumer::Consumer;
use crate::handler::{Work, run};
use crate::{Handler, IntoHandlerResult, JobContext};

/// A recording whose need has turned.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Turned {
    /// The recording.
    pub recording: Subject,
    /// What happened.
    pub turn: Turn,
    /// How the need stands now, which may be further on: what is available, or what is missing and why.
    pub readiness: Readiness,
}

/// Handlers for the turns of a need, each run once for a recording. Made by [`on_ready`].
#[must_use]
pub struct NeedHandlers {
    by_turn: BTreeMap<Turn, Box<dyn TurnHandler>>,
    give_up_after: Option<Duration>,
}

/// The handler for recordings that have everything which is needed. Add handlers for other turns to what
/// it returns, and give it to [`WorkerBuilder::need`](crate::WorkerBuilder::need).
///
/// ```
/// use std::time::Duration;
/// use recallai_webhook_dispatch::on_ready;
///
/// let pipeline = on_ready(|turned, context| async move {
///     println!("fetch {} ({})", turned.recording, context.idempotency_key());
/// })
/// .on_failed(|turned, _| async move { println!("{}: {}", turned.recording, turned.readiness) })
/// .give_up_after(Duration::from_secs(6 * 3600), |turned, _| async move {
///     println!("{} is late: {}", turned.recording, turned.readiness);
/// });
/// ```
pub fn on_ready<F, R>(handler: F) -> NeedHandlers
where
    F: Fn(Turned, JobContext) -> R + Send + Sync + 'static,
    R: Future<Output: IntoHandlerResult> + Send,
{
    NeedHandlers::new(handler)
}

impl NeedHandlers {
    /// The same as [`on_ready`], for a value that implements [`Handler`].
    pub fn new(handler: impl Handler<Turned, JobContext>) -> Self {
        Self { by_turn: BTreeMap::new(), give_up_after: None }.on_turn(Turn::Ready, handler)
    }

    /// The same with a handler for recordings of which something needed has failed. They may still become
    /// ready later.
    pub fn on_failed<F, R>(self, handler: F) -> Self
    where
        F: Fn(Turned, JobContext) -> R + Send + Sync + 'static,
        R: Future<Output: IntoHandlerResult> + Send,
    {
        self.on_turn(Turn::Failed, handler)
    }

    /// The same with a handler for recordings of which something needed was deleted.
    pub fn on_gone<F, R>(self, handler: F) -> Self
    where
        F: Fn(Turned, JobContext) -> R + Send + Sync + 'static,
        R: Future<Output: IntoHandlerResult> + Send,
    {
        self.on_turn(Turn::Gone, handler)
    }

    /// The same with a handler for recordings that are still pending so long after they were first heard
    /// of. They may still become ready later.
    pub fn give_up_after<F, R>(mut self, time: Duration, handler: F) -> Self
    where
        F: Fn(Turned, JobContext) -> R + Send + Sync + 'static,
        R: Future<Output: IntoHandlerResult> + Send,
    {
        self.give_up_after = Some(time);
        self.on_turn(Turn::TimedOut, handler)
    }

    /// The same with a value that implements [`Handler`] for a turn. [`Turn::TimedOut`] needs the
    /// time of [`give_up_after`](Self::give_up_after), and does not happen without it.
    pub fn on_turn(mut self, turn: Turn, handler: impl Handler<Turned, JobContext>) -> Self {
        self.by_turn.insert(turn, Box::new(handler));
        self
    }

    /// The subscription to the turns that there are handlers for.
    pub(crate) fn subscription(&self, name: &str, need: Need) -> Subscription {
        let turns = self.by_turn.keys().copied();
        let subscription = turns.fold(Subscription::need(name, need), Subscription::with_turn);
        match self.give_up_after {
            Some(time) => subscription.with_give_up_after(time),
            None => subscription,
        }
    }
}

trait TurnHandler: Send + Sync {
    fn work(&self, turned: Turned, context: JobContext) -> Work<'_>;
}

impl<H: Handler<Turned, JobContext>> TurnHandler for H {
    fn work(&self, turned: Turned, context: JobContext) -> Work<'_> {
        run(self, turned, context)
    }
}

impl Consumer for NeedHandlers {
    fn work(&self, task: &Task, context: JobContext) -> Option<Work<'_>> {
        let Task::Turn { turn, readiness } = task else { return None };
        let handler = self.by_turn.get(turn)?;
        let recording = context.subject()?.clone();
        let turned = Turned { recording, turn: *turn, readiness: readiness.clone() };
        Some(handler.work(turned, context))
    }
}

impl fmt::Debug for NeedHandlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NeedHandlers")
            .field("turns", &self.by_turn.keys().collect::<Vec<_>>())
            .field("give_up_after", &self.give_up_after)
            .finish_non_exhaustive()
    }
}
