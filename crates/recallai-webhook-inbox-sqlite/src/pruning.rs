//! Pruning: old messages with their jobs are reduced to what keeps late deliveries out.

use recallai_webhook_inbox::{Progress, Prune, RESEND_WINDOW, Seq};

use crate::failure::Result;
use crate::time::{length, micros};
use crate::work::Work;

/// Messages to be looked at for pruning, and whether a job of them is not done.
pub(crate) const PRUNE_PAGE: &str = "SELECT seq, forgotten_at IS NULL, last_received_at,
        EXISTS (SELECT 1 FROM jobs WHERE message = seq AND state <> 'done')
    FROM messages WHERE seq >= ?1 ORDER BY seq LIMIT ?2";

impl Work<'_> {
    pub(crate) fn prune(&mut self, prune: &Prune) -> Result<Progress> {
        let limit = i64::try_from(prune.limit).unwrap_or(i64::MAX);
        let last =
            micros(prune.received_before).min(self.now.saturating_sub(length(RESEND_WINDOW)) + 1);
        let subscriptions = self.subscriptions()?;
        let is_awaited = |seq| subscriptions.iter().any(|row| row.standing.awaits(seq));
        let mut statement = self.connection.prepare_cached(PRUNE_PAGE)?;
        let found = statement.query_map([prune.from, limit], |row| {
            let received_at: i64 = row.get(2)?;
            let is_kept: bool = row.get(1)?;
            let is_needed: bool = row.get(3)?;
            Ok((row.get::<_, Seq>(0)?, is_kept && received_at < last && !is_needed))
        })?;
        let found: Vec<_> = found.collect::<Result<_, _>>()?;
        drop(statement);
        let examined = found.len();
        let next = found.last().filter(|_| examined == prune.limit).map(|(seq, _)| seq + 1);
        let old = found.into_iter().filter(|(seq, is_old)| *is_old && !is_awaited(*seq));
        let old: Vec<_> = old.collect();
        if !prune.dry_run {
            for (seq, _) in &old {
                self.forget(*seq)?;
            }
        }
        Ok(Progress::of(examined as u64).with_changed(old.len() as u64).with_next(next))
    }
}
