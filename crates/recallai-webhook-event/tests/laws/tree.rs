//! JSON as a tree that keeps what a comparison of bodies must see: numbers by their text, members
//! by name whatever their order. It is read by `serde_json`, not by the crate under test.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tree {
    /// Members by name.
    Object(BTreeMap<String, Tree>),
    /// Elements in order.
    Array(Vec<Tree>),
    /// A string by its value.
    Text(String),
    /// A number or a word by its text.
    Other(String),
}

impl Tree {
    /// Reads JSON that is known to be well-formed.
    pub(crate) fn parse(json: &str) -> Self {
        let json = json.trim();
        match json.as_bytes()[0] {
            b'{' => {
                let members: BTreeMap<String, &RawValue> = serde_json::from_str(json).unwrap();
                let member = |(name, value): (String, &RawValue)| (name, Self::parse(value.get()));
                Self::Object(members.into_iter().map(member).collect())
            }
            b'[' => {
                let elements: Vec<&RawValue> = serde_json::from_str(json).unwrap();
                Self::Array(elements.iter().map(|element| Self::parse(element.get())).collect())
            }
            b'"' => Self::Text(serde_json::from_str(json).unwrap()),
            _ => Self::Other(json.to_owned()),
        }
    }

    /// The member at a path of names.
    pub(crate) fn member(&mut self, path: &[&str]) -> Option<&mut Self> {
        path.iter().try_fold(self, |tree, name| match tree {
            Self::Object(members) => members.get_mut(*name),
            _ => None,
        })
    }

    /// The body as it usually comes: `event` before all other members, which stand by name here.
    pub(crate) fn event_first(&self) -> String {
        match self {
            Self::Object(members) if members.len() > 1 && members.contains_key("event") => {
                let mut others = members.clone();
                let event = others.remove("event").unwrap();
                let others = Self::Object(others).to_string();
                format!("{{\"event\":{event},{}", others.trim_start_matches('{'))
            }
            _ => self.to_string(),
        }
    }

    /// The paths of all members.
    pub(crate) fn paths(&self) -> Vec<Vec<String>> {
        let Self::Object(members) = self else { return Vec::new() };
        let mut paths = Vec::new();
        for (name, value) in members {
            paths.push(vec![name.clone()]);
            paths.extend(value.paths().into_iter().map(|rest| [vec![name.clone()], rest].concat()));
        }
        paths
    }

    /// The same with the member at `path` taken out, or given another value.
    pub(crate) fn with(&self, path: &[String], value: Option<Tree>) -> Self {
        let mut changed = self.clone();
        let (name, parents) = path.split_last().unwrap();
        let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
        let Some(Self::Object(members)) = changed.member(&parents) else { return changed };
        match value {
            Some(value) => members.insert(name.clone(), value),
            None => members.remove(name),
        };
        changed
    }

    /// Every change of one member: taken out, or replaced by a value of each type.
    pub(crate) fn mutations(&self) -> impl Iterator<Item = Self> {
        let values = ["null", "true", "7", r#""done""#, "[]", "{}", r#"{"id":"x"}"#];
        self.paths().into_iter().flat_map(move |path| {
            let replaced = values.map(|value| self.with(&path, Some(Self::parse(value))));
            std::iter::once(self.with(&path, None)).chain(replaced)
        })
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{}:{value}", serde_json::to_string(name).unwrap())?;
                }
                f.write_str("}")
            }
            Self::Array(elements) => {
                f.write_str("[")?;
                for (index, value) in elements.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{value}")?;
                }
                f.write_str("]")
            }
            Self::Text(text) => f.write_str(&serde_json::to_string(text).unwrap()),
            Self::Other(text) => f.write_str(text),
        }
    }
}
