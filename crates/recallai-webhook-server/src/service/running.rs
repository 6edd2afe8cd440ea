//! A service that runs.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use recallai_webhook_dispatch::Worker;
use recallai_webhook_dispatch::inbox::Inbox;
use recallai_webhook_telemetry::{LastDeliveries, Telemetry, TimeToReady};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::admin::Administration;
use super::changes::Changes;
use super::doors::Doors;
use super::error::ServiceError;
use super::observers::Observers;
use super::plan::{Own, Plan};
use super::pruning::{self, Rule};
use super::reload::{Asked, Reloader};
use super::serving::Serving;
use super::subscriptions::Made;
use super::working::Working;
use crate::config::{Config, Sources};

/// A service that takes deliveries. They are stored at once, and worked on once it [runs](Self::run).
#[must_use]
pub struct Ready {
    pub(super) sources: Sources,
    pub(super) own: Own,
    pub(super) observers: Observers,
    address: SocketAddr,
    /// The configuration of the start, of which some goes on to hold over all reloads.
    pub(super) started: Config,
    pub(super) inbox: Arc<dyn Inbox>,
    pub(super) doors: Doors,
    serving: Serving,
    pub(super) administration: Option<Administration>,
    pub(super) working: Working,
    pub(super) outputs: Vec<Made>,
    pub(super) changes: Changes,
    pub(super) retention: watch::Sender<Vec<Rule>>,
    reloader: Reloader,
    asked: mpsc::Receiver<Asked>,
}

/// What it is put together from, once the inbox is open.
pub(super) struct Parts {
    pub(super) sources: Sources,
    pub(super) own: Own,
    pub(super) observers: Observers,
    pub(super) address: SocketAddr,
    pub(super) started: Config,
    pub(super) inbox: Arc<dyn Inbox>,
    pub(super) doors: Doors,
    pub(super) serving: Serving,
    pub(super) administration: Option<Administration>,
    pub(super) plan: Plan,
    pub(super) worker: Worker,
}

impl Ready {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { sources, own, observers, address, started, inbox, doors, serving, .. } = parts;
        let Parts { administration, plan, worker, .. } = parts;
        let (reloader, asked) = Reloader::new();
        let retention = watch::Sender::new(pruning::rules(&plan.loaded.config));
        let grace = plan.loaded.config.shutdown.jobs.into();
        let working = Working::start(worker, plan.sends_to(), grace);
        let outputs = plan.outputs;
        let sources = sources.after(&plan.loaded);
        let changes = Changes::new(plan.loaded.files(), plan.contents);
        Self {
            sources,
            own,
            observers,
            address,
            started,
            inbox,
            doors,
            serving,
            administration,
            working,
            outputs,
            changes,
            retention,
            reloader,
            asked,
        }
    }

    /// The address that it listens at.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the admin listener, if there is one.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.administration.as_ref().map(|administration| administration.address)
    }

    /// Where messages are kept.
    pub fn inbox(&self) -> Arc<dyn Inbox> {
        Arc::clone(&self.inbox)
    }

    /// What is counted and measured.
    pub fn telemetry(&self) -> &Telemetry {
        &self.observers.telemetry
    }

    /// Asks for reloads, from anywhere.
    pub fn reloader(&self) -> Reloader {
        self.reloader.clone()
    }

    /// Works until `stop` completes: answers, hands out what is stored, and reads the configuration again when
    /// it is [asked to](Self::reloader) or a file of it has changed. Then requests are answered, jobs
    /// finish, and the inbox is closed.
    ///
    /// # Errors
    ///
    /// The inbox or the server failed in a way that does not pass.
    pub async fn run(mut self, stop: impl Future<Output = ()>) -> Result<(), ServiceError> {
        let mut beside = JoinSet::new();
        let measures = TimeToReady::new(Arc::clone(&self.inbox), self.telemetry().clone());
        beside.spawn(measures.run(std::future::pending::<()>()));
        let last = LastDeliveries::new(Arc::clone(&self.inbox), self.telemetry().clone());
        beside.spawn(last.run(std::future::pending::<()>()));
        beside.spawn(pruning::keep(Arc::clone(&self.inbox), self.retention.subscribe()));
        let failed = self.work(stop).await;
        self.administration.iter().for_each(Administration::close);
        let served = self.serving.end().await;
        // What was received is worked on until here; then nothing more comes.
        let worked = self.working.end().await;
        beside.shutdown().await;
        let administered = match self.administration {
            Some(administration) => administration.end().await,
            None => Ok(()),
        };
        self.inbox.close().await;
        self.observers.end().await;
        failed.and(served).and(worked).and(administered)
    }

    async fn work(&mut self, stop: impl Future<Output = ()>) -> Result<(), ServiceError> {
        let mut stop = std::pin::pin!(stop);
        loop {
            let asked = tokio::select! {
                () = &mut stop => return Ok(()),
                error = broken(&mut self.working, &mut self.serving, &mut self.administration) => return Err(error),
                () = self.changes.changed() => None,
                asked = self.asked.recv() => asked,
            };
            let reading = self.read();
            let read = tokio::select! {
                () = &mut stop => return Ok(()),
                error = broken(&mut self.working, &mut self.serving, &mut self.administration) => return Err(error),
                read = reading => read,
            };
            let reloaded = tokio::select! {
                // Whatever it waits for: the store may take nothing.
                () = &mut stop => return Ok(()),
                reloaded = self.reload(read) => reloaded,
            };
            if let Some(asked) = asked {
                // Whoever asked may have gone.
                let _ = asked.send(reloaded);
            }
        }
    }
}

/// Completes when a part has ended of itself, which is a failure.
async fn broken(
    working: &mut Working,
    serving: &mut Serving,
    administration: &mut Option<Administration>,
) -> ServiceError {
    tokio::select! {
        error = working.ended() => error,
        error = serving.ended() => error,
        error = ended(administration) => error,
    }
}

/// Completes when the admin listener has ended of itself.
async fn ended(administration: &mut Option<Administration>) -> ServiceError {
    match administration {
        Some(administration) => administration.ended().await,
        None => std::future::pending().await,
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready").field("address", &self.address).finish_non_exhaustive()
    }
}
