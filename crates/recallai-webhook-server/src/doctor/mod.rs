//! The doctor: looks at everything that a service depends on, beside one that runs or without one, and says
//! what is wrong and what to do.
//!
//! It changes nothing and sends nothing; outputs are asked whether they can be reached. Each check gathers facts
//! first, and judges them by themselves.

mod clock;
mod configuration;
mod deliveries;
mod disk;
mod files;
mod finding;
mod inbox;
mod jobs;
mod outputs;
mod ports;
mod quantity;
mod secrets;
mod seen;
mod subscriptions;

use std::path::Path;
use std::time::SystemTime;

use recallai_webhook_dispatch::inbox::{Inbox, InboxError};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::config::{Loaded, Sources};
use crate::service::opening::folder;
use inbox::Opening;

pub use finding::{Finding, Level};

/// Looks at what a service that is configured from there depends on.
#[derive(Debug, Clone)]
#[must_use]
pub struct Doctor {
    sources: Sources,
    is_deep: bool,
}

/// What an inbox told, beside its findings.
#[derive(Default)]
struct Told {
    findings: Vec<Finding>,
    skews: Vec<i64>,
    newest: Option<SystemTime>,
}

impl Doctor {
    /// Of a service that is configured from there.
    pub fn new(sources: Sources) -> Self {
        Self { sources, is_deep: false }
    }

    /// Reads the inbox as a whole, whatever its size, and all messages instead of the last ten thousand.
    pub fn with_deep(mut self, is_deep: bool) -> Self {
        self.is_deep = is_deep;
        self
    }

    /// Looks at everything. What cannot be looked at is a finding too.
    ///
    /// It waits for the disk, and up to about ten seconds for those that are asked.
    pub async fn examine(&self) -> Vec<Finding> {
        let (loaded, mut findings) = configuration::read(&self.sources);
        let Some(loaded) = loaded else { return findings };
        let now = SystemTime::now();
        let path = loaded.config.inbox.path.as_path();
        let is_served = SqliteInbox::is_owned(path);
        findings.extend(secrets::judge(&secrets::gather(&loaded), now));
        findings.extend(files::judge(&files::gather(&loaded)));
        let told = self.ask(&loaded, path, is_served, now).await;
        findings.push(clock::judge(now, &told.skews, told.newest));
        findings.extend(disk(path).await);
        let ports = ports::gather(&loaded).await;
        findings.extend(ports.iter().map(|port| ports::judge(port, is_served)));
        findings.extend(told.findings);
        findings.extend(outputs::gather(&loaded).await.iter().map(outputs::judge));
        findings
    }

    async fn ask(&self, loaded: &Loaded, path: &Path, is_served: bool, now: SystemTime) -> Told {
        let only = |finding| Told { findings: vec![finding], ..Told::default() };
        match inbox::open(path) {
            Opening::None => only(inbox::none(path)),
            Opening::Failed(error) => only(inbox::failed(path, &error)),
            Opening::Open(inbox) => {
                let told = self.look(loaded, &inbox, is_served, now).await;
                inbox.close().await;
                told.unwrap_or_else(|error| only(inbox::failed(path, &error)))
            }
        }
    }

    async fn look(
        &self,
        loaded: &Loaded,
        inbox: &dyn Inbox,
        is_served: bool,
        now: SystemTime,
    ) -> Result<Told, InboxError> {
        let stats = inbox.stats().await?;
        let checked = inbox::check(inbox, &stats, self.is_deep).await?;
        let path = &loaded.config.inbox.path;
        let mut findings = inbox::judge(path, &stats, &checked, is_served, now);
        for (name, endpoint) in &loaded.config.endpoints {
            let last = seen::last(inbox, name).await?;
            findings.push(deliveries::judge(&(name.clone(), endpoint.path.clone(), last), now));
        }
        let most = if self.is_deep { u64::MAX } else { seen::WINDOW };
        let seen = seen::gather(inbox, most).await?;
        let wanted = subscriptions::gather(loaded, &stats.subscriptions);
        findings.extend(subscriptions::judge(&wanted, &seen));
        findings.extend(jobs::judge(&stats.subscriptions, is_served, now));
        Ok(Told { findings, skews: seen.skews, newest: stats.newest })
    }
}

/// The disk of the inbox. What blocks does so elsewhere.
async fn disk(inbox: &Path) -> Vec<Finding> {
    let folder = folder(inbox);
    let measured = tokio::task::spawn_blocking(move || {
        let (syncs, room) = (disk::syncs(&folder), disk::room(&folder));
        let room = room.as_ref().map(disk::judge_room);
        [Some(disk::judge_syncs(&folder, &syncs)), room]
    });
    measured.await.into_iter().flatten().flatten().collect()
}
