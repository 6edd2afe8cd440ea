//! A configuration with all that is made of it before anything runs.

use std::path::Path;
use std::sync::Arc;

use recallai_webhook_dispatch::inbox::{Inbox, SystemClock};
use recallai_webhook_dispatch::{Receiver, Subscriber, Worker};
use recallai_webhook_hyper::{Limits, Webhooks};
use recallai_webhook_outputs::Output;

use super::admin;
use super::changes::Contents;
use super::endpoints::{self, Door};
use super::erasing;
use super::error::ServiceError;
use super::observers::{self, Observers, TraceOptions};
use super::subscriptions::{self, Made};
use crate::config::{self, Loaded};

/// Makes a subscriber anew for each worker.
pub(super) type Make = Arc<dyn Fn() -> Subscriber + Send + Sync>;

/// Subscribers that the program has of its own.
#[derive(Clone, Default)]
pub(super) struct Own {
    /// Those that are always there.
    pub(super) always: Vec<Make>,
    /// Those that are there where the configuration has no subscription.
    pub(super) otherwise: Vec<Make>,
}

/// A configuration with its endpoints and subscribers: every secret read, every output made.
pub(super) struct Plan {
    pub(super) loaded: Loaded,
    doors: Vec<Door>,
    subscribers: Vec<Subscriber>,
    pub(super) admin: admin::Settings,
    pub(super) outputs: Vec<Made>,
    #[cfg_attr(not(feature = "otlp"), allow(dead_code, reason = "there are none then"))]
    pub(super) traces: Option<TraceOptions>,
    /// What was in the files before they were read.
    pub(super) contents: Contents,
}

impl Plan {
    /// Makes everything, or tells all that is wrong.
    pub(super) fn of(loaded: Loaded, own: &Own, before: &[Made]) -> Result<Self, ServiceError> {
        let contents = Contents::of(&loaded.files());
        let built = (
            endpoints::build(&loaded),
            subscriptions::build(&loaded, before),
            admin::Settings::of(&loaded),
            observers::trace_options(&loaded),
        );
        let (doors, subscribed, admin, traces) = match built {
            (Ok(doors), Ok(subscribed), Ok(admin), Ok(traces)) => {
                (doors, subscribed, admin, traces)
            }
            (doors, subscribed, admin, traces) => {
                let problems = doors.err().into_iter().chain(subscribed.err());
                let problems = problems.chain(admin.err()).chain(traces.err());
                return Err(problems.flatten().collect::<Vec<_>>().into());
            }
        };
        let mut subscribers = subscribed.subscribers;
        let otherwise = own.otherwise.iter().filter(|_| subscribers.is_empty()).collect::<Vec<_>>();
        for make in own.always.iter().chain(otherwise) {
            let subscriber = make();
            let name = &subscriber.subscription().name;
            if loaded.config.subscriptions.contains_key(&**name) {
                let key = format!("subscriptions.{name}");
                let reason = "this name is taken: the service has such a subscription of its own";
                return Err(vec![loaded.problem(key, reason)].into());
            }
            subscribers.push(subscriber);
        }
        Ok(Self {
            loaded,
            doors,
            subscribers,
            admin,
            outputs: subscribed.outputs,
            traces,
            contents,
        })
    }

    /// Where the subscriptions send to.
    pub(super) fn sends_to(&self) -> Vec<Arc<dyn Output>> {
        self.outputs.iter().map(|made| Arc::clone(&made.output)).collect()
    }

    /// What answers requests, within the limits that hold since the start.
    pub(super) fn webhooks(
        &self,
        inbox: &Arc<dyn Inbox>,
        limits: &config::Limits,
        observers: &Observers,
    ) -> Webhooks {
        let webhooks = Webhooks::new().with_limits(hyper_limits(limits, &self.loaded));
        self.doors.iter().fold(webhooks, |webhooks, door| {
            observers.telemetry.declare_endpoint(door.endpoint.name());
            let receiver = Receiver::durable(door.endpoint.clone(), Arc::clone(inbox))
                .with_time_limit(limits.acknowledgement_time.into())
                .with_observer(observers.clone());
            webhooks.endpoint(door.path.as_str(), receiver)
        })
    }

    /// Works on what is received. It parks the subscriptions that the configuration does not have.
    pub(super) fn worker(
        &mut self,
        inbox: &Arc<dyn Inbox>,
        observers: &Observers,
    ) -> Result<Worker, ServiceError> {
        let worker = Worker::builder(Arc::clone(inbox))
            .with_observer(observers.clone())
            .with_sampler(observers.sampler())
            .park_others();
        let mut subscribers = std::mem::take(&mut self.subscribers);
        let retention = &self.loaded.config.retention;
        if retention.erase_deleted {
            let after = retention.erase_after.into();
            subscribers.push(erasing::subscriber(Arc::clone(inbox), after, Arc::new(SystemClock)));
        }
        let worker = subscribers.into_iter().fold(worker, |worker, one| worker.subscribe(one));
        let reason = |error: recallai_webhook_dispatch::WorkerError| error.to_string();
        worker
            .build()
            .map_err(|error| vec![self.loaded.problem("subscriptions", reason(error))].into())
    }

    /// Has it told who is away, once the outputs are in force.
    pub(super) fn watch_receivers(&self, observers: &Observers) {
        observers.telemetry.watch_receivers(self.outputs.iter().map(Made::receiver));
    }

    /// Tells an operator what is in force.
    pub(super) fn tell(&self, database: &Path) {
        for warning in &self.loaded.warnings {
            tracing::warn!("{warning}");
        }
        let database = tracing::field::display(database.display());
        for Door { path, endpoint, labels } in &self.doors {
            let (endpoint, secrets) = (endpoint.name(), labels.join(", "));
            tracing::info!(endpoint, path, secrets, database, "ready for deliveries");
        }
    }
}

/// The limits of the adapter.
pub(super) fn hyper_limits(limits: &config::Limits, loaded: &Loaded) -> Limits {
    let bytes =
        |size: recallai_webhook_outputs::Size| usize::try_from(size.bytes()).unwrap_or(usize::MAX);
    let mut adapter = Limits::default();
    adapter.body_len = bytes(limits.body_len);
    adapter.body_time = limits.body_time.into();
    adapter.head_time = limits.head_time.into();
    adapter.head_len = bytes(limits.head_len);
    adapter.header_lines = limits.header_lines;
    adapter.connections = limits.connections;
    adapter.shutdown_time = loaded.config.shutdown.requests.into();
    adapter
}
