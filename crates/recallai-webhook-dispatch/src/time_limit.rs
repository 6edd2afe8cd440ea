//! Time limits that cost nothing for what is done at once.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// Awaits a future for so long at most. What is done at its first poll needs no timer: that is most
/// handlers, which only pass the event on.
pub(crate) async fn within<F: Future>(time_limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let at_once = poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => Poll::Ready(None),
    });
    if let Some(done) = at_once.await {
        return Some(done);
    }
    tokio::time::timeout(time_limit, future).await.ok()
}
