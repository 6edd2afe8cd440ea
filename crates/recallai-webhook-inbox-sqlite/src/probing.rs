//! Probing: whether a message could be stored.

use crate::failure::Result;
use crate::work::Work;

/// As many pages as one message takes at most, with the indexes that it is in: what an append that failed has
/// left free in the log must not be enough. They are others each time, since SQLite writes no page that stays
/// as it was.
const PROBE: &str = "INSERT INTO probe (id, written) VALUES (1, randomblob(12 * 4096))
    ON CONFLICT DO UPDATE SET written = excluded.written";

impl Work<'_> {
    /// Writes what nobody reads.
    pub(crate) fn probe(&mut self) -> Result<()> {
        self.run(PROBE, [])?;
        Ok(())
    }
}
