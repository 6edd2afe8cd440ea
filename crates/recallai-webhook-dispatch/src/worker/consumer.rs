//! Consumers: from a job as the store has it to the work of a typed handler.

use recallai_webhook_inbox::Task;

use crate::handler::{Work, run};
use crate::selector::sealed::Subscribes;
use crate::{Handler, JobContext, Message, VerifiedDelivery};

/// What works on the jobs of one subscription.
pub(crate) trait Consumer: Send + Sync + 'static {
    /// Prepares the work on a task; `None` if there is no handler that takes it.
    fn work(&self, task: &Task, context: JobContext) -> Option<Work<'_>>;
}

/// A handler for what a selector selects.
pub(crate) struct Selected<S, H> {
    pub(crate) selector: S,
    pub(crate) handler: H,
}

impl<S: Subscribes, H: Handler<S::Argument>> Consumer for Selected<S, H> {
    fn work(&self, task: &Task, context: JobContext) -> Option<Work<'_>> {
        let (message, delivery) = read(task)?;
        let argument = self.selector.take(&message)?;
        Some(run(&self.handler, argument, context.with_delivery(delivery)))
    }
}

/// A handler for messages of every sort.
pub(crate) struct Every<H>(pub(crate) H);

impl<H: Handler<Message>> Consumer for Every<H> {
    fn work(&self, task: &Task, context: JobContext) -> Option<Work<'_>> {
        let (message, delivery) = read(task)?;
        Some(run(&self.0, message, context.with_delivery(delivery)))
    }
}

fn read(task: &Task) -> Option<(Message, VerifiedDelivery)> {
    let Task::Message(stored) = task else { return None };
    let delivery = VerifiedDelivery::stored(stored)?;
    Some((Message::read(delivery.body()), delivery))
}
