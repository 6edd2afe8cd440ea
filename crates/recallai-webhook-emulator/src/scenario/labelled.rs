//! Tables of things by label, in which a label comes once.

use std::collections::BTreeMap;
use std::collections::btree_map::{Entry, Iter, Values};
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Things of one sort by their label, in the order of the labels: JSON promises no other.
#[derive(Debug)]
pub(super) struct Labelled<T>(BTreeMap<String, T>);

impl<T> Labelled<T> {
    pub(super) fn iter(&self) -> Iter<'_, String, T> {
        self.0.iter()
    }

    pub(super) fn values(&self) -> Values<'_, String, T> {
        self.0.values()
    }
}

impl<T> Default for Labelled<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Labelled<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Table(PhantomData))
    }
}

struct Table<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Table<T> {
    type Value = Labelled<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of things, each under a label")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut things = BTreeMap::new();
        while let Some(label) = map.next_key::<String>()? {
            match things.entry(label) {
                // TOML refuses this itself; JSON would let the last one win.
                Entry::Occupied(entry) => {
                    return Err(Error::custom(format!(
                        "the label `{}` is there twice",
                        entry.key()
                    )));
                }
                Entry::Vacant(entry) => {
                    entry.insert(map.next_value()?);
                }
            }
        }
        Ok(Labelled(things))
    }
}
