//! Connections: how each kind of them is opened and set up.

use std::path::Path;
use std::time::Duration;

use recallai_webhook_inbox::InboxError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::failure::{Failure, Result};
use crate::hooks;

/// How long a transaction waits for the one of another process.
pub(crate) const BUSY: Duration = Duration::from_secs(5);

/// How many statements a connection keeps prepared: more than there are.
const STATEMENTS: usize = 128;

/// To how many bytes a log that begins anew is cut: 64 MiB.
const LOG_LEFT: &str = "67108864";

/// In KiB.
const WRITER_CACHE: i64 = 16 * 1024;
const READER_CACHE: i64 = 2 * 1024;

/// Opens a file, or makes one if that is asked for.
pub(crate) fn open(path: &Path, may_create: bool) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if may_create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // One plan for a statement whatever its values. Without it SQLite compiles statements anew whenever
    // a value changes that a partial index could depend on, which takes longer than to run them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Sets up a connection that writes.
pub(crate) fn set_up_writer(connection: &Connection) -> Result<()> {
    pragma(connection, "foreign_keys", "OFF")?;
    pragma(connection, "synchronous", hooks::synchronous())?;
    // Pages keep nothing of what is taken out: what is erased may have stood where a row was before.
    pragma(connection, "secure_delete", "ON")?;
    pragma(connection, "temp_store", "MEMORY")?;
    pragma(connection, "mmap_size", "0")?;
    pragma(connection, "cache_size", &format!("-{WRITER_CACHE}"))?;
    // What a log had to grow to is not kept for ever.
    pragma(connection, "journal_size_limit", LOG_LEFT)?;
    // The checkpoint thread does it.
    pragma(connection, "wal_autocheckpoint", "0")
}

/// Opens a connection that only reads.
pub(crate) fn reader(path: &Path) -> Result<Connection> {
    let connection = open(path, false)?;
    pragma(&connection, "temp_store", "MEMORY")?;
    pragma(&connection, "mmap_size", "0")?;
    pragma(&connection, "cache_size", &format!("-{READER_CACHE}"))?;
    pragma(&connection, "query_only", "ON")?;
    Ok(connection)
}

/// Opens a connection that only makes checkpoints.
pub(crate) fn checkpointer(path: &Path) -> Result<Connection> {
    let connection = open(path, false)?;
    pragma(&connection, "synchronous", hooks::synchronous())?;
    pragma(&connection, "wal_autocheckpoint", "0")?;
    Ok(connection)
}

/// Puts a file that is ours into write-ahead mode.
pub(crate) fn set_write_ahead(connection: &Connection) -> Result<()> {
    let sql = "PRAGMA journal_mode = WAL";
    let mode: String = connection.query_row(sql, [], |row| row.get(0))?;
    if mode.eq_ignore_ascii_case("wal") {
        return Ok(());
    }
    let reason = format!("the file system allows no write-ahead log: journal mode is {mode}");
    Err(Failure::Refused(InboxError::Unavailable { reason: reason.into() }))
}

pub(crate) fn pragma(connection: &Connection, name: &str, value: &str) -> Result<()> {
    // Some answer with a row, some do not.
    connection.prepare(&format!("PRAGMA {name} = {value}"))?.query([])?.next()?;
    Ok(())
}

pub(crate) fn number(connection: &Connection, pragma: &str) -> Result<i64> {
    Ok(connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))?)
}
