//! The history of a job: what its last attempts failed with.

use recallai_webhook_inbox::{FAILURES_KEPT, JobFailure, JobId, Lease};
use rusqlite::{Connection, params};

use crate::failure::Result;
use crate::time::time;
use crate::work::Work;

pub(crate) const KEEP: &str = "INSERT INTO failures (job, token, attempt, at, error)
    SELECT id, token, attempts, ?2, ?3 FROM jobs WHERE id = ?1";

/// Those before the last of a job; `?2` is how many stay.
pub(crate) const DROP: &str = "DELETE FROM failures WHERE job = ?1 AND token <=
    (SELECT token FROM failures WHERE job = ?1 ORDER BY token DESC LIMIT 1 OFFSET ?2)";

/// The history of one job.
pub(crate) const OF_JOB: &str =
    "SELECT attempt, at, error FROM failures WHERE job = ?1 ORDER BY token";

pub(crate) fn of_job(connection: &Connection, job: JobId) -> Result<Vec<JobFailure>> {
    let mut statement = connection.prepare_cached(OF_JOB)?;
    let found = statement.query_map([job], |row| {
        let error: Box<str> = row.get(2)?;
        Ok(JobFailure::new(row.get(0)?, time(row.get(1)?), error))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

impl Work<'_> {
    /// Keeps what the attempt of a lease failed with.
    pub(crate) fn keep_failure(&mut self, lease: Lease, error: &str) -> Result<()> {
        self.run(KEEP, params![lease.job, self.now, error])?;
        self.run(DROP, params![lease.job, FAILURES_KEPT as i64])?;
        Ok(())
    }

    /// Drops the history of a job that goes.
    pub(crate) fn drop_failures(&mut self, job: JobId) -> Result<()> {
        self.run("DELETE FROM failures WHERE job = ?1", [job])?;
        Ok(())
    }
}
