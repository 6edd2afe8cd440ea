//! What every request has at hand.

use std::sync::Arc;

use recallai_webhook_dispatch::inbox::Inbox;
use recallai_webhook_telemetry::{Away, Telemetry};
use tokio::sync::watch;

use crate::lasting::Lasting;
use crate::settings::AdminHandle;

/// What handlers answer from.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) inbox: Arc<dyn Inbox>,
    /// What counts deliveries and jobs, if anything does.
    pub(crate) telemetry: Option<Telemetry>,
    /// Whether the process is about to end. Waits and streams end then; so they do if the sender is gone.
    pub(crate) closing: watch::Receiver<bool>,
    /// Streams and waits that are open.
    pub(crate) lasting: Lasting,
    /// What holds now. It has the sender of `closing`, too.
    pub(crate) handle: AdminHandle,
}

impl Shared {
    /// Whether the receiver of a subscription is away.
    pub(crate) fn away(&self, subscription: &str) -> Option<Away> {
        self.telemetry.as_ref()?.away(subscription)
    }
}
