//! The writer: one thread that runs what waits in one transaction, and answers after the commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use recallai_webhook_inbox::InboxError;
use rusqlite::Connection;

use crate::checkpoint::{self, Checkpoints};
use crate::failure::{Failure, Result};
use crate::operation::{Kind, Operation};
use crate::queue::Taken;
use crate::shared::Shared;
use crate::time::micros;
use crate::work::{Memory, Work};
use crate::{connection, kill};

/// How many operations one transaction takes at most.
const BATCH: usize = 1024;

/// How often the writer looks whether another process has written, while it has nothing to do.
const IDLE: Duration = Duration::from_millis(200);

pub(crate) struct Writer {
    shared: Arc<Shared>,
    connection: Connection,
    memory: Memory,
    durability: Durability,
    /// What SQLite says of changes by others.
    version: i64,
    checkpoints: Option<Checkpoints>,
    /// How many frames the write-ahead log has, as of the last commit.
    frames: Arc<AtomicI32>,
}

type Batch = Vec<Box<dyn Operation>>;

/// What a commit outlasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Durability {
    /// A failure of the power.
    Full,
    /// The end of the process; the power only once a later commit was synced.
    Relaxed,
}

impl Durability {
    /// That a job was claimed or has ended may be lost with the power: it runs once more. Nobody has to
    /// wait for a sync because of it.
    fn of(batch: &Batch) -> Self {
        let is_work = |kind| matches!(kind, Kind::Settle | Kind::Claim);
        if batch.iter().all(|operation| is_work(operation.kind())) {
            Self::Relaxed
        } else {
            Self::Full
        }
    }

    fn set(self, connection: &Connection) -> Result<()> {
        let synchronous = match (self, kill::synchronous()) {
            (Self::Relaxed, "FULL") => "NORMAL",
            (_, synchronous) => synchronous,
        };
        connection::pragma(connection, "synchronous", synchronous)
    }
}

impl Writer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        mut connection: Connection,
        checkpoints: Option<Checkpoints>,
        states: usize,
    ) -> Result<Self> {
        let frames = Arc::new(AtomicI32::new(0));
        let hook = Arc::clone(&frames);
        connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, count| {
            hook.store(count, Ordering::Relaxed);
            Ok(())
        }))?;
        let version = data_version(&connection)?;
        let memory = Memory::new(states);
        let durability = Durability::Full;
        Ok(Self { shared, connection, memory, durability, version, checkpoints, frames })
    }

    /// Works until the queue is closed and empty; then lets the others end, and empties the log.
    pub(crate) fn run(mut self, end_others: impl FnOnce()) {
        loop {
            match self.shared.operations.take(BATCH, IDLE) {
                Taken::Items(batch) => self.batch(batch),
                Taken::Idle => self.look_around(),
                Taken::Closed => break,
            }
        }
        end_others();
        if let Some(checkpoints) = self.checkpoints.take() {
            checkpoints.finish(&self.connection);
        }
    }

    fn batch(&mut self, mut batch: Batch) {
        batch.sort_by_key(|operation| operation.kind());

        let mut failures = vec![None; batch.len()];
        let mut ended = self.transaction(&mut batch, None);
        if ended.as_ref().is_err_and(|failure| batch.len() > 1 && !failure.is_of_all()) {
            // One of them is to blame: find it, and let the others pass.
            ended = self.transaction(&mut batch, Some(&mut failures));
        }
        match ended {
            Ok(()) => {
                kill::point("after-commit");
                if std::mem::take(&mut self.memory.has_erased) {
                    checkpoint::empty(&self.connection);
                }
                let woken = self.memory.woken.take();
                let watchers = self.shared.watchers.clone();
                self.shared.replies.make(Box::new(move || {
                    for (operation, failed) in batch.into_iter().zip(failures) {
                        operation.reply(failed);
                    }
                    watchers.wake(&woken);
                }));
            }
            Err(failure) => {
                let error = InboxError::from(failure);
                // Whoever asked is told, and says so at a rate that a flood does not raise.
                tracing::debug!(%error, operations = batch.len(), "a transaction failed");
                for operation in batch {
                    operation.reply(Some(error.clone()));
                }
            }
        }
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints.after_commit(&self.connection, self.frames.load(Ordering::Relaxed));
        }
    }

    /// Runs operations in one transaction. With a list for failures each has a savepoint, and one that
    /// fails does not fail the others.
    fn transaction(
        &mut self,
        batch: &mut Batch,
        failures: Option<&mut Vec<Option<InboxError>>>,
    ) -> Result<()> {
        let ended = self.begin(batch).and_then(|()| self.run_all(batch, failures));
        let ended = ended.and_then(|()| self.execute("COMMIT"));
        if ended.is_err() {
            // What SQLite undid on its own needs no other word.
            if !self.connection.is_autocommit()
                && let Err(error) = self.execute("ROLLBACK")
            {
                tracing::error!(%error, "a transaction could not be undone");
            }
            self.memory.clear();
        }
        ended
    }

    fn begin(&mut self, batch: &Batch) -> Result<()> {
        let durability = Durability::of(batch);
        if durability != self.durability {
            durability.set(&self.connection)?;
            self.durability = durability;
        }
        self.execute("BEGIN IMMEDIATE")?;
        if self.has_foreign_changes()? {
            self.memory.clear();
            self.shared.watchers.wake_all();
        }
        Ok(())
    }

    fn run_all(
        &mut self,
        batch: &mut Batch,
        mut failures: Option<&mut Vec<Option<InboxError>>>,
    ) -> Result<()> {
        let Self { connection, memory, shared, .. } = self;
        let now = micros(shared.clock.now());
        let mut work = Work { connection, memory, now };
        let appends = batch.iter().filter(|operation| operation.kind() == Kind::Append).count();
        for (at, operation) in batch.iter_mut().enumerate() {
            if appends > 0 && at == appends / 2 {
                kill::point("mid-batch");
            }
            if at == appends {
                // What comes now may read states from the file.
                work.save()?;
            }
            match &mut failures {
                None => operation.run(&mut work)?,
                Some(failures) => failures[at] = apart(&mut work, &mut **operation)?,
            }
        }
        work.save()
    }

    fn look_around(&mut self) {
        self.shared.replies.look_after();
        match self.has_foreign_changes() {
            Ok(false) => {}
            Ok(true) => {
                self.memory.clear();
                self.shared.watchers.wake_all();
            }
            Err(error) => tracing::warn!(%error, "the file could not be read"),
        }
    }

    fn has_foreign_changes(&mut self) -> Result<bool> {
        let version = data_version(&self.connection)?;
        let has_changed = version != self.version;
        self.version = version;
        Ok(has_changed)
    }

    fn execute(&self, sql: &str) -> Result<()> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

/// Runs one operation so that it can be undone alone.
fn apart(work: &mut Work<'_>, operation: &mut dyn Operation) -> Result<Option<InboxError>> {
    work.run("SAVEPOINT apart", [])?;
    let ended = operation.run(work).and_then(|()| work.save());
    let failed = match ended {
        Ok(()) => None,
        Err(failure) if failure.is_of_all() => return Err(failure),
        Err(failure) => {
            work.run("ROLLBACK TO apart", [])?;
            work.memory.forget();
            Some(failure)
        }
    };
    work.run("RELEASE apart", [])?;
    Ok(failed.map(|failure: Failure| {
        let error = InboxError::from(failure);
        tracing::error!(%error, "an operation failed");
        error
    }))
}

pub(crate) fn data_version(connection: &Connection) -> Result<i64> {
    let mut statement = connection.prepare_cached("PRAGMA data_version")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}
