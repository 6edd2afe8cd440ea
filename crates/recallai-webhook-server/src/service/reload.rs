//! Reloading: the new configuration is made as a whole before anything of the old one goes.

use std::collections::BTreeSet;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use recallai_webhook_telemetry::Reload;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::changes::Contents;
use super::error::ServiceError;
use super::plan::{Own, Plan};
use super::pruning;
use super::running::Ready;
use super::subscriptions::Made;
use crate::config::{AT_START, Config, ConfigError, Loaded, Sources};

/// Asks a service that runs to read its configuration again. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Reloader(mpsc::Sender<Asked>);

/// Who asked, and hears what came of it.
pub(super) type Asked = oneshot::Sender<Result<(), ServiceError>>;

impl Reloader {
    pub(super) fn new() -> (Self, mpsc::Receiver<Asked>) {
        let (sender, receiver) = mpsc::channel(1);
        (Self(sender), receiver)
    }

    /// Reads the configuration again and has it hold.
    ///
    /// # Errors
    ///
    /// Something in it makes no sense or is not there, and the old one goes on to hold; the service has
    /// ended.
    pub async fn reload(&self) -> Result<(), ServiceError> {
        let (asked, answer) = oneshot::channel();
        self.0.send(asked).await.map_err(|_| ServiceError::Ended)?;
        answer.await.unwrap_or(Err(ServiceError::Ended))
    }
}

/// How long it may take to read the configuration and all that it names.
const READING: Duration = Duration::from_secs(10);

/// What was read, and the files to follow from then on with what was in them.
pub(super) struct Read {
    contents: Contents,
    followed: BTreeSet<PathBuf>,
    plan: Result<Plan, ServiceError>,
}

impl Ready {
    /// Has a configuration that was read again hold, if it can.
    pub(super) async fn reload(
        &mut self,
        read: Result<Read, ServiceError>,
    ) -> Result<(), ServiceError> {
        let reloaded = self.replace(read).await;
        let reload = match &reloaded {
            Ok(()) => Reload::Applied,
            Err(error) => {
                refused(error);
                Reload::Refused
            }
        };
        self.telemetry().reloaded(reload);
        reloaded
    }

    /// Makes everything, and replaces nothing before all of it is made and declared. Dropped halfway, it leaves
    /// the endpoints as they were, and a worker that is about to end.
    async fn replace(&mut self, read: Result<Read, ServiceError>) -> Result<(), ServiceError> {
        let Read { contents, followed, plan } = read?;
        self.changes.follow(followed, contents);
        let mut plan = plan?;
        let mut administration = self.administration.iter();
        administration
            .try_for_each(|open| open.check(&plan.admin, &plan.loaded))
            .map_err(|problem| ServiceError::from(vec![problem]))?;
        let worker = plan.worker(&self.inbox, &self.observers)?;
        let grace = plan.loaded.config.shutdown.jobs.into();
        self.working.replace(worker, plan.sends_to(), grace).await?;

        // After the subscriptions are declared, so that they miss nothing that comes to a new endpoint.
        let (limits, path) = (&self.started.limits, &self.started.inbox.path);
        self.doors.replace(plan.webhooks(&self.inbox, limits, &self.observers));
        self.administration.iter_mut().for_each(|open| open.apply(&plan.admin));
        plan.watch_receivers(&self.observers);
        self.retention.send_replace(pruning::rules(&plan.loaded.config));
        plan.tell(path);
        warn_of_restart(&self.started, &plan.loaded);
        self.sources = self.sources.clone().after(&plan.loaded);
        self.outputs = plan.outputs;
        tracing::info!("the configuration was read again");
        Ok(())
    }

    /// Reads the configuration with all that it names, elsewhere: a file may be slow, or a pipe into which nobody
    /// writes. The future holds nothing of the service, which goes on meanwhile.
    pub(super) fn read(&self) -> impl Future<Output = Result<Read, ServiceError>> + use<> {
        let (sources, own, outputs) =
            (self.sources.clone(), self.own.clone(), self.outputs.clone());
        let files = self.changes.files().clone();
        let reading =
            tokio::task::spawn_blocking(move || Read::of(&sources, &own, &outputs, &files));
        async {
            let read = timeout(READING, reading).await;
            Ok(read.map_err(|_| ServiceError::Slow(READING))??)
        }
    }
}

impl Read {
    fn of(sources: &Sources, own: &Own, outputs: &[Made], files: &BTreeSet<PathBuf>) -> Self {
        let contents = Contents::of(files);
        let loaded = sources.load();
        let named = loaded.as_ref().map(Loaded::files).unwrap_or_default();
        // A file that the new one names may be what is wrong with it, and is to be followed too.
        let all = files | &named;
        let contents = contents.about(&all);
        let plan = loaded.map_err(ServiceError::from);
        let plan = plan.and_then(|loaded| Plan::of(loaded, own, outputs));
        let followed = if plan.is_ok() { named } else { all };
        Self { contents: contents.about(&followed), followed, plan }
    }
}

fn refused(error: &ServiceError) {
    let said = "the configuration was not accepted, the one before goes on to hold";
    match error {
        ServiceError::Config(ConfigError::Problems(problems)) => {
            problems.iter().for_each(|problem| tracing::error!(%problem, "{said}"));
        }
        error => tracing::error!(%error, "{said}"),
    }
}

/// Names the keys that have another value now than at the start, and go on with that.
fn warn_of_restart(started: &Config, loaded: &Loaded) {
    for key in restarts(started, &loaded.config) {
        tracing::warn!(
            "{}",
            loaded.problem(key, "it takes a restart; until then the value from the start holds")
        );
    }
}

fn restarts(started: &Config, config: &Config) -> Vec<String> {
    // Texts, numbers and tables by name only: they can be written.
    let value = |config| serde_json::to_value(config).unwrap_or_default();
    let (mut keys, before, now) = (Vec::new(), value(started), value(config));
    for key in AT_START {
        let pointer = format!("/{}", key.replace('.', "/"));
        let at = |value: &Value| value.pointer(&pointer).cloned().unwrap_or_default();
        compare(key, &at(&before), &at(&now), &mut keys);
    }
    keys
}

fn compare(key: &str, before: &Value, now: &Value, keys: &mut Vec<String>) {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            let mut names: Vec<_> = before.keys().chain(now.keys()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                let of = |members: &serde_json::Map<String, Value>| {
                    members.get(name).cloned().unwrap_or_default()
                };
                compare(&format!("{key}.{name}"), &of(before), &of(now), keys);
            }
        }
        (before, now) if before != now => keys.push(key.to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_a_restart_is_named_by_its_keys() {
        let started = Config::default();
        let mut config = Config::default();
        config.listen.address.set_port(1);
        config.limits.connections += 1;
        config.shutdown.jobs = std::time::Duration::from_secs(1).into();
        config.shutdown.requests = std::time::Duration::from_secs(1).into();
        assert_eq!(
            restarts(&started, &config),
            ["listen.address", "limits.connections", "shutdown.requests"]
        );
        assert!(restarts(&started, &started).is_empty());
    }
}
