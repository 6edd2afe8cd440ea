//! A handler that holds requests until the test lets them go.

use std::sync::Arc;

use recallai_webhook_hyper::dispatch::{RouterBuilder, any_event};
use tokio::sync::Semaphore;

use super::router;

/// A door in a handler: requests knock, and stay until they are let go.
#[derive(Clone)]
pub(crate) struct Door {
    inside: Arc<Semaphore>,
    exits: Arc<Semaphore>,
}

impl Door {
    pub(crate) fn new() -> Self {
        Self { inside: Arc::new(Semaphore::new(0)), exits: Arc::new(Semaphore::new(0)) }
    }

    pub(crate) fn in_handler(&self) -> RouterBuilder {
        let door = self.clone();
        router().on(any_event(), move |_, _| {
            let door = door.clone();
            async move {
                door.inside.add_permits(1);
                door.exits.acquire().await.unwrap().forget();
            }
        })
    }

    /// Waits until that many more requests are in the handler.
    pub(crate) async fn entered(&self, requests: u32) {
        self.inside.acquire_many(requests).await.unwrap().forget();
    }

    /// Whether nobody has entered since.
    pub(crate) fn nobody_else_entered(&self) -> bool {
        self.inside.available_permits() == 0
    }

    /// Lets that many requests out of the handler.
    pub(crate) fn let_go(&self, requests: usize) {
        self.exits.add_permits(requests);
    }
}
