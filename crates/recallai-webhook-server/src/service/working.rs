//! Workers: the one in force, and those before it that finish what they have begun.

use std::future::pending;
use std::sync::Arc;

use recallai_webhook_dispatch::Worker;
use recallai_webhook_dispatch::inbox::InboxError;
use recallai_webhook_outputs::Output;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::error::ServiceError;
use super::opening;

type Outputs = Vec<Arc<dyn Output>>;

/// The workers, each in a task of its own.
pub(super) struct Working {
    tasks: JoinSet<(u64, Result<(), InboxError>)>,
    current: Current,
}

struct Current {
    number: u64,
    /// Tells it to end, and which outputs to close after that.
    stop: oneshot::Sender<Outputs>,
    /// Completes when it takes no more.
    stopping: oneshot::Receiver<()>,
    outputs: Outputs,
}

impl Working {
    pub(super) fn start(worker: Worker, outputs: Outputs) -> Self {
        let mut tasks = JoinSet::new();
        let current = spawn(&mut tasks, 0, worker, outputs);
        Self { tasks, current }
    }

    /// Has another worker go on. The one before takes no more jobs from here on, and finishes those that it
    /// has beside the new one: by their leases nobody takes them twice.
    pub(super) async fn replace(&mut self, worker: Worker, outputs: Outputs) {
        let Current { number, stop, stopping, outputs: before } = &mut self.current;
        let is_kept =
            |output: &Arc<dyn Output>| outputs.iter().any(|kept| Arc::ptr_eq(kept, output));
        let closing = before.iter().filter(|output| !is_kept(output)).cloned().collect();
        let (ended, _) = oneshot::channel();
        // Whoever has ended does not hear it.
        let _ = std::mem::replace(stop, ended).send(closing);
        // What it is subscribed to is not to change while it claims: it has no handler for what comes then.
        let _ = stopping.await;
        if let Err(error) = worker.declare().await {
            tracing::warn!(%error, "the subscriptions are not declared yet");
        }
        let number = *number + 1;
        self.current = spawn(&mut self.tasks, number, worker, outputs);
    }

    /// Completes when the worker in force has ended of itself, which is a failure.
    pub(super) async fn ended(&mut self) -> ServiceError {
        while let Some(ended) = self.tasks.join_next().await {
            match ended {
                Ok((number, Ok(()))) if number == self.current.number => {
                    return ServiceError::Ended;
                }
                Ok((number, Err(error))) if number == self.current.number => {
                    return ServiceError::Inbox(error);
                }
                Ok((_, Ok(()))) => {}
                Ok((_, Err(error))) => tracing::error!(%error, "a worker did not end well"),
                Err(error) => return error.into(),
            }
        }
        pending().await
    }

    /// Lets what runs come to its end.
    pub(super) async fn end(mut self) -> Result<(), ServiceError> {
        let Current { stop, outputs, .. } = self.current;
        let _ = stop.send(outputs);
        let mut result = Ok(());
        while let Some(ended) = self.tasks.join_next().await {
            let ended = match ended {
                Ok((_, ended)) => ended.map_err(ServiceError::Inbox),
                Err(error) => Err(error.into()),
            };
            result = result.and(ended);
        }
        result
    }
}

fn spawn(
    tasks: &mut JoinSet<(u64, Result<(), InboxError>)>,
    number: u64,
    worker: Worker,
    outputs: Outputs,
) -> Current {
    let (stop, stopped) = oneshot::channel();
    let (stopping, is_stopping) = oneshot::channel();
    tasks.spawn(async move { (number, work(worker, stopped, stopping).await) });
    Current { number, stop, stopping: is_stopping, outputs }
}

async fn work(
    worker: Worker,
    mut stopped: oneshot::Receiver<Outputs>,
    stopping: oneshot::Sender<()>,
) -> Result<(), InboxError> {
    let mut closing = Outputs::new();
    let declared = tokio::select! {
        declared = opening::declare(&worker) => Some(declared),
        outputs = &mut stopped => {
            closing = outputs.unwrap_or_default();
            None
        }
    };
    let worked = match declared {
        None => Ok(()),
        Some(Err(error)) => Err(error),
        Some(Ok(())) => worker.run(stop(&mut stopped, &mut closing, stopping)).await,
    };
    for output in closing {
        output.close().await;
    }
    worked
}

/// Says that it has heard in the same breath in which the worker stops claiming.
async fn stop(
    stopped: &mut oneshot::Receiver<Outputs>,
    closing: &mut Outputs,
    stopping: oneshot::Sender<()>,
) {
    *closing = stopped.await.unwrap_or_default();
    drop(stopping);
}
