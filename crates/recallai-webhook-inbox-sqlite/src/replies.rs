//! Replies go back by way of a task on the runtime of those who asked.
//!
//! To wake a task of a runtime from another thread takes a system call each time, and where processors
//! are few the processor as well. So the writer leaves the replies of a batch to one task, which wakes
//! the others from within the runtime for next to nothing. Where there is no runtime, or one that
//! nobody drives, the writer replies itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::Notify;

/// The replies of one batch.
pub(crate) type Reply = Box<dyn FnOnce() + Send>;

/// So many batches may wait for the task. If there are more, nobody drives it.
const BATCHES: usize = 16;

/// The writer's side.
#[derive(Default)]
pub(crate) struct Replies {
    carrier: Mutex<Option<Arc<Carrier>>>,
    is_carried: AtomicBool,
}

impl Replies {
    /// Starts the task, if there is none and this is on a runtime.
    pub(crate) fn listen(&self) {
        if self.is_carried.load(Ordering::Acquire) {
            return;
        }
        let Ok(runtime) = Handle::try_current() else { return };
        let mut carrier = lock(&self.carrier);
        if carrier.is_none() {
            let new = Arc::new(Carrier::default());
            runtime.spawn(Task(Arc::clone(&new)).run());
            *carrier = Some(new);
            self.is_carried.store(true, Ordering::Release);
        }
    }

    /// Sees to it that a reply is made, here or by the task.
    pub(crate) fn make(&self, reply: Reply) {
        let carrier = lock(&self.carrier).clone();
        let Some(carrier) = carrier else { return reply() };
        if let Err(reply) = carrier.push(reply) {
            self.end();
            reply();
        }
    }

    /// Makes what the task has not made for some time.
    pub(crate) fn look_after(&self) {
        let carrier = lock(&self.carrier).clone();
        if carrier.is_some_and(|carrier| !lock(&carrier.waiting).replies.is_empty()) {
            self.end();
        }
    }

    /// Ends the task, and makes what it has not made.
    pub(crate) fn end(&self) {
        let carrier = lock(&self.carrier).take();
        self.is_carried.store(false, Ordering::Release);
        if let Some(carrier) = carrier {
            carrier.end();
            carrier.has_more.notify_one();
        }
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
    replies: Vec<Reply>,
    has_ended: bool,
}

impl Carrier {
    /// Gives the reply back if the task does not take it.
    fn push(&self, reply: Reply) -> Result<(), Reply> {
        let mut waiting = lock(&self.waiting);
        if waiting.has_ended || waiting.replies.len() >= BATCHES {
            return Err(reply);
        }
        waiting.replies.push(reply);
        drop(waiting);
        self.has_more.notify_one();
        Ok(())
    }

    /// What waits; `None` at the end.
    fn take(&self) -> Option<Vec<Reply>> {
        let mut waiting = lock(&self.waiting);
        if waiting.has_ended { None } else { Some(std::mem::take(&mut waiting.replies)) }
    }

    fn end(&self) {
        let mut waiting = lock(&self.waiting);
        waiting.has_ended = true;
        let replies = std::mem::take(&mut waiting.replies);
        drop(waiting);
        replies.into_iter().for_each(|reply| reply());
    }
}

/// The task's side. A runtime that ends drops it.
struct Task(Arc<Carrier>);

impl Task {
    async fn run(self) {
        while let Some(replies) = self.0.take() {
            if replies.is_empty() {
                self.0.has_more.notified().await;
            }
            replies.into_iter().for_each(|reply| reply());
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.end();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it is held.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
