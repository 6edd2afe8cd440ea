//! What weakens security, under a name that says so.

use std::sync::Arc;

use crate::Endpoint;

/// An endpoint that lets everything in. Anybody who knows its URL can forge events; its deliveries
/// have no message id, so nothing tells a retry from a new message.
pub fn unverified_endpoint(name: impl Into<Arc<str>>) -> Endpoint {
    Endpoint::unverified(name.into())
}
