//! The service: everything that a configuration names, put together, run, and changed while it runs.

mod admin;
mod changes;
mod doors;
pub(crate) mod endpoints;
pub(crate) mod erasing;
mod error;
mod observers;
pub(crate) mod opening;
mod plan;
mod pruning;
mod reload;
mod running;
mod serving;
pub(crate) mod subscriptions;
mod working;

use std::fmt;
use std::sync::Arc;

use recallai_webhook_dispatch::Subscriber;
use recallai_webhook_hyper::bind;
use recallai_webhook_telemetry::Telemetry;

use crate::config::{ConfigError, Loaded, Sources};
use observers::Observers;
use plan::{Own, Plan};

pub use error::ServiceError;
pub use opening::Opened;
pub use reload::Reloader;
pub use running::Ready;

/// A service that was not started yet.
///
/// It has three steps, so that what is wrong is said before anything is received: [`open`](Self::open) reads
/// the configuration and makes everything that it names, [`Opened::ready`] opens the inbox and begins to
/// answer, [`Ready::run`] works until it is told to stop.
#[must_use]
pub struct Service {
    sources: Sources,
    own: Own,
    telemetry: Telemetry,
}

impl Service {
    /// A service that is configured from there, now and at each reload.
    pub fn new(sources: Sources) -> Self {
        Self { sources, own: Own::default(), telemetry: Telemetry::new() }
    }

    /// The same with a subscriber of the program's own. It is made anew for each reload.
    pub fn with_subscriber(
        mut self,
        make: impl Fn() -> Subscriber + Send + Sync + 'static,
    ) -> Self {
        self.own.always.push(Arc::new(make));
        self
    }

    /// The same with a subscriber for as long as the configuration has no subscription.
    pub fn with_default_subscriber(
        mut self,
        make: impl Fn() -> Subscriber + Send + Sync + 'static,
    ) -> Self {
        self.own.otherwise.push(Arc::new(make));
        self
    }

    /// The same with somebody else's telemetry, or with one that names the version of the program.
    pub fn with_telemetry(mut self, telemetry: Telemetry) -> Self {
        self.telemetry = telemetry;
        self
    }

    /// Reads the configuration and the secrets, and makes the outputs; nothing is connected or bound.
    ///
    /// # Errors
    ///
    /// Something in it makes no sense or is not there.
    pub fn check(&self) -> Result<Loaded, ServiceError> {
        Ok(Plan::of(self.sources.load()?, &self.own, &[])?.loaded)
    }

    /// Reads the configuration and the secrets, makes the outputs, and binds the addresses.
    ///
    /// # Errors
    ///
    /// Something in the configuration makes no sense or is not there; an address is taken; another process
    /// serves from the inbox, which is told instead of the address that it has.
    pub async fn open(self) -> Result<Opened, ServiceError> {
        let Self { sources, own, telemetry } = self;
        let plan = Plan::of(sources.load()?, &own, &[])?;
        let address = plan.loaded.config.listen.address;
        let bound = bind(address).and_then(|listener| Ok((listener.local_addr()?, listener)));
        let bound = bound.map_err(|source| ServiceError::Bind { address, source });
        let instead = |error| error::in_use(&plan.loaded.config.inbox.path).unwrap_or(error);
        let (address, listener) = bound.map_err(instead)?;
        let admin = admin::listen(&plan.loaded).map_err(instead)?;
        let mut observers = Observers::new(telemetry);
        observers.start(&plan).map_err(ConfigError::from)?;
        Ok(Opened { sources, own, observers, plan, listener, address, admin })
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("sources", &self.sources).finish_non_exhaustive()
    }
}
