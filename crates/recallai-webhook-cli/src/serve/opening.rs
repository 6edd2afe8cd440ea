//! A database that cannot be opened for now: until it can, the sender is told to come again.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::{Endpoint, Receiver};
use recallai_webhook_hyper::{Server, Webhooks};
use recallai_webhook_inbox::{Inbox, InboxError, MemoryInbox};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::MissedTickBehavior;

use super::durable::Durable;
use crate::arguments::Format;
use crate::exit::Failure;
use crate::store::failure_at;

/// How often it is tried.
const EVERY: Duration = Duration::from_secs(1);

/// Opens a database. While that fails for a reason that may pass, every verified delivery is answered
/// 503. `None` if it was told to stop before.
pub(super) async fn open(
    file: &Path,
    format: Format,
    listener: &std::net::TcpListener,
    path: &str,
    endpoint: &Endpoint,
    stop: impl Future<Output = ()>,
) -> Result<Option<Durable>, Failure> {
    let error = match Durable::open(file, format).await {
        Ok(durable) => return Ok(Some(durable)),
        Err(error) if !may_pass(file, &error) => return Err(failure_at(file, &error)),
        Err(error) => error,
    };
    let database = tracing::field::display(file.display());
    tracing::error!(database, %error, "the database cannot be opened; until it can, deliveries are answered 503");
    if may_not_write(file) {
        tracing::error!(
            "let this user write the file and its folder, or name another one with --database"
        );
    }
    let other = listener.try_clone().and_then(TcpListener::from_std).map_err(Failure::failed)?;
    // A store that is closed takes nothing.
    let closed = MemoryInbox::new();
    closed.close().await;
    let receiver = Receiver::durable(endpoint.clone(), Arc::new(closed));
    let (opened, end) = oneshot::channel::<()>();
    let server = Server::new(Webhooks::new().endpoint(path, receiver));
    let serving = tokio::spawn(server.serve(other, async {
        let _ = end.await;
    }));
    let opens = async {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match Durable::open(file, format).await {
                Err(error) if may_pass(file, &error) => {}
                result => break result.map_err(|error| failure_at(file, &error)),
            }
        }
    };
    let durable = tokio::select! {
        durable = opens => durable?,
        () = stop => return Ok(None),
        ended = serving => {
            ended.map_err(Failure::failed)?.map_err(Failure::failed)?;
            return Err(Failure::failed("the server ended"));
        }
    };
    tracing::info!("the database is open");
    // The last connections there come to their end beside the new server.
    let _ = opened.send(());
    Ok(Some(durable))
}

/// Whether it is worth waiting. In a folder that is not there nobody waits for anything.
fn may_pass(file: &Path, error: &InboxError) -> bool {
    matches!(error, InboxError::Unavailable { .. }) && folder(file).is_dir()
}

/// Whether the system forbids it, which the error of a store says in words only.
fn may_not_write(file: &Path) -> bool {
    let is_denied = |error: io::Error| {
        matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
    };
    // The store makes files of its own beside it.
    tempfile::tempfile_in(folder(file)).is_err_and(is_denied)
        || OpenOptions::new().append(true).open(file).is_err_and(is_denied)
}

fn folder(file: &Path) -> &Path {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
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
