//! Options, and how an inbox is opened.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use recallai_webhook_inbox::{Clock, CommitObserver, InboxError, SystemClock, Watchers};
use rusqlite::Connection;
use tokio::sync::watch;

use crate::commits::Commits;
use crate::completions::Completions;
use crate::failure::{Failure, Result, of_file, unsupported};
use crate::inbox::SqliteInbox;
use crate::log::Log;
use crate::probing::Probing;
use crate::queue::Queue;
use crate::shared::Shared;
use crate::threads::{self, Threads};
use crate::writer::Writer;
use crate::{connection, lock, path, schema};

/// How an inbox is opened. Made by [`SqliteInbox::options`].
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// The file.
    pub path: PathBuf,
    /// How many threads answer questions, at least one. Default 2. Each has a connection with a cache of
    /// 2 MiB.
    pub readers: usize,
    /// How many bytes of messages may wait for the writer before further appends are refused as
    /// [overloaded](InboxError::Overloaded). Default 64 MiB.
    pub queue_bytes: usize,
    /// How many bytes of states of subjects the writer keeps in memory, counted as they are in the file; in
    /// memory they take about three times as much, and it may keep twice as many for a while. Default
    /// 8 MiB: some thousand recordings that are live. An append about a subject that is not among them
    /// reads it from the file.
    pub cache_bytes: usize,
    /// The clock that leases, retries and timeouts go by. Default: that of the machine.
    pub clock: Arc<dyn Clock>,
    /// Who is told of each commit, on the writing thread. Default: nobody, and then no time is measured.
    pub commit_observer: Option<Arc<dyn CommitObserver>>,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("path", &self.path)
            .field("readers", &self.readers)
            .field("queue_bytes", &self.queue_bytes)
            .field("cache_bytes", &self.cache_bytes)
            .finish_non_exhaustive()
    }
}

impl Options {
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.into(),
            readers: 2,
            queue_bytes: 64 << 20,
            cache_bytes: 8 << 20,
            clock: Arc::new(SystemClock),
            commit_observer: None,
        }
    }

    /// The same with so many reading threads.
    #[must_use]
    pub fn with_readers(mut self, readers: usize) -> Self {
        self.readers = readers;
        self
    }

    /// The same with room for so many bytes of messages that wait.
    #[must_use]
    pub fn with_queue_bytes(mut self, bytes: usize) -> Self {
        self.queue_bytes = bytes;
        self
    }

    /// The same with so many bytes of states in memory.
    #[must_use]
    pub fn with_cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// The same by another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The same with an observer of each commit.
    #[must_use]
    pub fn with_commit_observer(mut self, observer: impl CommitObserver) -> Self {
        self.commit_observer = Some(Arc::new(observer));
        self
    }

    /// Opens the inbox as its one owner. See [`SqliteInbox::open`].
    ///
    /// # Errors
    ///
    /// See there.
    pub fn open(mut self) -> Result<SqliteInbox, InboxError> {
        self.path = path::canonical(&self.path)?;
        let path = &self.path;
        let lock = lock::own(path)?;
        path::create(path)?;
        path::require_one_name(path)?;
        lock::note(&lock, path).map_err(|error| of_file(path, &error))?;
        let mut writer = connection::open(path, true)?;
        let found = schema::look(&writer, path)?;
        connection::set_write_ahead(&writer)?;
        connection::set_up_writer(&writer)?;
        schema::migrate(&mut writer, found)?;
        end_leases(&writer, crate::time::micros(self.clock.now()))?;
        let checkpointer = connection::checkpointer(path)?;
        let log = Log::owned(checkpointer, path).map_err(|error| of_file(path, &error))?;
        self.start(writer, log, Some(lock))
    }

    /// Opens the inbox beside its owner, or alone. See [`SqliteInbox::attach`].
    ///
    /// # Errors
    ///
    /// See there.
    pub fn attach(mut self) -> Result<SqliteInbox, InboxError> {
        self.path = path::canonical(&self.path)?;
        let path = &self.path;
        if !path.try_exists().map_err(|error| of_file(path, &error))? {
            return Err(unsupported(format!("there is no inbox at {}", path.display())));
        }
        path::require_one_name(path)?;
        lock::require_same_file(path)?;
        let writer = connection::open(path, false)?;
        let found = schema::look(&writer, path)?;
        schema::require_current(found, path)?;
        connection::set_up_writer(&writer)?;
        self.start(writer, Log::attached(), None)
    }

    fn start(
        self,
        connection: Connection,
        log: Log,
        lock: Option<File>,
    ) -> Result<SqliteInbox, InboxError> {
        let readers: Vec<_> = (0..self.readers.max(1))
            .map(|_| connection::reader(&self.path))
            .collect::<Result<_>>()?;
        // The first connection that reads makes the log.
        connection::number(&connection, "data_version")?;
        let log_path = path::log(&self.path);
        let shared = Arc::new(Shared {
            files: path::identities(&self.path, &log_path),
            log: log_path,
            path: self.path,
            clock: self.clock,
            watchers: Watchers::default(),
            operations: Queue::new(self.queue_bytes),
            questions: Queue::new(usize::MAX),
            completions: Completions::default(),
            probing: Probing::default(),
            ended: watch::Sender::new(false),
        });
        let is_owner = lock.is_some();
        let poller = (!is_owner).then(|| connection::reader(&shared.path)).transpose()?;
        let commits = Commits(self.commit_observer);
        let writer = Writer::new(Arc::clone(&shared), connection, log, commits, self.cache_bytes)?;
        let threads = Threads { writer, readers, poller, lock };
        let thread = threads::start(&shared, threads);
        let thread = thread.map_err(|error| of_file(&shared.path, &error))?;
        Ok(SqliteInbox::new(shared, thread, is_owner))
    }
}

/// The lock proves that nobody works: leases that were left are over. Their attempts count.
fn end_leases(connection: &Connection, now: i64) -> Result<(), Failure> {
    let sql = "UPDATE jobs SET due_at = ?1
               WHERE due_at IS NOT NULL AND due_at > ?1 AND state = 'running'";
    connection.execute(sql, [now])?;
    Ok(())
}
