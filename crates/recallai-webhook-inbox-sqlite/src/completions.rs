//! Completions: callers are answered by way of a task on their runtime.
//!
//! To wake a task of a runtime from another thread takes a system call each time, and where processors
//! are few the processor as well. So the writer leaves the answers to a batch to one task, which wakes
//! the others from within the runtime for next to nothing. Callers elsewhere, and all of them where there
//! is no runtime or one that nobody drives, are answered by the writer itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use recallai_webhook_inbox::InboxError;
use tokio::runtime::{Handle, Id};
use tokio::sync::Notify;

use crate::operation::Operation;

/// An operation that has ended, and why it failed if it did.
pub(crate) type Completion = (Box<dyn Operation>, Option<InboxError>);

/// So many batches may wait for the task. If there are more, nobody drives it.
const BATCHES: usize = 16;

/// For so many batches no task is started on a runtime that has left one stalled.
const BARRED: u32 = 10_000;

/// The writer's side.
#[derive(Default)]
pub(crate) struct Completions {
    task: Mutex<Option<Running>>,
    /// Spares [`listen`](Self::listen) the lock.
    has_task: AtomicBool,
}

/// What is known of the task.
enum Running {
    /// On which runtime it is.
    On(Id, Arc<Carrier>),
    /// On which runtime it was stalled, and for how many batches more that is remembered.
    Barred(Id, u32),
}

impl Completions {
    /// Starts the task if there is none. Returns the runtime that this is on.
    pub(crate) fn listen(&self) -> Option<Id> {
        let runtime = Handle::try_current().ok()?;
        let id = runtime.id();
        if self.has_task.load(Ordering::Acquire) {
            return Some(id);
        }
        let mut task = lock(&self.task);
        match &*task {
            Some(Running::On(..)) => {}
            Some(Running::Barred(barred, _)) if *barred == id => {}
            _ => {
                let carrier = Arc::new(Carrier::default());
                runtime.spawn(Task(Arc::clone(&carrier)).run());
                *task = Some(Running::On(id, carrier));
                self.has_task.store(true, Ordering::Release);
            }
        }
        Some(id)
    }

    /// Sees to it that the callers of a batch are answered, here or by the task.
    pub(crate) fn hand_over(&self, batch: impl Iterator<Item = Completion>) {
        let Some((id, carrier)) = self.carrier() else { return batch.for_each(complete) };
        let (there, here): (Vec<_>, Vec<_>) =
            batch.partition(|(operation, _)| operation.runtime() == Some(id));
        here.into_iter().for_each(complete);
        if let Err(batch) = carrier.push(there) {
            self.end_stalled(id);
            batch.into_iter().for_each(complete);
        }
    }

    fn carrier(&self) -> Option<(Id, Arc<Carrier>)> {
        let mut task = lock(&self.task);
        match &mut *task {
            Some(Running::On(id, carrier)) => return Some((*id, Arc::clone(carrier))),
            Some(Running::Barred(_, batches)) if *batches > 0 => *batches -= 1,
            _ => *task = None,
        }
        None
    }

    /// Answers whom the task has left waiting for some time.
    pub(crate) fn rescue_stalled(&self) {
        let task = lock(&self.task);
        let Some(Running::On(id, carrier)) = &*task else { return };
        let (id, is_stalled) = (*id, !lock(&carrier.waiting).batches.is_empty());
        drop(task);
        if is_stalled {
            self.end_stalled(id);
        }
    }

    fn end_stalled(&self, id: Id) {
        self.end();
        *lock(&self.task) = Some(Running::Barred(id, BARRED));
    }

    /// Ends the task, and answers whom it has left waiting.
    pub(crate) fn end(&self) {
        let task = lock(&self.task).take();
        self.has_task.store(false, Ordering::Release);
        if let Some(Running::On(_, carrier)) = task {
            carrier.end();
            carrier.has_more.notify_one();
        }
    }
}

impl Drop for Completions {
    fn drop(&mut self) {
        self.end();
    }
}

/// What the writer and the task share.
#[derive(Default)]
struct Carrier {
    waiting: Mutex<Waiting>,
    has_more: Notify,
}

#[derive(Default)]
struct Waiting {
    batches: Vec<Vec<Completion>>,
    has_ended: bool,
}

impl Carrier {
    /// Gives the batch back if the task does not take it.
    fn push(&self, batch: Vec<Completion>) -> Result<(), Vec<Completion>> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut waiting = lock(&self.waiting);
        if waiting.has_ended || waiting.batches.len() >= BATCHES {
            return Err(batch);
        }
        waiting.batches.push(batch);
        drop(waiting);
        self.has_more.notify_one();
        Ok(())
    }

    /// What waits; `None` at the end.
    fn take(&self) -> Option<Vec<Vec<Completion>>> {
        let mut waiting = lock(&self.waiting);
        if waiting.has_ended { None } else { Some(std::mem::take(&mut waiting.batches)) }
    }

    fn end(&self) {
        let mut waiting = lock(&self.waiting);
        waiting.has_ended = true;
        let batches = std::mem::take(&mut waiting.batches);
        drop(waiting);
        batches.into_iter().flatten().for_each(complete);
    }
}

/// The task's side. A runtime that ends drops it.
struct Task(Arc<Carrier>);

impl Task {
    async fn run(self) {
        while let Some(batches) = self.0.take() {
            if batches.is_empty() {
                self.0.has_more.notified().await;
            }
            batches.into_iter().flatten().for_each(complete);
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.end();
    }
}

fn complete((operation, failed): Completion) {
    operation.complete(failed);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it is held.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
