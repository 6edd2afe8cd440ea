//! The writer: one thread that runs what waits in one transaction, and answers after the commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use recallai_webhook_inbox::InboxError;
use rusqlite::{Connection, params};

use crate::commits::Commits;
use crate::counters::{LOG_HAS_ERASED, STORE};
use crate::durability::{self, Durability};
use crate::failure::{Failure, Result};
use crate::hooks;
use crate::log::{Log, PATIENCE};
use crate::operation::{Kind, Operation};
use crate::queue::Taken;
use crate::shared::Shared;
use crate::time::micros;
use crate::work::{Memory, Work};

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
    /// Whether it could not be asked last time.
    is_unreadable: bool,
    log: Log,
    /// Whether the log may still have what was erased, because somebody was reading it.
    must_empty: bool,
    /// How many frames the write-ahead log has, as of the last commit.
    frames: Arc<AtomicI32>,
    commits: Commits,
}

type Batch = Vec<Box<dyn Operation>>;

impl Writer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        mut connection: Connection,
        log: Log,
        commits: Commits,
        states: usize,
    ) -> Result<Self> {
        let frames = Arc::new(AtomicI32::new(0));
        let hook = Arc::clone(&frames);
        connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, count| {
            hook.store(count, Ordering::Relaxed);
            Ok(())
        }))?;
        let version = data_version(&connection)?;
        let mut writer = Self {
            shared,
            connection,
            memory: Memory::new(states),
            durability: Durability::Full,
            version,
            is_unreadable: false,
            log,
            must_empty: false,
            frames,
            commits,
        };
        writer.must_empty = writer.has_erased();
        Ok(writer)
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
        if self.must_empty {
            self.empty_log(PATIENCE);
        }
        self.log.finish(&self.connection);
    }

    fn batch(&mut self, mut batch: Batch) {
        batch.sort_by_key(|operation| operation.kind());

        let mut failures = vec![None; batch.len()];
        let begun = self.commits.begin();
        let mut ended = self.transaction(&mut batch, None);
        if ended.as_ref().is_err_and(|failure| batch.len() > 1 && !failure.is_fault_of_file()) {
            // One of them is to blame: find it, and let the others pass.
            ended = self.transaction(&mut batch, Some(&mut failures));
        }
        match ended {
            Ok(()) => {
                let took = begun.map(|begun| begun.elapsed());
                hooks::kill_at("after-commit");
                if std::mem::take(&mut self.memory.has_erased) {
                    self.empty_log(PATIENCE);
                }
                let operations = failures.iter().filter(|failure| failure.is_none()).count();
                let committed =
                    batch.iter().zip(&failures).filter(|(_, failure)| failure.is_none());
                let messages = committed.filter(|(of, _)| of.kind() == Kind::Append).count();
                self.shared.completions.hand_over(batch.into_iter().zip(failures));
                self.shared.watchers.wake(&self.memory.woken.take());
                // Whoever waits was answered first.
                self.commits.tell(took, messages, operations);
            }
            Err(failure) => {
                if failure.is_of_disk() {
                    self.log.suspect();
                }
                let error = InboxError::from(failure);
                // Whoever asked is told, and says so at a rate that a flood does not raise.
                tracing::debug!(%error, operations = batch.len(), "a transaction failed");
                for operation in batch {
                    operation.complete(Some(error.clone()));
                }
            }
        }
        self.log.after_commit(&self.connection, self.frames.load(Ordering::Relaxed));
        if self.must_empty {
            self.empty_log(1);
        }
    }

    /// Leaves nothing of what was erased in the log, or tries it again later.
    fn empty_log(&mut self, tries: u32) {
        if self.log.empty(&self.connection, tries) {
            let sql = "UPDATE counters SET value = 0 WHERE subscription = ?1 AND name = ?2";
            let noted = self.connection.execute(sql, params![STORE, LOG_HAS_ERASED]);
            self.must_empty = noted.is_err();
        } else if !std::mem::replace(&mut self.must_empty, true) {
            tracing::warn!("what was erased is in the log until those who read it have ended");
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
        self.shared.require_files()?;
        if !self.log.make_sound(&self.connection) {
            return Err(durability::unsound().into());
        }
        let durability = Durability::of(batch.iter().map(|operation| operation.kind()));
        if durability != self.durability {
            durability.set(&self.connection)?;
            self.durability = durability;
        }
        self.execute("BEGIN IMMEDIATE")?;
        if self.has_foreign_changes()? {
            self.others_wrote();
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
                hooks::kill_at("mid-batch");
            }
            if at == appends {
                // What comes now may read states from the file.
                work.save()?;
            }
            match &mut failures {
                None => operation.run(&mut work)?,
                Some(failures) => failures[at] = in_savepoint(&mut work, &mut **operation)?,
            }
        }
        work.save()
    }

    fn look_around(&mut self) {
        self.shared.completions.rescue_stalled();
        if self.must_empty {
            self.empty_log(1);
        }
        match self.has_foreign_changes() {
            Ok(has_changed) => {
                self.is_unreadable = false;
                if has_changed {
                    self.others_wrote();
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut self.is_unreadable, true) {
                    tracing::warn!(%error, "the file could not be read");
                }
            }
        }
    }

    fn others_wrote(&mut self) {
        self.memory.clear();
        self.shared.watchers.wake_all();
        self.must_empty |= self.has_erased();
    }

    /// Whether somebody has erased something that may still be in the log.
    fn has_erased(&self) -> bool {
        let sql = "SELECT 1 FROM counters WHERE subscription = ?1 AND name = ?2 AND value > 0";
        let mut statement = self.connection.prepare_cached(sql);
        let found = statement.as_mut().map(|sql| sql.exists(params![STORE, LOG_HAS_ERASED]));
        matches!(found, Ok(Ok(true)))
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
fn in_savepoint(work: &mut Work<'_>, operation: &mut dyn Operation) -> Result<Option<InboxError>> {
    work.run("SAVEPOINT apart", [])?;
    let ended = operation.run(work).and_then(|()| work.save());
    let failed = match ended {
        Ok(()) => None,
        Err(failure) if failure.is_fault_of_file() => return Err(failure),
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
