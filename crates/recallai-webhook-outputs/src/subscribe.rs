//! Subscribing an output: what turns it into a subscriber of a worker.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::inbox::{Filter, Turn};
use recallai_webhook_dispatch::recording::Need;
use recallai_webhook_dispatch::{
    Context, GivenUp, Handler, HandlerResult, JobContext, Message, NeedHandlers, Permanent, PutOff,
    RetryAfter, Subscriber, Turned,
};

use crate::{Envelope, Outgoing, Output, OutputError};

/// Passes jobs on to an output. Makes a [`Subscriber`] for a worker; cheap to clone.
///
/// An error that is [permanent](crate::OutputError::is_permanent) makes the job a dead letter at once, any other
/// one has it tried again, no sooner than the receiver [wants](crate::OutputError::retry_after). Outputs limit their own time, and wait where an attempt would be in vain, so the
/// subscribers have no time limit.
#[derive(Clone)]
pub struct Forward {
    output: Arc<dyn Output>,
    envelope: Envelope,
}

impl Forward {
    /// Passes on to this output, without an envelope.
    pub fn to(output: Arc<dyn Output>) -> Self {
        Self { output, envelope: Envelope::Raw }
    }

    /// The same in an envelope.
    #[must_use]
    pub fn with_envelope(mut self, envelope: Envelope) -> Self {
        self.envelope = envelope;
        self
    }

    /// A subscriber for the messages that a filter matches.
    pub fn messages(&self, name: impl Into<Arc<str>>, filter: Filter) -> Subscriber {
        Subscriber::messages_handler(name, filter, self.clone()).without_time_limit()
    }

    /// A subscriber for turns of a need. [`Turn::TimedOut`] happens with `give_up_after` and not without,
    /// whether or not it is among the turns. A turn to ready that was not asked for is done without being
    /// sent.
    pub fn need(
        &self,
        name: impl Into<Arc<str>>,
        need: impl Into<Need>,
        turns: impl IntoIterator<Item = Turn>,
        give_up_after: Option<Duration>,
    ) -> Subscriber {
        let need = need.into();
        let mut turns: BTreeSet<Turn> = turns.into_iter().collect();
        turns.remove(&Turn::TimedOut);
        let wants_ready = turns.remove(&Turn::Ready);
        let sends = |sends| ForwardTurn { forward: self.clone(), need, sends };
        let handlers = NeedHandlers::new(sends(wants_ready));
        let mut handlers =
            turns.into_iter().fold(handlers, |handlers, turn| handlers.on_turn(turn, sends(true)));
        if let Some(time) = give_up_after {
            let late = Arc::new(sends(true));
            handlers = handlers.give_up_after(time, move |turned, context| {
                let late = Arc::clone(&late);
                async move { late.handle(turned, context).await }
            });
        }
        Subscriber::need(name, need, handlers).without_time_limit()
    }

    async fn send(&self, outgoing: Outgoing) -> HandlerResult {
        let sent = self.output.send(&self.envelope.wrap(outgoing)).await;
        sent.map_err(|error| match error {
            OutputError::Stopping => GivenUp::new().into(),
            OutputError::PutOff { after, .. } => PutOff::until_after(after).into(),
            error if error.is_permanent() => Permanent::new(error).into(),
            error => match error.retry_after() {
                Some(after) => RetryAfter::new(after, error).into(),
                None => error.into(),
            },
        })
    }
}

impl Handler<Message> for Forward {
    async fn handle(&self, message: Message, context: Context) -> HandlerResult {
        self.send(Outgoing::message(&message, &context)).await
    }
}

impl fmt::Debug for Forward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forward").field("envelope", &self.envelope).finish_non_exhaustive()
    }
}

/// Passes turns of a need on.
struct ForwardTurn {
    forward: Forward,
    need: Need,
    sends: bool,
}

impl Handler<Turned, JobContext> for ForwardTurn {
    async fn handle(&self, turned: Turned, context: JobContext) -> HandlerResult {
        if !self.sends {
            return Ok(());
        }
        self.forward.send(Outgoing::turn(&turned, &self.need, &context)).await
    }
}
