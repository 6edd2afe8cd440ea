//! Checkpoints: what is in the write-ahead log comes into the file, aside from the writer.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, ErrorCode};

use crate::connection::BUSY;
use crate::kill;

/// A log of so many pages is checkpointed aside: 8 MiB. Fewer and larger ones write a page that many
/// transactions change less often, but stall the disk for longer.
const SOFT: i32 = 2048;

/// At so many the writer does it itself, between two transactions, so that the log begins anew: 64 MiB.
/// Most of it was brought into the file by then, so what is left to do is short.
const HARD: i32 = 16 * 1024;

/// How long the writer waits for readers before it leaves a log as it is.
const PATIENCE: Duration = Duration::from_millis(250);

/// The writer's side.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    ask: SyncSender<()>,
    thread: JoinHandle<()>,
    /// At how many frames the next is due.
    next: i32,
}

impl Checkpoints {
    /// Starts the thread, which works with a connection of its own.
    pub(crate) fn start(connection: Connection, file: &Path) -> std::io::Result<Self> {
        let (ask, asked) = sync_channel(1);
        let thread = thread::Builder::new().name("inbox-checkpoint".into());
        let file = file.to_owned();
        let thread = thread.spawn(move || run(&connection, &file, &asked))?;
        Ok(Self { ask, thread, next: SOFT })
    }

    /// Has a checkpoint made if one is due.
    pub(crate) fn after_commit(&mut self, connection: &Connection, frames: i32) {
        if frames < self.next {
            if frames < SOFT {
                self.next = SOFT;
            }
            return;
        }
        if frames >= HARD {
            // Nobody writes now, so it comes to the end, unless a reader is in the way: it waits for
            // none of them, but tries again after the next commits.
            checkpoint(connection, CheckpointMode::PASSIVE);
        }
        self.next = frames.saturating_add(SOFT);
        // If one is under way already, the next commit asks again.
        let _ = self.ask.try_send(());
    }

    /// Empties the log. Readers are gone.
    pub(crate) fn finish(self, connection: &Connection) {
        drop(self.ask);
        if self.thread.join().is_err() {
            tracing::error!("the checkpoint thread panicked");
        }
        checkpoint(connection, CheckpointMode::TRUNCATE);
    }
}

fn run(connection: &Connection, file: &Path, asked: &Receiver<()>) {
    while let Ok(()) = asked.recv() {
        kill::amid("mid-checkpoint", file);
        checkpoint(connection, CheckpointMode::PASSIVE);
    }
}

/// Brings the log into the file and cuts it off, so that nothing which was erased is left in it. It does
/// not wait for long: readers of another process may be in the way.
pub(crate) fn empty(connection: &Connection) {
    let emptied = connection
        .busy_timeout(PATIENCE)
        .and_then(|()| connection.wal_checkpoint_v2(Some("main"), CheckpointMode::TRUNCATE));
    if let Err(error) = emptied.and_then(|_| connection.busy_timeout(BUSY)) {
        tracing::warn!(%error, "what was erased may be in the log until that is emptied");
    }
}

fn checkpoint(connection: &Connection, mode: CheckpointMode) {
    match connection.wal_checkpoint_v2(Some("main"), mode) {
        Ok(_) => {}
        // The other thread is at it, or somebody reads what is to go.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            tracing::debug!(%error, "a checkpoint was put off");
        }
        // The log grows until one succeeds; nothing is lost.
        Err(error) => tracing::warn!(%error, "a checkpoint failed"),
    }
}
