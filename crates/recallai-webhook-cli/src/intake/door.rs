//! From a request to a delivery, within limits.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use recallai_webhook_dispatch::{Endpoint, Reply};
use recallai_webhook_hyper::Limits;

use super::answer::{self, Answer};
use super::received::Received;

/// What is asked of every request, and who answers what has passed.
pub(super) struct Door<A> {
    endpoint: Endpoint,
    path: String,
    pub(super) limits: Limits,
    answer: A,
}

impl<A, F> Door<A>
where
    A: Fn(Received) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    pub(super) fn new(endpoint: Endpoint, path: String, answer: A) -> Arc<Self> {
        Arc::new(Self { endpoint, path, limits: Limits::default(), answer })
    }

    pub(super) async fn respond(&self, request: Request<Incoming>) -> Answer {
        match self.receive(request).await {
            // In a task of its own, which a sender that has lost its patience does not take with it.
            Ok(received) => match tokio::spawn((self.answer)(received)).await {
                Ok(answer) => answer,
                Err(_) => answer::reply(Reply::Unavailable),
            },
            Err(reply) => answer::reply(reply),
        }
    }

    async fn receive(&self, request: Request<Incoming>) -> Result<Received, Reply> {
        if request.uri().path() != self.path {
            return Err(Reply::NotFound);
        }
        if request.method() != Method::POST {
            return Err(Reply::MethodNotAllowed);
        }
        let (parts, body) = request.into_parts();
        let body = tokio::time::timeout(self.limits.body_time, collect(body, self.limits.body_len));
        let body = body.await.unwrap_or(Err(Reply::Timeout))?;
        Ok(Received::new(&self.endpoint, lines(&parts.headers).collect(), body))
    }
}

fn lines(headers: &HeaderMap) -> impl Iterator<Item = (String, Vec<u8>)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
}

async fn collect(mut body: Incoming, most: usize) -> Result<Bytes, Reply> {
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Reply::BadRequest)?.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= most {
            bytes.extend_from_slice(&data);
        }
        // What is too long is read to its end, so that the sender gets to see the answer.
    }
    if length > most { Err(Reply::TooLarge) } else { Ok(bytes.freeze()) }
}
