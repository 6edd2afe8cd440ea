//! A queue from async callers to threads: what waits is taken together.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use recallai_webhook_inbox::InboxError;

pub(crate) struct Queue<T> {
    inner: Mutex<Inner<T>>,
    ready: Condvar,
}

struct Inner<T> {
    /// Each with its weight.
    items: VecDeque<(T, usize)>,
    weight: usize,
    /// Nothing that weighs is taken in while the weight is this or more.
    bound: usize,
    sleeping: usize,
    is_closed: bool,
}

/// What there was to take.
pub(crate) enum Taken<T> {
    /// All that waited, up to a limit.
    Items(Vec<T>),
    /// Nothing came for so long.
    Idle,
    /// Nothing is left, and nothing more comes.
    Closed,
}

impl<T> Queue<T> {
    /// A queue that takes in what weighs until so much waits.
    pub(crate) fn new(bound: usize) -> Self {
        let (items, weight, sleeping, is_closed) = (VecDeque::new(), 0, 0, false);
        let inner = Mutex::new(Inner { items, weight, bound, sleeping, is_closed });
        Self { inner, ready: Condvar::new() }
    }

    /// Takes an item in; one of no weight always.
    pub(crate) fn push(&self, item: T, weight: usize) -> Result<(), InboxError> {
        let mut inner = self.lock();
        if inner.is_closed {
            return Err(InboxError::Closed);
        }
        if weight > 0 && inner.weight >= inner.bound {
            return Err(InboxError::Overloaded);
        }
        inner.weight += weight;
        inner.items.push_back((item, weight));
        let is_awaited = inner.sleeping > 0;
        drop(inner);
        if is_awaited {
            self.ready.notify_one();
        }
        Ok(())
    }

    /// Waits for something to take, but not for longer than this.
    pub(crate) fn take(&self, limit: usize, idle: Duration) -> Taken<T> {
        let mut inner = self.lock();
        if inner.items.is_empty() && !inner.is_closed {
            inner.sleeping += 1;
            let waited = self.ready.wait_timeout_while(inner, idle, |inner| {
                inner.items.is_empty() && !inner.is_closed
            });
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
            inner.sleeping -= 1;
        }
        if inner.items.is_empty() {
            return if inner.is_closed { Taken::Closed } else { Taken::Idle };
        }
        let count = inner.items.len().min(limit);
        let (items, weights): (_, Vec<_>) = inner.items.drain(..count).unzip();
        inner.weight -= weights.into_iter().sum::<usize>();
        Taken::Items(items)
    }

    /// Takes no more. What waits can still be taken.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.ready.notify_all();
    }

    /// Takes no more, and drops what waits.
    pub(crate) fn abandon(&self) {
        let mut inner = self.lock();
        inner.is_closed = true;
        let items = std::mem::take(&mut inner.items);
        drop(inner);
        drop(items);
        self.ready.notify_all();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        // Nothing panics while it is held.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
