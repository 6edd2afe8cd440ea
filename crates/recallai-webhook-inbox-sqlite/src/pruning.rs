//! Pruning: old messages with their jobs are reduced to what keeps late deliveries out.

use recallai_webhook_inbox::{Progress, Prune, RESEND_WINDOW, Seq};
use rusqlite::{OptionalExtension, params};

use crate::failure::Result;
use crate::time::{Micros, length, micros};
use crate::work::Work;

/// The first endpoint from a name on that has messages.
pub(crate) const ENDPOINT_FROM: &str = "SELECT endpoint FROM messages
    WHERE forgotten_at IS NULL AND endpoint >= ?1 ORDER BY endpoint LIMIT 1";

/// Messages of an endpoint to be looked at for pruning, the oldest first, and whether a job of them is not
/// done; those of parked subscriptions may count for nothing. No delivery of a message comes before its first.
pub(crate) const PRUNE_PAGE: &str = "SELECT seq, last_received_at < ?2
        AND NOT EXISTS (SELECT 1 FROM jobs WHERE message = seq AND state <> 'done'
            AND NOT (?6 AND EXISTS
                (SELECT 1 FROM subscriptions s WHERE s.id = subscription AND s.parked)))
    FROM messages
    WHERE forgotten_at IS NULL AND endpoint = ?1 AND received_at < ?2
        AND (received_at, seq) >= (?3, ?4)
    ORDER BY received_at, seq LIMIT ?5";

/// Where a piece begins: an endpoint, and a message of it.
type Place = (String, Micros, Seq);

impl Work<'_> {
    pub(crate) fn prune(&mut self, prune: &Prune) -> Result<Progress> {
        let before =
            micros(prune.received_before).min(self.now.saturating_sub(length(RESEND_WINDOW)) + 1);
        let limit = prune.limit.max(1);
        let subscriptions = self.subscriptions()?;
        let standings = subscriptions.iter().map(|row| &row.standing);
        let asked: Vec<_> = standings.filter(|one| !(prune.parked && one.parked)).collect();
        let is_awaited = |seq| asked.iter().any(|standing| standing.awaits(seq));
        // One more, with which the next piece begins.
        let mut found = self.candidates(prune, before, limit.saturating_add(1))?;
        let next = found.get(limit).map(|(seq, _)| *seq);
        found.truncate(limit);
        let examined = found.len() as u64;
        let old = found.into_iter().filter(|(seq, is_old)| *is_old && !is_awaited(*seq));
        let old: Vec<_> = old.collect();
        if !prune.dry_run {
            for (seq, _) in &old {
                self.forget(*seq)?;
            }
        }
        Ok(Progress::of(examined).with_changed(old.len() as u64).with_next(next))
    }

    /// Messages that may be old enough, and whether they are and no job of them is open.
    fn candidates(&self, prune: &Prune, before: Micros, limit: usize) -> Result<Vec<(Seq, bool)>> {
        let mut found = Vec::new();
        let (mut endpoint, mut from, mut seq) = self.place(prune.from)?;
        while let Some(name) = self.endpoint_from(&endpoint)? {
            if name != endpoint {
                (from, seq) = (Micros::MIN, 0);
            }
            if prune.endpoints.include(&name) {
                let left = i64::try_from(limit - found.len()).unwrap_or(i64::MAX);
                let mut statement = self.connection.prepare_cached(PRUNE_PAGE)?;
                let values = params![name, before, from, seq, left, prune.parked];
                let rows = statement.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
                for row in rows {
                    found.push(row?);
                }
            }
            if found.len() == limit {
                break;
            }
            // No name is between the two.
            endpoint = name + "\0";
        }
        Ok(found)
    }

    fn place(&self, from: Seq) -> Result<Place> {
        let sql = "SELECT endpoint, received_at, seq FROM messages WHERE seq = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let place = statement.query_row([from], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        Ok(place.optional()?.unwrap_or((String::new(), Micros::MIN, 0)))
    }

    fn endpoint_from(&self, name: &str) -> Result<Option<String>> {
        let mut statement = self.connection.prepare_cached(ENDPOINT_FROM)?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }
}
