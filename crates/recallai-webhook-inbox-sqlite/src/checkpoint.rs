//! Checkpoints: what is in the write-ahead log comes into the file, aside from the writer.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, ErrorCode};

use crate::connection::BUSY;
use crate::hooks;

/// A log of so many pages is checkpointed aside: 2 MiB. Larger and
/// rarer ones write a page that changes often fewer times, but stall the disk for longer.
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
pub(crate) struct Checkpoints {
    /// Whether a sync has failed. The system tells of that once and then takes for written what is not, so
    /// there may be a hole in the log, at which it would end after a power failure.
    is_suspect: Arc<AtomicBool>,
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
        let is_suspect = Arc::<AtomicBool>::default();
        let suspect = Arc::clone(&is_suspect);
        let thread = thread.spawn(move || run(&connection, &file, &asked, &suspect))?;
        Ok(Self { is_suspect, ask, thread, next: SOFT })
    }

    /// The disk has failed.
    pub(crate) fn suspect(&self) {
        self.is_suspect.store(true, Ordering::Release);
    }

    /// Brings what may not be in the log on the disk into the file, if the disk has failed. `false` if that
    /// fails too: nothing may be acknowledged.
    pub(crate) fn make_sound(&self, connection: &Connection) -> bool {
        let is_sound =
            !self.is_suspect.swap(false, Ordering::AcqRel) || empty(connection, PATIENCE);
        if !is_sound {
            self.suspect();
        }
        is_sound
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
            self.note(checkpoint(connection, CheckpointMode::PASSIVE));
        }
        self.next = frames.saturating_add(SOFT);
        // If one is under way already, the next commit asks again.
        let _ = self.ask.try_send(());
    }

    fn note(&self, made: Made) {
        if made == Made::DiskFailed {
            self.suspect();
        }
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

fn run(connection: &Connection, file: &Path, asked: &Receiver<()>, is_suspect: &AtomicBool) {
    while let Ok(()) = asked.recv() {
        hooks::kill_amid("mid-checkpoint", file);
        if checkpoint(connection, CheckpointMode::PASSIVE) == Made::DiskFailed {
            is_suspect.store(true, Ordering::Release);
        }
    }
}

/// Brings the log into the file and cuts it off. `false` if somebody reads it all the while, or if the
/// disk fails.
pub(crate) fn empty(connection: &Connection, tries: u32) -> bool {
    // Of the two whom it may have to wait for, a checkpoint by somebody else is not waited for.
    let is_set = connection.busy_timeout(Duration::ZERO).is_ok();
    let is_empty = is_set
        && (0..tries).any(|n| {
            if n > 0 {
                thread::sleep(PAUSE);
            }
            checkpoint(connection, CheckpointMode::TRUNCATE) == Made::Whole
        });
    if let Err(error) = connection.busy_timeout(BUSY) {
        tracing::error!(%error, "transactions of others are not waited for any more");
    }
    is_empty
}

/// What came of a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    Whole,
    /// Somebody else is at it, or reads what is to go.
    PutOff,
    DiskFailed,
}

fn checkpoint(connection: &Connection, mode: CheckpointMode) -> Made {
    match connection.wal_checkpoint_v2(Some("main"), mode) {
        Ok(_) => Made::Whole,
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            tracing::debug!(%error, "a checkpoint was put off");
            Made::PutOff
        }
        // The log grows until one succeeds; nothing is lost.
        Err(error) => {
            tracing::warn!(%error, "a checkpoint failed");
            Made::DiskFailed
        }
    }
}
