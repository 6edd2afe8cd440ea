//! States of subjects in memory, so that an append to a recording that is live reads nothing.

use std::collections::HashMap;
use std::sync::Arc;

use recallai_webhook_recording::{State, Subject};
use rusqlite::{Connection, OptionalExtension, params};

use crate::failure::{Failure, Result};
use crate::time::Micros;

/// What a subject takes beside its state, in bytes.
const LEAST: usize = 256;

/// A subject in its scope.
pub(crate) type Key = (Arc<str>, Subject);

/// A subject as the writer has it.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) id: i64,
    pub(crate) state: State,
    pub(crate) is_erased: bool,
    pub(crate) created_at: Micros,
    is_stored: bool,
    is_saved: bool,
    /// The length of the state in the file.
    weight: usize,
}

/// The states that were of use lately. What was changed is written once for each transaction, by
/// [`save`](Self::save), however many messages changed it.
#[derive(Debug)]
pub(crate) struct States {
    changed: HashMap<Key, Known>,
    /// Two generations: when the young one is full it becomes the old one, and the old one is dropped.
    young: HashMap<Key, Known>,
    /// How much the young ones weigh, and may weigh.
    weight: usize,
    old: HashMap<Key, Known>,
    generation: usize,
    next_id: Option<i64>,
}

impl States {
    /// Keeps up to twice as many bytes of states.
    pub(crate) fn new(generation: usize) -> Self {
        let (changed, young, old) = Default::default();
        Self { changed, young, weight: 0, old, generation, next_id: None }
    }

    /// Forgets everything: somebody else wrote to the file, or a transaction was undone.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.generation);
    }

    /// Takes a subject out, to be changed. It has to be put back.
    pub(crate) fn take(&mut self, connection: &Connection, key: &Key) -> Result<Option<Known>> {
        let young = self.young.remove(key);
        self.weight -= young.as_ref().map_or(0, |known| known.weight);
        let known = young.or_else(|| self.changed.remove(key));
        match known.or_else(|| self.old.remove(key)) {
            Some(known) => Ok(Some(known)),
            None => read(connection, &key.0, &key.1),
        }
    }

    pub(crate) fn put(&mut self, key: Key, mut known: Known, is_changed: bool) {
        known.is_saved &= !is_changed;
        if known.is_saved {
            self.keep(key, known);
        } else {
            self.changed.insert(key, known);
        }
    }

    fn keep(&mut self, key: Key, known: Known) {
        self.weight += known.weight;
        self.young.insert(key, known);
        if self.weight > self.generation {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
    }

    /// A subject that was never heard of.
    pub(crate) fn make(
        &mut self,
        connection: &Connection,
        state: State,
        created_at: Micros,
    ) -> Result<Known> {
        let id = self.next_id(connection)?;
        self.next_id = Some(id + 1);
        Ok(Known {
            id,
            state,
            is_erased: false,
            created_at,
            is_stored: false,
            is_saved: false,
            weight: 0,
        })
    }

    /// The id of the next subject that is heard of. Only the writer makes subjects, so it counts on its
    /// own until somebody else has written.
    pub(crate) fn next_id(&mut self, connection: &Connection) -> Result<i64> {
        if let Some(id) = self.next_id {
            return Ok(id);
        }
        let sql = "SELECT coalesce(max(id), 0) + 1 FROM subjects";
        let id = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        self.next_id = Some(id);
        Ok(id)
    }

    /// Writes what was changed.
    pub(crate) fn save(&mut self, connection: &Connection) -> Result<()> {
        if self.changed.is_empty() {
            return Ok(());
        }
        let mut insert = connection.prepare_cached(
            "INSERT INTO subjects (id, scope, kind, subject_id, created_at, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let mut update =
            connection.prepare_cached("UPDATE subjects SET state = ?2 WHERE id = ?1")?;
        for (key, mut known) in std::mem::take(&mut self.changed) {
            let json = known.state.to_json();
            known.weight = LEAST + json.len();
            if known.is_stored {
                update.execute(params![known.id, json])?;
            } else {
                let (scope, Subject { kind, id, .. }) = (&*key.0, &key.1);
                insert.execute(params![
                    known.id,
                    scope,
                    kind.as_str(),
                    id,
                    known.created_at,
                    json
                ])?;
                known.is_stored = true;
            }
            known.is_saved = true;
            self.keep(key, known);
        }
        Ok(())
    }
}

fn read(connection: &Connection, scope: &str, subject: &Subject) -> Result<Option<Known>> {
    let sql = "SELECT id, state, erased_at IS NOT NULL, created_at FROM subjects
               WHERE scope = ?1 AND kind = ?2 AND subject_id = ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement.query_row(params![scope, subject.kind.as_str(), subject.id], |row| {
        let json = row.get_ref(1)?.as_str()?;
        let weight = LEAST + json.len();
        Ok((row.get(0)?, State::from_json(json), row.get(2)?, row.get(3)?, weight))
    });
    let Some((id, state, is_erased, created_at, weight)) = row.optional()? else {
        return Ok(None);
    };
    let state = state.map_err(Failure::damaged)?;
    Ok(Some(Known { id, state, is_erased, created_at, is_stored: true, is_saved: true, weight }))
}
