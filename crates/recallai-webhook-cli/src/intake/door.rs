//! From a request to a delivery.

use http::{HeaderMap, Request};
use hyper::body::Body as _;
use recallai_webhook_dispatch::{Endpoint, Reply};
use recallai_webhook_hyper::{Incoming, Limits, response};

use super::answer::{self, Answer};
use super::received::Received;

/// What is asked of every request, and who answers what has passed.
pub(super) struct Door<A> {
    pub(super) endpoint: Endpoint,
    pub(super) path: String,
    pub(super) limits: Limits,
    pub(super) answer: A,
}

impl<A, F> Door<A>
where
    A: Fn(Received) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    /// Answers a request.
    pub(super) async fn respond(&self, request: Request<Incoming>) -> Answer {
        let has_body = !request.body().is_end_stream();
        match self.receive(request).await {
            // In a task of its own, which a sender that has lost its patience does not take with it.
            Ok(received) => match tokio::spawn((self.answer)(received)).await {
                Ok(answer) => answer,
                Err(_) => answer::reply(Reply::Unavailable),
            },
            Err(reply) => response(reply, has_body),
        }
    }

    async fn receive(&self, request: Request<Incoming>) -> Result<Received, Reply> {
        if request.uri().path() != self.path {
            return Err(Reply::NotFound);
        }
        let (parts, body) = request.into_parts();
        let body = self.limits.read(&parts, body).await?;
        Ok(Received::new(&self.endpoint, lines(&parts.headers).collect(), body))
    }
}

fn lines(headers: &HeaderMap) -> impl Iterator<Item = (String, Vec<u8>)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
}
