//! Links: a connection that many sends share, made when it is first needed and anew when it is lost.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use crate::OutputError;

/// At most one connection at a time, for whoever needs it.
#[derive(Debug)]
pub(crate) struct Link<T> {
    current: Mutex<Option<Arc<T>>>,
    /// Held while a connection is made, so that those who wait for it make no other.
    connecting: tokio::sync::Mutex<()>,
}

impl<T> Link<T> {
    pub(crate) fn new() -> Self {
        Self { current: Mutex::new(None), connecting: tokio::sync::Mutex::new(()) }
    }

    /// The connection that there is, or the one that is made.
    ///
    /// # Errors
    ///
    /// Those of `connect`.
    pub(crate) async fn get<F, C>(&self, connect: F) -> Result<Arc<T>, OutputError>
    where
        F: FnOnce() -> C + Send,
        C: Future<Output = Result<T, OutputError>> + Send,
    {
        if let Some(current) = self.current() {
            return Ok(current);
        }
        let _connecting = self.connecting.lock().await;
        if let Some(current) = self.current() {
            return Ok(current);
        }
        let made = Arc::new(connect().await?);
        *self.lock() = Some(Arc::clone(&made));
        Ok(made)
    }

    /// Does something over the connection within a time that counts from now, connecting included. A
    /// connection that was lost, or over which nothing came in time, is not used again.
    ///
    /// # Errors
    ///
    /// Those of `connect` and `work`; [`OutputError::TimedOut`], which names `what`.
    pub(crate) async fn within<F, C, W, D, R>(
        &self,
        limit: Duration,
        what: &str,
        connect: F,
        work: W,
    ) -> Result<R, OutputError>
    where
        F: FnOnce() -> C + Send,
        C: Future<Output = Result<T, OutputError>> + Send,
        W: FnOnce(Arc<T>) -> D + Send,
        D: Future<Output = Result<R, OutputError>> + Send,
    {
        let mut used = None;
        let done = timeout(limit, async {
            let current = self.get(connect).await?;
            used = Some(Arc::clone(&current));
            work(current).await
        });
        let result =
            done.await.unwrap_or_else(|_| Err(OutputError::TimedOut { what: what.into() }));
        if let (Some(used), Err(OutputError::Unreachable { .. } | OutputError::TimedOut { .. })) =
            (used, &result)
        {
            self.forget(&used);
        }
        result
    }

    /// Lets the next one connect anew, unless that has happened already.
    pub(crate) fn forget(&self, lost: &Arc<T>) {
        let mut current = self.lock();
        if current.as_ref().is_some_and(|current| Arc::ptr_eq(current, lost)) {
            *current = None;
        }
    }

    /// Takes the connection out, to close it.
    pub(crate) fn take(&self) -> Option<Arc<T>> {
        self.lock().take()
    }

    fn current(&self) -> Option<Arc<T>> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<T>>> {
        // Nothing that can panic happens while it is held.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    fn lost() -> OutputError {
        OutputError::Unreachable { what: "it".into(), source: "gone".into() }
    }

    #[tokio::test]
    async fn those_who_wait_share_one_connection() {
        let link = Arc::new(Link::new());
        let made = Arc::new(AtomicU32::new(0));
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (link, made) = (Arc::clone(&link), Arc::clone(&made));
                tokio::spawn(async move {
                    let connect = || async {
                        tokio::task::yield_now().await;
                        Ok(made.fetch_add(1, Ordering::Relaxed))
                    };
                    *link.get(connect).await.unwrap()
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), 0);
        }
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_connection_is_made_anew_and_a_refusal_keeps_it() {
        let link = Link::new();
        let mut number = 0;
        let mut next = || {
            number += 1;
            let made = number;
            move || async move { Ok(made) }
        };
        let refused = || OutputError::Refused { reason: "no".into() };
        let first = link.within(LIMIT, "it", next(), |n| async move { Ok(*n) }).await;
        assert_eq!(first.unwrap(), 1);
        let refusal = link.within(LIMIT, "it", next(), |_| async move { Err::<i32, _>(refused()) });
        assert!(matches!(refusal.await, Err(OutputError::Refused { .. })));
        let kept = link.within(LIMIT, "it", next(), |n| async move { Ok(*n) }).await;
        assert_eq!(kept.unwrap(), 1);

        let broken = link.within(LIMIT, "it", next(), |_| async { Err::<i32, _>(lost()) });
        assert!(matches!(broken.await, Err(OutputError::Unreachable { .. })));
        let anew = link.within(LIMIT, "it", next(), |n| async move { Ok(*n) }).await.unwrap();
        assert_eq!(anew, 5);

        let silent = link.within(LIMIT, "it", next(), |_| pending::<Result<i32, _>>()).await;
        assert_eq!(silent.unwrap_err().to_string(), "it was not confirmed in time");
        let anew = link.within(LIMIT, "it", next(), |n| async move { Ok(*n) }).await.unwrap();
        assert_eq!(anew, 7);
    }

    #[tokio::test]
    async fn who_is_late_to_tell_of_a_loss_does_not_break_the_next_connection() {
        let link = Link::new();
        let first = link.get(|| async { Ok(1) }).await.unwrap();
        link.forget(&first);
        link.get(|| async { Ok(2) }).await.unwrap();
        link.forget(&first);
        assert_eq!(*link.get(|| async { Err(lost()) }).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_connection_that_is_given_up_while_it_is_made_leaves_room_for_another() {
        let link: Link<i32> = Link::new();
        let mut given_up = tokio_test_poll(link.get(pending));
        assert!(given_up.is_pending_once());
        drop(given_up);
        assert_eq!(*link.get(|| async { Ok(2) }).await.unwrap(), 2);
    }

    /// Polls a future by hand.
    struct Polled<F>(std::pin::Pin<Box<F>>);

    fn tokio_test_poll<F: Future>(future: F) -> Polled<F> {
        Polled(Box::pin(future))
    }

    impl<F: Future> Polled<F> {
        fn is_pending_once(&mut self) -> bool {
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            self.0.as_mut().poll(&mut context).is_pending()
        }
    }
}
