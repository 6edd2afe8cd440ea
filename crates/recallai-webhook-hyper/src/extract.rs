//! Extractors: an axum handler takes a verified delivery, or its event, as an argument.

use std::sync::Arc;

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use recallai_webhook_dispatch::event::Event;
use recallai_webhook_dispatch::{Endpoint, Reply, VerifiedDelivery};

use crate::{Limits, intake, response};

/// What the extractors need from the application's state: an endpoint and limits.
///
/// An application with several endpoints gives each a sub-router with a state of its own.
#[derive(Debug, Clone)]
pub struct Admission {
    endpoint: Endpoint,
    limits: Limits,
}

impl Admission {
    /// Lets in what the endpoint lets in, within the default limits.
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, limits: Limits::default() }
    }

    /// The same with other limits. Only those of the body apply: the sockets are the server's.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    async fn admit(&self, request: Request) -> Result<VerifiedDelivery, Rejection> {
        let (parts, body) = request.into_parts();
        let body = self.limits.read(&parts, body).await.map_err(Rejection)?;
        let delivery = intake::delivery(&parts, body);
        self.endpoint.verify(&delivery).map_err(|_| Rejection(Reply::Unauthorized))
    }
}

/// A verified delivery: its raw body, its message id, and what vouches for it.
///
/// Whatever the handler answers is the reply: 2xx once the delivery is safe, 503 to get it again.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "an extractor is taken apart in a pattern")]
pub struct VerifiedRequest(pub VerifiedDelivery);

/// The event of a verified delivery, and the delivery.
///
/// A verified body that is no readable event does not reach the handler: it is logged and answered
/// 204, since sending it again would not mend it. A handler that wants those too takes a
/// [`VerifiedRequest`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct VerifiedEvent {
    /// The event; [`Event::data`] has its typed payload.
    pub event: Arc<Event>,
    /// The delivery it came by.
    pub delivery: VerifiedDelivery,
}

/// Why a handler was not called: the reply that was given instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a rejection is its reply")]
pub struct Rejection(pub Reply);

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        // Whether the request had a body is not known any more; to close is right for both.
        response::response(self.0, true).map(Body::new)
    }
}

impl<S> FromRequest<S> for VerifiedRequest
where
    Admission: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        Admission::from_ref(state).admit(request).await.map(Self)
    }
}

impl<S> FromRequest<S> for VerifiedEvent
where
    Admission: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let delivery = Admission::from_ref(state).admit(request).await?;
        match Event::parse(delivery.body()) {
            Ok(event) => Ok(Self { event: Arc::new(event), delivery }),
            Err(error) => {
                let (endpoint, message_id) = (delivery.endpoint(), delivery.message_id());
                tracing::warn!(endpoint, message_id, %error, "unreadable message acknowledged");
                Err(Rejection(Reply::Acknowledged))
            }
        }
    }
}
