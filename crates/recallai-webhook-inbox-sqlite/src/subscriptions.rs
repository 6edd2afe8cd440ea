//! Subscriptions: declared, parked, forgotten.

use std::sync::Arc;

use recallai_webhook_inbox::plan::Standing;
use recallai_webhook_inbox::{InboxError, Interest, Subscribed, Subscription};
use rusqlite::{Connection, Row, params};

use crate::failure::{Failure, Result};
use crate::rows;
use crate::work::{SubscriptionRow, Work};

const ROWS: &str = "SELECT id, name, interest, start, ord, parked, position, since FROM subscriptions ORDER BY name";

/// All subscriptions, by name.
pub(crate) fn read(connection: &Connection) -> Result<Vec<SubscriptionRow>> {
    let mut statement = connection.prepare_cached(ROWS)?;
    let rows = statement.query_and_then([], of_row)?;
    rows.collect()
}

fn of_row(row: &Row<'_>) -> Result<SubscriptionRow> {
    let text = |column| {
        Ok::<_, Failure>(row.get_ref(column)?.as_str().map_err(Failure::damaged)?.to_owned())
    };
    let interest = Interest::from_json(&text(2)?).map_err(Failure::damaged)?;
    let mut subscription = Subscription::new(text(1)?, interest);
    subscription.start = rows::word(row.get_ref(3)?)?;
    subscription.order = rows::word(row.get_ref(4)?)?;
    let mut standing = Standing::new(subscription, row.get(7)?);
    (standing.parked, standing.position, standing.since) = (row.get(5)?, row.get(6)?, row.get(7)?);
    Ok(SubscriptionRow { id: row.get(0)?, standing })
}

impl Work<'_> {
    pub(crate) fn subscriptions(&mut self) -> Result<Arc<[SubscriptionRow]>> {
        if let Some(known) = &self.memory.subscriptions {
            return Ok(Arc::clone(known));
        }
        let read: Arc<[_]> = read(self.connection)?.into();
        self.memory.subscriptions = Some(Arc::clone(&read));
        Ok(read)
    }

    pub(crate) fn subscription(&mut self, name: &str) -> Result<SubscriptionRow> {
        let known = self.subscriptions()?;
        let found = known.iter().find(|s| *s.subscription().name == *name);
        Ok(found.cloned().ok_or_else(|| InboxError::UnknownSubscription { name: name.into() })?)
    }

    pub(crate) fn subscribe(&mut self, subscription: &Subscription) -> Result<Subscribed> {
        let (known, last) = (self.subscriptions()?, self.last_seq()?);
        let known = known.iter().find(|known| known.subscription().name == subscription.name);
        let (standing, subscribed) = match known {
            Some(known) => {
                let mut standing = known.standing.clone();
                let subscribed = standing.declare(subscription, last);
                (standing, subscribed)
            }
            None => (Standing::new(subscription.clone(), last), Subscribed::Created),
        };
        self.keep_standing(&standing)?;
        self.memory.woken.jobs(&subscription.name);
        Ok(subscribed)
    }

    pub(crate) fn park(&mut self, name: &str) -> Result<()> {
        let mut standing = self.subscription(name)?.standing;
        standing.park(self.last_seq()?);
        self.keep_standing(&standing)
    }

    fn keep_standing(&mut self, standing: &Standing) -> Result<()> {
        let Standing { subscription, parked, position, since, .. } = standing;
        let Subscription { name, interest, start, order, .. } = subscription;
        let sql = "INSERT INTO subscriptions
                       (name, interest, start, ord, parked, position, since, created_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                   ON CONFLICT (name) DO UPDATE SET interest = ?2, start = ?3, ord = ?4,
                       parked = ?5, position = ?6, since = ?7";
        let (interest, start, order) = (interest.to_json(), start.as_str(), order.as_str());
        let now = self.now;
        self.run(sql, params![name, interest, start, order, parked, position, since, now])?;
        self.memory.subscriptions = None;
        Ok(())
    }

    pub(crate) fn unsubscribe(&mut self, name: &str) -> Result<()> {
        let known = self.subscription(name)?;
        if !known.standing.parked {
            return Err(InboxError::SubscriptionInUse { name: name.into() }.into());
        }
        // What was counted in this transaction must not come after the counters are gone.
        self.save()?;
        for sql in [
            "DELETE FROM failures WHERE job IN (SELECT id FROM jobs WHERE subscription = ?1)",
            "DELETE FROM jobs WHERE subscription = ?1",
            "DELETE FROM marks WHERE subscription = ?1",
            "DELETE FROM counters WHERE subscription = ?1",
            "DELETE FROM subscriptions WHERE id = ?1",
        ] {
            self.run(sql, [known.id])?;
        }
        self.memory.subscriptions = None;
        self.memory.woken.jobs(&known.subscription().name);
        Ok(())
    }

    /// Keeps how far jobs were made.
    pub(crate) fn move_to(&mut self, subscription: i64, position: Option<i64>) -> Result<()> {
        let sql = "UPDATE subscriptions SET position = ?2 WHERE id = ?1";
        self.run(sql, params![subscription, position])?;
        self.memory.subscriptions = None;
        Ok(())
    }

    /// Runs a statement; returns how many rows it changed.
    pub(crate) fn run(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize> {
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }
}
