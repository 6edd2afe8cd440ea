//! The service: paths, each with its receiver.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use recallai_webhook_dispatch::{Receiver, Reply};

use crate::{Limits, intake, response};

/// Webhook endpoints by path: a hyper service and a tower service. Cheap to clone.
///
/// ```
/// use recallai_webhook_hyper::{Limits, Webhooks, dispatch::Receiver};
///
/// # fn run(europe: Receiver, desktop: Receiver) {
/// let mut limits = Limits::default();
/// limits.body_len = 64 * 1024;
///
/// let webhooks = Webhooks::new()
///     .endpoint("/webhooks/recall/eu", europe)
///     .endpoint("/webhooks/recall/desktop", desktop)
///     .with_limits(limits);
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Webhooks {
    inner: Arc<Inner>,
}

#[derive(Debug, Clone, Default)]
struct Inner {
    endpoints: Vec<(String, Receiver)>,
    limits: Limits,
}

/// The future of a [`Webhooks`] call.
pub type ResponseFuture =
    Pin<Box<dyn Future<Output = Result<Response<Full<Bytes>>, Infallible>> + Send>>;

impl Webhooks {
    /// No endpoints yet: every path is answered 404.
    pub fn new() -> Self {
        Self::default()
    }

    /// Receives at a path, which has to match as a whole. A path given again replaces the receiver.
    #[must_use]
    pub fn endpoint(mut self, path: impl Into<String>, receiver: Receiver) -> Self {
        let path = path.into();
        let endpoints = &mut Arc::make_mut(&mut self.inner).endpoints;
        match endpoints.iter_mut().find(|(known, _)| *known == path) {
            Some((_, old)) => *old = receiver,
            None => endpoints.push((path, receiver)),
        }
        self
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        Arc::make_mut(&mut self.inner).limits = limits;
        self
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// Answers a request.
    pub async fn respond<B>(&self, request: Request<B>) -> Response<Full<Bytes>>
    where
        B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>>,
    {
        let has_body = !request.body().is_end_stream();
        response::response(self.inner.reply(request).await, has_body)
    }
}

impl Inner {
    async fn reply<B>(&self, request: Request<B>) -> Reply
    where
        B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>>,
    {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path();
        let Some((_, receiver)) = self.endpoints.iter().find(|(known, _)| known == path) else {
            return Reply::NotFound;
        };
        match self.limits.read(&parts, body).await {
            Ok(body) => receiver.receive(intake::delivery(&parts, body)).await,
            Err(reply) => reply,
        }
    }
}

impl<B> hyper::service::Service<Request<B>> for Webhooks
where
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn call(&self, request: Request<B>) -> Self::Future {
        let webhooks = self.clone();
        Box::pin(async move { Ok(webhooks.respond(request).await) })
    }
}

impl<B> tower_service::Service<Request<B>> for Webhooks
where
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        hyper::service::Service::call(&*self, request)
    }
}
