//! What answers requests, and can be replaced between two of them.

use std::convert::Infallible;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::service::Service;
use recallai_webhook_hyper::{Incoming, ResponseFuture, Webhooks};

/// The endpoints in force. A request is answered by those that hold when its head has been read, to its
/// end; so no request is dropped or refused when they are replaced.
#[derive(Debug, Clone, Default)]
pub(super) struct Doors(Arc<ArcSwap<Webhooks>>);

impl Doors {
    pub(super) fn replace(&self, webhooks: Webhooks) {
        self.0.store(Arc::new(webhooks));
    }
}

impl Service<Request<Incoming>> for Doors {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.0.load().call(request)
    }
}
