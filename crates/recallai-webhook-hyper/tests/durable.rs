//! Durable mode on the wire: 204 once the message is stored, 503 once the store is closed.
#![cfg(feature = "server")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use recallai_webhook_hyper::Webhooks;
use recallai_webhook_hyper::dispatch::inbox::{Inbox, MemoryInbox};
use recallai_webhook_hyper::dispatch::{Endpoint, Receiver, Verifier};
use support::{PATH, Running, good, secret};

mod support;

#[tokio::test]
async fn a_store_that_is_closed_at_a_shutdown_leaves_the_message_to_the_sender() {
    let inbox = Arc::new(MemoryInbox::new());
    let endpoint = Endpoint::signed("recall", Verifier::new(secret()));
    let receiver = Receiver::durable(endpoint, inbox.clone());
    let server = Running::start(Webhooks::new().endpoint(PATH, receiver)).await;
    let mut wire = server.connect().await;

    assert_eq!(wire.exchange(good()).await.status, 204);
    let stored = inbox.messages(&Default::default()).await.unwrap();
    assert_eq!(stored.len(), 1);

    inbox.close().await;
    let reply = wire.exchange(good()).await;
    assert_eq!((reply.status, reply.body.as_str()), (503, "unavailable\n"));
    assert_eq!(reply.header("retry-after"), Some("5"));
}
