//! Receivers that are not ours: whatever takes a request and gives an answer.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use recallai_webhook_dispatch::Reply;
use recallai_webhook_emulator::Request;

/// A receiver of one's own: an axum or tower service that is called in process, or other code that receives.
///
/// Every `Fn(Arrival) -> impl Future` is one, if what it gives can be made a [`Response`], such as a status code.
pub trait Receive: Send + Sync + 'static {
    /// Receives one request. A panic here is a panic of the run.
    fn receive(&self, arrival: Arrival) -> impl Future<Output = Response> + Send;
}

impl<F, R> Receive for F
where
    F: Fn(Arrival) -> R + Send + Sync + 'static,
    R: Future<Output: Into<Response>> + Send,
{
    fn receive(&self, arrival: Arrival) -> impl Future<Output = Response> + Send {
        let answer = self(arrival);
        async { answer.await.into() }
    }
}

/// A request that has come to a receiver.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Arrival {
    /// The name of the endpoint that it came to.
    pub endpoint: Arc<str>,
    /// The request: its headers, and its whole body.
    pub request: Request,
    /// What time it is by the virtual clock: the time by which the signature is to be checked.
    pub received_at: SystemTime,
}

/// What a receiver answers: a status code, and headers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers. `retry-after` and `webhook-delivery` are heeded.
    pub headers: Vec<(String, String)>,
}

impl Response {
    /// An answer with this status code and these headers.
    pub fn new(status: u16, headers: Vec<(String, String)>) -> Self {
        Self { status, headers }
    }
}

impl From<u16> for Response {
    fn from(status: u16) -> Self {
        Self::new(status, Vec::new())
    }
}

impl From<Reply> for Response {
    fn from(reply: Reply) -> Self {
        let header = reply.header().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self::new(reply.status(), header.into_iter().collect())
    }
}

/// [`Receive`] of any type.
pub(crate) trait AnyReceive: Send + Sync {
    fn receive_any(&self, arrival: Arrival) -> Pin<Box<dyn Future<Output = Response> + Send + '_>>;
}

impl<T: Receive> AnyReceive for T {
    fn receive_any(&self, arrival: Arrival) -> Pin<Box<dyn Future<Output = Response> + Send + '_>> {
        Box::pin(self.receive(arrival))
    }
}
