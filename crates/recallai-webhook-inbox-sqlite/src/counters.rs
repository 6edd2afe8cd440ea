//! Counters: what a transaction adds to them, written once for each.

use rusqlite::{Connection, params};

use crate::failure::Result;

/// The subscription of counters of the store as a whole.
pub(crate) const STORE: i64 = 0;

/// Deliveries beyond the first of each message.
pub(crate) const REPEATS: &str = "repeats";
/// Repeats with another body.
pub(crate) const CONFLICTS: &str = "conflicts";
/// 1 while the log may have what was erased.
pub(crate) const LOG_HAS_ERASED: &str = "log_has_erased";
/// Messages of which only the id is kept.
pub(crate) const FORGOTTEN: &str = "forgotten";

/// What is to be added. There are a few dozen at most, so a list is searched faster than a map.
#[derive(Debug, Default)]
pub(crate) struct Deltas(Vec<(i64, &'static str, i64)>);

impl Deltas {
    pub(crate) fn add(&mut self, subscription: i64, name: &'static str, value: i64) {
        let known = self.0.iter_mut().find(|(of, n, _)| *of == subscription && *n == name);
        match known {
            Some((.., sum)) => *sum += value,
            None => self.0.push((subscription, name, value)),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn save(&mut self, connection: &Connection) -> Result<()> {
        for (subscription, name, value) in self.0.drain(..).filter(|(.., value)| *value != 0) {
            let sql = "INSERT INTO counters (subscription, name, value) VALUES (?1, ?2, ?3)
                       ON CONFLICT DO UPDATE SET value = value + excluded.value";
            connection.prepare_cached(sql)?.execute(params![subscription, name, value])?;
        }
        Ok(())
    }
}
