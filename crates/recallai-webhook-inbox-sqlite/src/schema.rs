//! The schema: whose file it is, which version it has, and how it comes to the next.

use std::path::Path;

use recallai_webhook_inbox::InboxError;
use rusqlite::{Connection, TransactionBehavior};

use crate::connection::{number, pragma};
use crate::failure::Result;

/// In the header of the file, for `file` and for ourselves: "rwhI".
pub(crate) const APPLICATION: i64 = 0x7277_6849;

/// One step for each version, applied in order. A step that was released is never changed.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
];

/// The version that this software works with.
pub(crate) const VERSION: u32 = MIGRATIONS.len() as u32;

/// Whose a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// There is nothing in it.
    Empty,
    /// An inbox of this version, or of an older one.
    Version(u32),
}

/// Looks whose a file is.
///
/// # Errors
///
/// It is not a database, another application's, or from a newer version.
pub(crate) fn look(connection: &Connection, path: &Path) -> Result<Found> {
    let application = number(connection, "application_id")?;
    let version = number(connection, "user_version")?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application == 0 && version == 0 && tables == 0 {
        return Ok(Found::Empty);
    }
    if application != APPLICATION {
        let reason = format!("{} is a database of another application", path.display());
        return Err(InboxError::Damaged { reason: reason.into() }.into());
    }
    let found = u32::try_from(version).unwrap_or(u32::MAX);
    if found > VERSION {
        let store = path.display().to_string().into();
        return Err(InboxError::Newer { store, found, known: VERSION }.into());
    }
    Ok(Found::Version(found))
}

/// Brings a file to the newest version, in one transaction.
pub(crate) fn migrate(connection: &mut Connection, found: Found) -> Result<()> {
    let from = match found {
        Found::Empty => 0,
        Found::Version(version) => version,
    };
    if from == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in MIGRATIONS.iter().skip(from as usize) {
        transaction.execute_batch(step)?;
    }
    pragma(&transaction, "application_id", &APPLICATION.to_string())?;
    pragma(&transaction, "user_version", &VERSION.to_string())?;
    transaction.commit()?;
    tracing::info!(from, to = VERSION, "the schema was brought up to date");
    Ok(())
}

/// Whether a file can be used without bringing it to another version.
pub(crate) fn require_current(found: Found, path: &Path) -> Result<(), InboxError> {
    let version = match found {
        Found::Empty => 0,
        Found::Version(version) => version,
    };
    if version == VERSION {
        return Ok(());
    }
    Err(InboxError::Older {
        store: path.display().to_string().into(),
        found: version,
        known: VERSION,
    })
}
