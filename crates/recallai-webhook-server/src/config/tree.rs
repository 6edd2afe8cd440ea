//! The configuration as a tree of values, each with its source: what layers are merged as.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Source;

/// A value or a table of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Table { entries: BTreeMap<String, Node>, source: Source },
    Array { items: Vec<Node>, source: Source },
    Leaf { leaf: Leaf, source: Source },
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Leaf {
    Text(Arc<str>),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// What was given without quotes, as in the environment: text, and whatever else it can be read as.
    Loose {
        text: Arc<str>,
        value: Option<Box<Node>>,
    },
}

impl Node {
    /// A table that nobody has filled.
    pub(crate) fn empty() -> Self {
        Self::Table { entries: BTreeMap::new(), source: Source::Default }
    }

    /// Text from somewhere.
    pub(crate) fn text(text: &str, source: Source) -> Self {
        Self::Leaf { leaf: Leaf::Text(text.into()), source }
    }

    pub(crate) fn source(&self) -> &Source {
        match self {
            Self::Table { source, .. } | Self::Array { source, .. } | Self::Leaf { source, .. } => {
                source
            }
        }
    }

    /// The node of a key such as `["endpoints", "recall", "path"]`; places in an array are numbers.
    pub(crate) fn get(&self, key: &[&str]) -> Option<&Self> {
        let Some((first, rest)) = key.split_first() else { return Some(self) };
        let child = match self {
            Self::Table { entries, .. } => entries.get(*first),
            Self::Array { items, .. } => items.get(first.parse::<usize>().ok()?),
            Self::Leaf { leaf: Leaf::Loose { value: Some(value), .. }, .. } => {
                return value.get(key);
            }
            Self::Leaf { .. } => None,
        };
        child?.get(rest)
    }

    /// Where a key was set, or what holds it.
    pub(crate) fn nearest(&self, key: &[&str]) -> &Source {
        (0..=key.len())
            .rev()
            .find_map(|length| self.get(&key[..length]))
            .map_or(&Source::Default, Self::source)
    }

    /// The names in a table.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let entries = match self {
            Self::Table { entries, .. } => Some(entries),
            _ => None,
        };
        entries.into_iter().flat_map(|entries| entries.keys().map(String::as_str))
    }

    /// Lays another tree over this one: tables are merged, everything else is replaced.
    pub(crate) fn merge(&mut self, over: Self) {
        match (self, over) {
            (Self::Table { entries, source }, Self::Table { entries: more, source: from }) => {
                for (name, node) in more {
                    match entries.get_mut(&name) {
                        Some(known) => known.merge(node),
                        None => drop(entries.insert(name, node)),
                    }
                }
                if *source == Source::Default {
                    *source = from;
                }
            }
            (this, over) => *this = over,
        }
    }

    /// A tree that has one value, under this key.
    pub(crate) fn at(key: &[String], node: Self) -> Self {
        key.iter().rev().fold(node, |inner, name| {
            let source = inner.source().clone();
            Self::Table { entries: BTreeMap::from([(name.clone(), inner)]), source }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(key: &str, text: &str) -> Node {
        let key: Vec<_> = key.split('.').map(str::to_owned).collect();
        Node::at(&key, Node::text(text, Source::Flag(text.into())))
    }

    #[test]
    fn tables_are_merged_and_values_replaced() {
        let mut tree = at("a.b", "1");
        tree.merge(at("a.c", "2"));
        tree.merge(at("a.b", "3"));
        let text = |key: &[&str]| match tree.get(key) {
            Some(Node::Leaf { leaf: Leaf::Text(text), .. }) => text.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!((text(&["a", "b"]), text(&["a", "c"])), ("3".into(), "2".into()));
        assert_eq!(tree.nearest(&["a", "b"]).to_string(), "3");
        assert_eq!(tree.nearest(&["a", "x"]).to_string(), "1", "the table that would hold it");
    }
}
