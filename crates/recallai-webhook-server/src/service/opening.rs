//! Opening the inbox. While it cannot be opened, the sender is told to come again.

use std::fmt;
use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::inbox::{Inbox, InboxError, MemoryInbox};
use recallai_webhook_hyper::Server;
use recallai_webhook_inbox_sqlite::SqliteInbox;
use recallai_webhook_telemetry::Telemetry;
use tokio::net::TcpListener;
use tokio::time::MissedTickBehavior;

use super::admin::Administration;
use super::doors::Doors;
use super::error::ServiceError;
use super::observers::Observers;
use super::plan::{self, Own, Plan};
use super::running::{Parts, Ready};
use super::serving::Serving;
use crate::config::{Loaded, Sources};

/// How often it is tried.
const EVERY: Duration = Duration::from_secs(1);

/// A service whose configuration is in order, and whose address is its own. Nothing is answered yet.
#[must_use]
pub struct Opened {
    pub(super) sources: Sources,
    pub(super) own: Own,
    pub(super) observers: Observers,
    pub(super) plan: Plan,
    pub(super) listener: TcpListener,
    pub(super) address: SocketAddr,
    pub(super) admin: Option<(SocketAddr, TcpListener)>,
}

impl Opened {
    /// The address that it listens at; with port 0, the kernel has chosen the port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the admin listener, if there is one.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin.as_ref().map(|(address, _)| *address)
    }

    /// The configuration.
    pub fn loaded(&self) -> &Loaded {
        &self.plan.loaded
    }

    /// Opens the inbox, declares the subscriptions, and begins to answer. While the inbox cannot be opened for
    /// a reason that may pass, every verified delivery is answered 503. `None` if it was told to stop
    /// before.
    ///
    /// # Errors
    ///
    /// The inbox cannot be opened: another process works on it, it is damaged, its folder is not there.
    pub async fn ready(
        mut self,
        stop: impl Future<Output = ()>,
    ) -> Result<Option<Ready>, ServiceError> {
        let config = &self.plan.loaded.config;
        let path = config.inbox.path.clone();
        let limits = config.limits.clone();
        let adapter = plan::hyper_limits(&limits, &self.plan.loaded);
        let failed = |source| ServiceError::Open { path: path.clone(), source };
        let doors = Doors::default();
        let mut stop = std::pin::pin!(stop);
        let mut listener = Some(self.listener);
        let mut serve = || {
            let doors = doors.clone();
            listener.take().map(|listener| Serving::start(Server::of(doors, adapter), listener))
        };
        let mut serving = None;
        // A store that is closed takes nothing.
        let closed: Arc<dyn Inbox> = Arc::new(MemoryInbox::new());
        closed.close().await;
        let mut administration = self.admin.map(|bound| {
            let (telemetry, settings) = (&self.observers.telemetry, &self.plan.admin);
            Administration::start(bound, Arc::clone(&closed), telemetry, settings)
        });
        let inbox = match open(&path, &self.observers.telemetry) {
            Ok(inbox) => inbox,
            Err(error) if !may_pass(&path, &error) => return Err(failed(error)),
            Err(error) => {
                let database = tracing::field::display(path.display());
                tracing::error!(database, %error, "the database cannot be opened; until it can, deliveries are answered 503");
                if may_not_write(&path) {
                    tracing::error!(
                        "let this user write the file and its folder, or name another one with inbox.path"
                    );
                }
                doors.replace(self.plan.webhooks(&closed, &limits, &self.observers));
                serving = serve();
                let opened = tokio::select! {
                    opened = reopen(&path, &self.observers.telemetry) => opened.map_err(&failed)?,
                    () = &mut stop => return end(serving).await.map(|()| None),
                };
                tracing::info!("the database is open");
                opened
            }
        };
        let inbox: Arc<dyn Inbox> = Arc::new(inbox);
        if let Some(administration) = &mut administration {
            administration.answer_from(Arc::clone(&inbox), &self.plan.admin);
        }
        let worker = self.plan.worker(&inbox, &self.observers)?;
        let declared = tokio::select! {
            declared = worker.declare() => declared,
            () = &mut stop => {
                end(serving).await?;
                inbox.close().await;
                return Ok(None);
            }
        };
        if let Err(error) = declared {
            inbox.close().await;
            return Err(failed(error));
        }
        doors.replace(self.plan.webhooks(&inbox, &limits, &self.observers));
        self.plan.watch_receivers(&self.observers);
        self.plan.tell(&path);
        let Some(serving) = serving.or_else(serve) else { return Err(ServiceError::Ended) };
        let started = self.plan.loaded.config.clone();
        Ok(Some(Ready::new(Parts {
            sources: self.sources,
            own: self.own,
            observers: self.observers,
            address: self.address,
            started,
            inbox,
            doors,
            serving,
            administration,
            plan: self.plan,
            worker,
        })))
    }
}

/// Opens it as its owner.
fn open(path: &Path, telemetry: &Telemetry) -> Result<SqliteInbox, InboxError> {
    SqliteInbox::options(path).with_commit_observer(telemetry.clone()).open()
}

/// Tries until it is open, or can never be.
async fn reopen(path: &Path, telemetry: &Telemetry) -> Result<SqliteInbox, InboxError> {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match open(path, telemetry) {
            Err(error) if may_pass(path, &error) => {}
            result => return result,
        }
    }
}

async fn end(serving: Option<Serving>) -> Result<(), ServiceError> {
    match serving {
        Some(serving) => serving.end().await,
        None => Ok(()),
    }
}

/// Whether it is worth waiting. In a folder that is not there nobody waits for anything.
fn may_pass(file: &Path, error: &InboxError) -> bool {
    matches!(error, InboxError::Unavailable { .. }) && folder(file).is_dir()
}

/// Whether the system forbids it, which the error of a store says in words only.
fn may_not_write(file: &Path) -> bool {
    let is_denied = |error: std::io::Error| {
        matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
    };
    // The store makes files of its own beside it.
    tempfile::tempfile_in(folder(file)).is_err_and(is_denied)
        || std::fs::OpenOptions::new().append(true).open(file).is_err_and(is_denied)
}

/// The folder of a file.
pub(crate) fn folder(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("address", &self.address).finish_non_exhaustive()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    use super::*;

    #[test]
    fn what_the_system_forbids_is_told_from_what_passes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("inbox.db");
        assert!(!may_not_write(&file), "it can be made");
        fs::write(&file, "").unwrap();
        assert!(!may_not_write(&file));
        // Nothing is forbidden to root.
        let is_root = fs::metadata(&file).unwrap().uid() == 0;
        for (place, mode) in [(file.as_path(), 0o400), (folder.path(), 0o500)] {
            let before = fs::metadata(place).unwrap().permissions();
            fs::set_permissions(place, Permissions::from_mode(mode)).unwrap();
            assert!(is_root || may_not_write(&file), "{}", place.display());
            fs::set_permissions(place, before).unwrap();
        }
    }
}
