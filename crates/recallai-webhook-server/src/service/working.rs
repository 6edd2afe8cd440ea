//! Workers: the one in force, and those before it that finish what they have begun.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::Worker;
use recallai_webhook_dispatch::inbox::InboxError;
use recallai_webhook_outputs::Output;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::sleep;

use super::error::ServiceError;

type Outputs = Vec<Arc<dyn Output>>;

/// How a worker has ended, with its number.
type Ended = (u64, Result<(), InboxError>);

/// The workers, each in a task of its own.
pub(super) struct Working {
    tasks: JoinSet<Ended>,
    current: Current,
    /// Whether what still runs is to be cut off, in all of them.
    cut: watch::Sender<bool>,
    /// How long jobs may take to finish at the end.
    grace: Duration,
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
    pub(super) fn start(worker: Worker, outputs: Outputs, grace: Duration) -> Self {
        let (mut tasks, cut) = (JoinSet::new(), watch::Sender::new(false));
        let current = spawn(&mut tasks, 0, worker, outputs, cut.subscribe());
        Self { tasks, current, cut, grace }
    }

    /// Has another worker go on. The one before takes no more jobs from here on, and finishes those that it
    /// has beside the new one, in the time that they need: by their leases nobody takes them twice.
    ///
    /// A store that fails for a time is waited for. Until then nothing is worked on, which could not be stored
    /// either; dropping the future leaves a service that can only [end](Self::end).
    ///
    /// # Errors
    ///
    /// The subscriptions cannot be declared. The new worker [ends](Self::ended) of that too.
    pub(super) async fn replace(
        &mut self,
        worker: Worker,
        outputs: Outputs,
        grace: Duration,
    ) -> Result<(), ServiceError> {
        let Current { number, stop, stopping, outputs: before } = &mut self.current;
        let is_kept =
            |output: &Arc<dyn Output>| outputs.iter().any(|kept| Arc::ptr_eq(kept, output));
        let (kept, closing): (Outputs, Outputs) = before.iter().cloned().partition(is_kept);
        *before = kept;
        let (ended, _) = oneshot::channel();
        // Whoever has ended does not hear it.
        let _ = std::mem::replace(stop, ended).send(closing.clone());
        // What it is subscribed to is not to change while it claims: it has no handler for what comes then.
        let _ = stopping.await;
        // Jobs of others may run for long, and then their worker does not end.
        for output in closing {
            output.release().await;
        }
        let declared = worker.declare().await;
        let number = *number + 1;
        self.current = spawn(&mut self.tasks, number, worker, outputs, self.cut.subscribe());
        self.grace = grace;
        declared.map_err(ServiceError::Inbox)
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

    /// Lets what runs come to its end, of whichever worker, for as long as the grace time is; then it is cut
    /// off.
    pub(super) async fn end(mut self) -> Result<(), ServiceError> {
        let Current { stop, outputs, .. } = self.current;
        let _ = stop.send(Outputs::new());
        let (mut result, mut grace) = (Ok(()), pin!(sleep(self.grace)));
        loop {
            tokio::select! {
                ended = self.tasks.join_next() => match ended {
                    Some(ended) => result = result.and(well(ended)),
                    None => break,
                },
                () = &mut grace, if !*self.cut.borrow() => {
                    self.cut.send_replace(true);
                }
            }
        }
        for output in outputs {
            output.close().await;
        }
        result
    }
}

fn well(ended: Result<Ended, JoinError>) -> Result<(), ServiceError> {
    ended?.1.map_err(ServiceError::Inbox)
}

fn spawn(
    tasks: &mut JoinSet<Ended>,
    number: u64,
    worker: Worker,
    outputs: Outputs,
    cut: watch::Receiver<bool>,
) -> Current {
    let (stop, stopped) = oneshot::channel();
    let (stopping, is_stopping) = oneshot::channel();
    tasks.spawn(async move { (number, work(worker, stopped, stopping, cut).await) });
    Current { number, stop, stopping: is_stopping, outputs }
}

async fn work(
    worker: Worker,
    stopped: oneshot::Receiver<Outputs>,
    stopping: oneshot::Sender<()>,
    mut cut: watch::Receiver<bool>,
) -> Result<(), InboxError> {
    let mut closing = Outputs::new();
    let is_cut = async move { drop(cut.wait_for(|cut| *cut).await) };
    let worked = worker.run_until(stop(stopped, &mut closing, stopping), is_cut).await;
    for output in closing {
        output.close().await;
    }
    worked
}

/// Says that it has heard in the same breath in which the worker stops claiming.
async fn stop(
    stopped: oneshot::Receiver<Outputs>,
    closing: &mut Outputs,
    stopping: oneshot::Sender<()>,
) {
    *closing = stopped.await.unwrap_or_default();
    drop(stopping);
}
