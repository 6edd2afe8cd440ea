//! Subscriptions: declared, parked, forgotten.

use std::sync::Arc;

use recallai_webhook_inbox::{InboxError, Interest, Start, Subscribed as Became, Subscription};
use rusqlite::{Connection, Row, params};

use crate::failure::{Failure, Outcome};
use crate::rows;
use crate::work::{Subscribed, Work};

const ROWS: &str = "SELECT id, name, interest, start, ord, parked, position, since FROM subscriptions ORDER BY name";

/// All subscriptions, by name.
pub(crate) fn read(connection: &Connection) -> Outcome<Vec<Subscribed>> {
    let mut statement = connection.prepare_cached(ROWS)?;
    let rows = statement.query_and_then([], of_row)?;
    rows.collect()
}

fn of_row(row: &Row<'_>) -> Outcome<Subscribed> {
    let text = |column| {
        Ok::<_, Failure>(row.get_ref(column)?.as_str().map_err(Failure::damaged)?.to_owned())
    };
    let interest = Interest::from_json(&text(2)?).map_err(Failure::damaged)?;
    let mut subscription = Subscription::new(text(1)?, interest);
    subscription.start = rows::word(row.get_ref(3)?)?;
    subscription.order = rows::word(row.get_ref(4)?)?;
    let (id, parked, position, since) = (row.get(0)?, row.get(5)?, row.get(6)?, row.get(7)?);
    Ok(Subscribed { id, subscription, parked, position, since })
}

impl Work<'_> {
    pub(crate) fn subscriptions(&mut self) -> Outcome<Arc<[Subscribed]>> {
        if let Some(known) = &self.memory.subscriptions {
            return Ok(Arc::clone(known));
        }
        let read: Arc<[_]> = read(self.connection)?.into();
        self.memory.subscriptions = Some(Arc::clone(&read));
        Ok(read)
    }

    pub(crate) fn subscription(&mut self, name: &str) -> Outcome<Subscribed> {
        let known = self.subscriptions()?;
        let found = known.iter().find(|s| *s.subscription.name == *name);
        Ok(found.cloned().ok_or_else(|| InboxError::UnknownSubscription { name: name.into() })?)
    }

    pub(crate) fn subscribe(&mut self, subscription: &Subscription) -> Outcome<Became> {
        let name = Arc::clone(&subscription.name);
        let Subscription { interest, start, order, .. } = subscription;
        let (start, order_word) = (start.as_str(), order.as_str());
        let json = interest.to_json();
        let (known, last) = (self.subscriptions()?, self.last_seq()?);
        let known = known.iter().find(|known| known.subscription.name == name);
        let became = if let Some(known) = known {
            let old = &known.subscription;
            let is_changed = old.interest.to_json() != json || old.order != *order;
            if is_changed {
                let sql = "UPDATE subscriptions SET interest = ?2, start = ?3, ord = ?4, since = ?5
                           WHERE id = ?1";
                self.run(sql, params![known.id, json, start, order_word, last])?;
            }
            self.run("UPDATE subscriptions SET parked = 0 WHERE id = ?1", params![known.id])?;
            match (is_changed, known.parked) {
                (true, _) => Became::Changed,
                (false, true) => Became::Resumed,
                (false, false) => Became::Unchanged,
            }
        } else {
            let (position, since) = match subscription.start {
                Start::Beginning => (Some(0), 0),
                _ => (None, last),
            };
            let sql = "INSERT INTO subscriptions
                       (name, interest, start, ord, parked, position, since, created_at)
                       VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7)";
            self.run(sql, params![name, json, start, order_word, position, since, self.now])?;
            Became::Created
        };
        self.memory.subscriptions = None;
        self.memory.woken.jobs(&name);
        Ok(became)
    }

    pub(crate) fn park(&mut self, name: &str) -> Outcome<()> {
        let (known, last) = (self.subscription(name)?, self.last_seq()?);
        let position =
            if known.is_about_messages() { known.position.or(Some(last)) } else { known.position };
        let sql = "UPDATE subscriptions SET parked = 1, position = ?2 WHERE id = ?1";
        self.run(sql, params![known.id, position])?;
        self.memory.subscriptions = None;
        Ok(())
    }

    pub(crate) fn unsubscribe(&mut self, name: &str) -> Outcome<()> {
        let known = self.subscription(name)?;
        // What was counted in this transaction must not come after the counters are gone.
        self.save()?;
        for sql in [
            "DELETE FROM jobs WHERE subscription = ?1",
            "DELETE FROM marks WHERE subscription = ?1",
            "DELETE FROM counters WHERE subscription = ?1",
            "DELETE FROM subscriptions WHERE id = ?1",
        ] {
            self.run(sql, [known.id])?;
        }
        self.memory.subscriptions = None;
        self.memory.woken.jobs(&known.subscription.name);
        Ok(())
    }

    /// Keeps how far jobs were made.
    pub(crate) fn move_to(&mut self, subscription: i64, position: Option<i64>) -> Outcome<()> {
        let sql = "UPDATE subscriptions SET position = ?2 WHERE id = ?1";
        self.run(sql, params![subscription, position])?;
        self.memory.subscriptions = None;
        Ok(())
    }

    /// Runs a statement; returns how many rows it changed.
    pub(crate) fn run(&self, sql: &str, params: impl rusqlite::Params) -> Outcome<usize> {
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }
}
