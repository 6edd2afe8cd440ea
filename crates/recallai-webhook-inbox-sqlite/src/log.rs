//! The write-ahead log: what is in it comes into the file by checkpoints, aside from the writer.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, ErrorCode};

use crate::connection::BUSY;
use crate::failure::is_of_disk;
use crate::hooks;

/// A log of so many pages is checkpointed aside: 2 MiB. Larger and rarer ones write a page that changes often
/// fewer times, but stall the disk for longer.
const SOFT: i32 = 512;

/// At so many the writer does it itself, between two transactions, so that the log begins anew: 64 MiB.
/// Most of it was brought into the file by then, so what is left to do is short.
const HARD: i32 = 16 * 1024;

/// How often it is tried to empty a log that somebody reads: for a quarter of a second.
pub(crate) const PATIENCE: u32 = 25;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(10);

/// The writer's side.
#[derive(Debug)]
pub(crate) struct Log {
    health: Arc<Health>,
    /// The thread that makes checkpoints; who is attached makes them itself.
    aside: Option<Aside>,
    /// At how many frames the next is due.
    next: i32,
}

#[derive(Debug)]
struct Aside {
    ask: SyncSender<()>,
    thread: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Health {
    /// Whether a sync has failed. The system tells of that once and then takes for written what is not, so
    /// there may be a hole in the log, at which it would end after a power failure.
    is_suspect: AtomicBool,
    /// Whether the last checkpoint failed, which was told of.
    is_failing: AtomicBool,
}

impl Log {
    /// The log of one who is attached.
    pub(crate) fn attached() -> Self {
        Self { health: Arc::default(), aside: None, next: SOFT }
    }

    /// The log of the owner. Starts the thread, which works with a connection of its own.
    pub(crate) fn owned(connection: Connection, file: &Path) -> std::io::Result<Self> {
        let (ask, asked) = sync_channel(1);
        let thread = thread::Builder::new().name("inbox-checkpoint".into());
        let file = file.to_owned();
        let health = Arc::<Health>::default();
        let thread = {
            let health = Arc::clone(&health);
            thread.spawn(move || {
                while let Ok(()) = asked.recv() {
                    hooks::kill_amid("mid-checkpoint", &file);
                    health.checkpoint(&connection, CheckpointMode::PASSIVE);
                }
            })?
        };
        Ok(Self { health, aside: Some(Aside { ask, thread }), next: SOFT })
    }

    /// The disk has failed.
    pub(crate) fn suspect(&self) {
        self.health.is_suspect.store(true, Ordering::Release);
    }

    /// Brings what may not be in the log on the disk into the file, if the disk has failed. `false` if that
    /// fails too: nothing may be acknowledged.
    pub(crate) fn make_sound(&self, connection: &Connection) -> bool {
        let was_suspect = self.health.is_suspect.swap(false, Ordering::AcqRel);
        let is_sound = !was_suspect || self.empty(connection, PATIENCE);
        if !is_sound {
            self.suspect();
        }
        is_sound
    }

    /// Makes a checkpoint, or has one made, if one is due.
    pub(crate) fn after_commit(&mut self, connection: &Connection, frames: i32) {
        if frames < self.next {
            if frames < SOFT {
                self.next = SOFT;
            }
            return;
        }
        self.next = frames.saturating_add(SOFT);
        if frames >= 2 * HARD {
            // Several write, so that it never comes to an end between two commits: keep the others out.
            self.empty(connection, 1);
        } else if frames >= HARD || self.aside.is_none() {
            // Nobody writes now, so it comes to the end, unless a reader is in the way: it waits for
            // none of them, but tries again after the next commits.
            self.health.checkpoint(connection, CheckpointMode::PASSIVE);
        }
        if let Some(aside) = &self.aside {
            // If one is under way already, the next commit asks again.
            let _ = aside.ask.try_send(());
        }
    }

    /// Brings the log into the file and cuts it off. `false` if somebody reads it all the while, or if the
    /// disk fails.
    pub(crate) fn empty(&self, connection: &Connection, tries: u32) -> bool {
        // Of the two whom it may have to wait for, a checkpoint by somebody else is not waited for.
        let is_set = connection.busy_timeout(Duration::ZERO).is_ok();
        let is_empty = is_set
            && (0..tries).any(|n| {
                if n > 0 {
                    thread::sleep(PAUSE);
                }
                self.health.checkpoint(connection, CheckpointMode::TRUNCATE)
            });
        if let Err(error) = connection.busy_timeout(BUSY) {
            tracing::error!(%error, "transactions of others are not waited for any more");
        }
        is_empty
    }

    /// Ends the thread, and empties the log if it is the owner's. Readers are gone.
    pub(crate) fn finish(self, connection: &Connection) {
        let Some(Aside { ask, thread }) = self.aside else { return };
        drop(ask);
        if thread.join().is_err() {
            tracing::error!("the checkpoint thread panicked");
        }
        self.health.checkpoint(connection, CheckpointMode::TRUNCATE);
    }
}

impl Health {
    /// Whether it came to its end.
    fn checkpoint(&self, connection: &Connection, mode: CheckpointMode) -> bool {
        match connection.wal_checkpoint_v2(Some("main"), mode) {
            Ok(_) => {
                self.is_failing.store(false, Ordering::Relaxed);
                true
            }
            // Somebody else is at it, or reads what is to go.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                tracing::debug!(%error, "a checkpoint was put off");
                false
            }
            // The log grows until one succeeds; nothing is lost.
            Err(error) => {
                if is_of_disk(&error) {
                    self.is_suspect.store(true, Ordering::Release);
                }
                if !self.is_failing.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "a checkpoint failed");
                }
                false
            }
        }
    }
}
